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
            int* coefficients = Work.Coefficients + (nint)anchor * batch;
            float* similarities = Work.Similarity + (nint)anchor * batch;
            var scan = new Scan(Work.Rows + worker * Work.RowLength, batch);
            for (int x = 0; x < batch; x++)
            {
                // The anchor is no negative of its own, and no positive; neither is a row whose similarity is no number, which compares with nothing.
                coefficients[x] = 0;
                scan.Keys[others] = Scan.Key(similarities[x], x);
                others += x != anchor && !float.IsNaN(similarities[x]) ? 1 : 0;
            }
            scan.Sort(others, similarities);
            double* distances = scan.Distances;
            Distances<TLanes>(Work.Embeddings + (nint)anchor * Work.Dimensions, distances);
            for (int i = 0; i < others; i++)
            {
                uint x = (uint)scan.Keys[i];
                (double j, double d) = (similarities[x], distances[x]);
                (scan.J[i], scan.D[i], scan.U[i]) = (j, d, d + Work.Margin * j);
            }
            Totals totals = default;
            int first = scan.Consider(others, Work.Delta, ref totals);
            scan.Activate<TLanes>(first, others, Work.Offset);
            scan.Sum(others, Work.Offset, coefficients, ref totals);
            Work.Totals[anchor] = totals;
        }

        // Squared distances of all rows of the batch from one.
        private readonly void Distances<TLanes>(double* own, double* distances)
            where TLanes : struct, ILanes<TLanes, double>
        {
            int count = TLanes.Count;
            for (int x = 0; x < Work.Batch; x += 4 * count)
            {
                double* others = Work.Columns + (nint)(x / Panel) * Panel * Work.Dimensions + x % Panel;
                TLanes s0 = TLanes.Zero, s1 = s0, s2 = s0, s3 = s0;
                for (int d = 0; d < Work.Dimensions; d++, others += Panel)
                {
                    TLanes value = TLanes.All(own[d]);
                    TLanes d0 = value - TLanes.Load(others), d1 = value - TLanes.Load(others + count);
                    TLanes d2 = value - TLanes.Load(others + 2 * count), d3 = value - TLanes.Load(others + 3 * count);
                    s0 = TLanes.MultiplyAdd(d0, d0, s0);
                    s1 = TLanes.MultiplyAdd(d1, d1, s1);
                    s2 = TLanes.MultiplyAdd(d2, d2, s2);
                    s3 = TLanes.MultiplyAdd(d3, d3, s3);
                }
                s0.Store(distances + x);
                s1.Store(distances + x + count);
                s2.Store(distances + x + 2 * count);
                s3.Store(distances + x + 3 * count);
            }
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
