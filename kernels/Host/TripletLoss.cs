using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Adaptive-margin triplet loss over a list (Mojoo, Kurita 2021), in double: hinges in parallel over triplets, then the gradient in parallel
/// over slices of dimensions, each of which adds the triplets up in the order of the list.
/// </summary>
public static unsafe class TripletLoss
{
    private const int TripletsOfTask = 64;

    // Dimensions of a slice: a cache line of the embeddings.
    private const int Slice = 16;

    /// <summary>
    /// L = 1/B sum max(0, d(a,p) - d(a,n) + margin) over triplets int32 [B,3] of rows of embeddings [N,D]. Overwrites gradient[N,D], statistics
    /// and counts, laid out as in <see cref="TripletStatistics"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A length is not the problem's, or a triplet names a row outside 0..N-1.</exception>
    public static void Run(
        in TripletProblem problem, ReadOnlySpan<float> embeddings, ReadOnlySpan<int> triplets, ReadOnlySpan<float> margins,
        Span<float> gradient, Span<float> statistics, Span<long> counts, ThreadTeam team)
    {
        problem.Check(embeddings.Length, triplets.Length, margins.Length, gradient.Length, statistics.Length, counts.Length);
        CheckRows(triplets, problem.Embeddings);
        int slices = (problem.Dimensions + Slice - 1) / Slice;
        // No task asks for scratch memory, so worker 0's serves all.
        double* memory = team.Scratch(0).Get<double>(3L * problem.Triplets + (long)slices * Slice * problem.Embeddings);
        fixed (float* e = embeddings, m = margins, g = gradient)
        fixed (int* t = triplets)
        {
            var work = new Work
            {
                Embeddings = e, Margins = m, Gradient = g, Triplets = t,
                Count = problem.Triplets, Rows = problem.Embeddings, Dimensions = problem.Dimensions,
                Hinges = memory, ToPositive = memory + problem.Triplets, ToNegative = memory + 2L * problem.Triplets,
                Sums = memory + 3L * problem.Triplets,
            };
            var hinges = new HingeBody { Work = work };
            team.For((problem.Triplets + TripletsOfTask - 1) / TripletsOfTask, ref hinges);
            long active = 0;
            double sum = 0, toPositive = 0, toNegative = 0;
            for (int i = 0; i < problem.Triplets; i++)
            {
                toPositive += work.ToPositive[i];
                toNegative += work.ToNegative[i];
                if (!(work.Hinges[i] > 0)) continue;
                sum += work.Hinges[i];
                active++;
            }
            double divisor = problem.Reduction == TripletReduction.MeanOfActive ? Math.Max(active, 1) : problem.Triplets;
            work.Divisor = divisor;
            var slicesBody = new GradientBody { Work = work };
            team.For(slices, ref slicesBody);
            statistics[0] = (float)(sum / divisor);
            statistics[1] = (float)(toPositive / problem.Triplets);
            statistics[2] = (float)(toNegative / problem.Triplets);
            counts[0] = problem.Triplets;
            counts[1] = active;
        }
    }

    private static void CheckRows(ReadOnlySpan<int> triplets, int rows)
    {
        for (int i = 0; i < triplets.Length; i++)
        {
            if ((uint)triplets[i] >= (uint)rows)
                throw new ArgumentException($"triplets[{i / 3}] names row {triplets[i]}; the rows are 0 to {rows - 1}.", nameof(triplets));
        }
    }

    private struct Work
    {
        public float* Embeddings, Margins, Gradient;
        public int* Triplets;
        public int Count, Rows, Dimensions;
        public double* Hinges, ToPositive, ToNegative, Sums;
        public double Divisor;
    }

    private struct HingeBody : IParallelBody
    {
        public Work Work;

        public readonly void Run(int task, int worker)
        {
            int end = Math.Min((task + 1) * TripletsOfTask, Work.Count);
            for (int t = task * TripletsOfTask; t < end; t++)
            {
                float* a = Row(t, 0), p = Row(t, 1), n = Row(t, 2);
                double toPositive = 0, toNegative = 0;
                for (int d = 0; d < Work.Dimensions; d++)
                {
                    double x = a[d], ap = x - p[d], an = x - n[d];
                    toPositive += ap * ap;
                    toNegative += an * an;
                }
                Work.ToPositive[t] = toPositive;
                Work.ToNegative[t] = toNegative;
                Work.Hinges[t] = toPositive - toNegative + Work.Margins[t];
            }
        }

        private readonly float* Row(int triplet, int part) => Work.Embeddings + (nint)Work.Triplets[3 * (nint)triplet + part] * Work.Dimensions;
    }

    private struct GradientBody : IParallelBody
    {
        public Work Work;

        public readonly void Run(int task, int worker)
        {
            int start = task * Slice, length = Math.Min(Slice, Work.Dimensions - start);
            double* sums = Work.Sums + (nint)task * Slice * Work.Rows;
            new Span<double>(sums, Slice * Work.Rows).Clear();
            float* e = Work.Embeddings + start;
            for (int t = 0; t < Work.Count; t++)
            {
                if (!(Work.Hinges[t] > 0)) continue;
                (nint a, nint p, nint n) = (Work.Triplets[3 * (nint)t], Work.Triplets[3 * (nint)t + 1], Work.Triplets[3 * (nint)t + 2]);
                double* toA = sums + a * Slice, toP = sums + p * Slice, toN = sums + n * Slice;
                for (nint d = 0; d < length; d++)
                {
                    double ea = e[a * Work.Dimensions + d], ep = e[p * Work.Dimensions + d], en = e[n * Work.Dimensions + d];
                    toA[d] += en - ep;
                    toP[d] += ep - ea;
                    toN[d] += ea - en;
                }
            }
            for (nint row = 0; row < Work.Rows; row++)
            {
                float* g = Work.Gradient + row * Work.Dimensions + start;
                for (nint d = 0; d < length; d++) g[d] = (float)(2 * sums[row * Slice + d] / Work.Divisor);
            }
        }
    }
}
