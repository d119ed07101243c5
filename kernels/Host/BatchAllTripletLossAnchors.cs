using System.Runtime.Intrinsics;

namespace JaccardKernels.Host;

public static unsafe partial class BatchAllTripletLoss
{
    // All triplets of one anchor: its row of the coefficients and its totals.
    private struct Anchors : IParallelBody
    {
        public Work Work;

        public readonly void Run(int task, int worker)
        {
            if (Vector512.IsHardwareAccelerated) Run<Lanes512<double>>(task, worker);
            else if (Vector256.IsHardwareAccelerated) Run<Lanes256<double>>(task, worker);
            else if (Vector128.IsHardwareAccelerated) Run<Lanes128<double>>(task, worker);
            else Run<Lane<double>>(task, worker);
        }

        private readonly void Run<TLanes>(int anchor, int worker)
            where TLanes : struct, ILanes<TLanes, double>
        {
            int batch = Work.Batch, others = 0;
            double* own = Work.Embeddings + (nint)anchor * Work.Dimensions, coefficients = Work.Coefficients + (nint)anchor * batch;
            var scan = new Scan(Work.Rows + worker * Work.RowLength, batch);
            for (int x = 0; x < batch; x++)
            {
                float similarity = Work.Similarity[(nint)anchor * batch + x];
                coefficients[x] = 0;
                // The anchor is no negative of its own, and no positive; neither is a row whose similarity is no number, which compares with nothing.
                if (x != anchor && !float.IsNaN(similarity)) scan.Keys[others++] = Scan.Key(similarity, x);
            }
            scan.Sort(others);
            for (int i = 0; i < others; i++)
            {
                int x = (int)(uint)scan.Keys[i];
                scan.J[i] = Work.Similarity[(nint)anchor * batch + x];
                scan.D[i] = Distance<TLanes>(own, Work.Embeddings + (nint)x * Work.Dimensions, Work.Dimensions);
                scan.U[i] = scan.D[i] + Work.Margin * scan.J[i];
            }
            Totals totals = default;
            int first = scan.Consider(others, Work.Delta, ref totals);
            scan.Activate<TLanes>(first, others, Work.Delta, Work.Offset, ref totals);
            for (int i = 0; i < others; i++) coefficients[(uint)scan.Keys[i]] = scan.AsPositive[i] - scan.AsNegative[i];
            Work.Totals[anchor] = totals;
        }

        private static double Distance<TLanes>(double* x, double* y, int length)
            where TLanes : struct, ILanes<TLanes, double>
        {
            TLanes s0 = TLanes.Zero, s1 = s0;
            int i = 0;
            for (; i <= length - 2 * TLanes.Count; i += 2 * TLanes.Count)
            {
                TLanes d0 = TLanes.Load(x + i) - TLanes.Load(y + i), d1 = TLanes.Load(x + i + TLanes.Count) - TLanes.Load(y + i + TLanes.Count);
                s0 = TLanes.MultiplyAdd(d0, d0, s0);
                s1 = TLanes.MultiplyAdd(d1, d1, s1);
            }
            double sum = TLanes.Sum(s0 + s1);
            for (; i < length; i++) sum += (x[i] - y[i]) * (x[i] - y[i]);
            return sum;
        }
    }

    // One row of the gradient: 2/B sum_x (c[i,x] + c[x,i]) (e_i - e_x).
    private struct GradientRows : IParallelBody
    {
        public Work Work;

        public readonly void Run(int task, int worker)
        {
            if (Vector512.IsHardwareAccelerated) Run<Lanes512<double>>(task, worker);
            else if (Vector256.IsHardwareAccelerated) Run<Lanes256<double>>(task, worker);
            else if (Vector128.IsHardwareAccelerated) Run<Lanes128<double>>(task, worker);
            else Run<Lane<double>>(task, worker);
        }

        private readonly void Run<TLanes>(int row, int worker)
            where TLanes : struct, ILanes<TLanes, double>
        {
            int dimensions = Work.Dimensions;
            double* sums = Work.Rows + worker * Work.RowLength, own = Work.Embeddings + (nint)row * dimensions;
            Weights weights = WeightsOf(row, sums + dimensions);
            int d = 0;
            for (; d <= dimensions - 4 * TLanes.Count; d += 4 * TLanes.Count) Four<TLanes>(own + d, Work.Embeddings + d, weights, sums + d);
            for (; d <= dimensions - TLanes.Count; d += TLanes.Count) One<TLanes>(own + d, Work.Embeddings + d, weights, sums + d);
            for (; d < dimensions; d++) One<Lane<double>>(own + d, Work.Embeddings + d, weights, sums + d);
            float* gradient = Work.Gradient + (nint)row * dimensions;
            for (d = 0; d < dimensions; d++) gradient[d] = (float)(sums[d] * Work.Scale);
        }

        // Of rows that take part: those whose distance is no number do not spoil the others.
        private readonly Weights WeightsOf(int row, double* memory)
        {
            var weights = new Weights { Values = memory, Rows = (nint*)(memory + Work.Batch) };
            for (nint x = 0; x < Work.Batch; x++)
            {
                double weight = Work.Coefficients[(nint)row * Work.Batch + x] + Work.Coefficients[x * Work.Batch + row];
                (weights.Values[weights.Count], weights.Rows[weights.Count]) = (weight, x * Work.Dimensions);
                weights.Count += weight != 0 ? 1 : 0;
            }
            return weights;
        }

        // Sums stay in registers over all rows.
        private static void Four<TLanes>(double* own, double* others, in Weights weights, double* sums)
            where TLanes : struct, ILanes<TLanes, double>
        {
            int count = TLanes.Count;
            TLanes o0 = TLanes.Load(own), o1 = TLanes.Load(own + count), o2 = TLanes.Load(own + 2 * count), o3 = TLanes.Load(own + 3 * count);
            TLanes s0 = TLanes.Zero, s1 = s0, s2 = s0, s3 = s0;
            for (int x = 0; x < weights.Count; x++)
            {
                TLanes weight = TLanes.All(weights.Values[x]);
                double* other = others + weights.Rows[x];
                s0 = TLanes.MultiplyAdd(weight, o0 - TLanes.Load(other), s0);
                s1 = TLanes.MultiplyAdd(weight, o1 - TLanes.Load(other + count), s1);
                s2 = TLanes.MultiplyAdd(weight, o2 - TLanes.Load(other + 2 * count), s2);
                s3 = TLanes.MultiplyAdd(weight, o3 - TLanes.Load(other + 3 * count), s3);
            }
            s0.Store(sums);
            s1.Store(sums + count);
            s2.Store(sums + 2 * count);
            s3.Store(sums + 3 * count);
        }

        private static void One<TLanes>(double* own, double* others, in Weights weights, double* sums)
            where TLanes : struct, ILanes<TLanes, double>
        {
            TLanes sum = TLanes.Zero;
            for (int x = 0; x < weights.Count; x++)
                sum = TLanes.MultiplyAdd(TLanes.All(weights.Values[x]), TLanes.Load(own) - TLanes.Load(others + weights.Rows[x]), sum);
            sum.Store(sums);
        }

        // What the other rows of the batch count, and where they begin.
        private struct Weights
        {
            public double* Values;
            public nint* Rows;
            public int Count;
        }
    }
}
