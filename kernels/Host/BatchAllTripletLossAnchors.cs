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
            new Span<ulong>(scan.Keys, others).Sort();
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
            int batch = Work.Batch, dimensions = Work.Dimensions;
            double* sums = Work.Rows + worker * Work.RowLength, own = Work.Embeddings + (nint)row * dimensions;
            new Span<double>(sums, dimensions).Clear();
            for (nint x = 0; x < batch; x++)
            {
                double weight = Work.Coefficients[(nint)row * batch + x] + Work.Coefficients[x * batch + row];
                if (weight == 0) continue;
                double* other = Work.Embeddings + x * dimensions;
                TLanes weights = TLanes.All(weight);
                int d = 0;
                for (; d <= dimensions - TLanes.Count; d += TLanes.Count)
                    TLanes.MultiplyAdd(weights, TLanes.Load(own + d) - TLanes.Load(other + d), TLanes.Load(sums + d)).Store(sums + d);
                for (; d < dimensions; d++) sums[d] += weight * (own[d] - other[d]);
            }
            float* gradient = Work.Gradient + (nint)row * dimensions;
            for (int d = 0; d < dimensions; d++) gradient[d] = (float)(sums[d] * Work.Scale);
        }
    }
}
