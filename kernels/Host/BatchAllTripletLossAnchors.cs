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
            int batch = Work.Batch;
            double* row = Work.Rows + worker * Work.RowLength, own = Work.Embeddings + (nint)anchor * Work.Dimensions;
            var scan = new Scan
            {
                U = row, J = row + batch, D = row + 2 * batch, Thresholds = row + 3 * batch, Positives = (int*)(row + 4 * batch),
                Coefficients = Work.Coefficients + (nint)anchor * batch,
            };
            double lowest = double.PositiveInfinity;
            for (int x = 0; x < batch; x++)
            {
                scan.J[x] = Work.Similarity[(nint)anchor * batch + x];
                scan.D[x] = Distance<TLanes>(own, Work.Embeddings + (nint)x * Work.Dimensions, Work.Dimensions);
                scan.U[x] = scan.D[x] + Work.Margin * scan.J[x];
                scan.Coefficients[x] = 0;
                if (x != anchor) lowest = Math.Min(lowest, scan.J[x]);
            }
            // Rows similar enough to beat some other; with labels as sparse as ours most are not, and cost nothing.
            for (int p = 0; p < batch; p++)
            {
                if (p == anchor || !(scan.J[p] - Work.Delta > lowest)) continue;
                scan.Positives[scan.Count] = p;
                scan.Thresholds[scan.Count++] = scan.J[p] - Work.Delta;
            }
            // The anchor is no negative of its own. A positive is none either: delta is not negative, and its J is not below its own threshold.
            scan.J[anchor] = double.PositiveInfinity;

            Totals totals = default;
            int n = 0;
            for (; n <= batch - TLanes.Count; n += TLanes.Count) scan.Negatives<TLanes>(n, ref totals);
            for (; n < batch; n++) scan.Negatives<Lane<double>>(n, ref totals);
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

    // One anchor's rows, and its positives (numbers and thresholds J_ap - delta).
    private struct Scan
    {
        public double* U, J, D, Thresholds, Coefficients;
        public int* Positives;
        public int Count;

        // All positives against a vector of negatives, which stays in registers.
        public readonly void Negatives<TLanes>(int n, ref Totals totals)
            where TLanes : struct, ILanes<TLanes, double>
        {
            double* thresholds = Thresholds, us = U, coefficients = Coefficients;
            TLanes j = TLanes.Load(J + n), u = TLanes.Load(U + n), d = TLanes.Load(D + n), one = TLanes.All(1), zero = TLanes.Zero;
            TLanes hinges = zero, toNegative = zero, asNegative = zero;
            double toPositive = 0;
            long considered = 0, active = 0;
            for (int i = 0; i < Count; i++)
            {
                int p = Positives[i];
                TLanes isConsidered = j < TLanes.All(thresholds[i]), hinge = TLanes.All(us[p]) - u, isActive = isConsidered & (hinge > zero);
                hinges += TLanes.Select(isActive, hinge, zero);
                asNegative += TLanes.Select(isActive, one, zero);
                toNegative += TLanes.Select(isConsidered, d, zero);
                int candidates = TLanes.CountTrue(isConsidered), hits = TLanes.CountTrue(isActive);
                toPositive += candidates * D[p];
                coefficients[p] += hits;
                considered += candidates;
                active += hits;
            }
            (TLanes.Load(coefficients + n) - asNegative).Store(coefficients + n);
            totals.Hinges += TLanes.Sum(hinges);
            totals.ToNegative += TLanes.Sum(toNegative);
            totals.ToPositive += toPositive;
            totals.Considered += considered;
            totals.Active += active;
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
