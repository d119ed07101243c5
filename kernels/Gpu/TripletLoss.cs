using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Adaptive-margin triplet loss over a list (Mojoo, Kurita 2021). A thread a triplet finds hinge and distances; a thread an element of the gradient
/// walks the list and gathers its terms in order, so that the result needs no atomics and is the same bits on every run.
/// </summary>
public sealed class TripletLoss
{
    private readonly GpuQueue _queue;
    private readonly Kernel<HingeOperands> _hinges;
    private readonly TripletTotals _totals;
    private readonly Kernel<GradientOperands> _gradient;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public TripletLoss(GpuQueue queue) => (_queue, _hinges, _totals, _gradient) = (queue, new(queue, Hinges), new(queue), new(queue, Gradient));

    /// <summary>Queues gradient[N,D], statistics and counts. Overwrites all three.</summary>
    public void Run(
        in TripletProblem problem, ArrayView<float> embeddings, ArrayView<int> triplets, ArrayView<float> margins,
        ArrayView<float> gradient, ArrayView<float> statistics, ArrayView<long> counts)
    {
        _queue.Scratch.Reserve(TripletParts.Bytes(problem.Triplets));
        TripletParts parts = TripletParts.Take(_queue.Scratch, problem.Triplets);
        _hinges.LaunchThreads(problem.Triplets, new HingeOperands
        {
            Embeddings = embeddings, Triplets = triplets, Margins = margins, Parts = parts, Dimensions = problem.Dimensions,
        });
        _totals.Run(problem.Reduction, parts, statistics, counts);
        _gradient.LaunchThreads(problem.LengthEmbeddings, new GradientOperands
        {
            Embeddings = embeddings, Gradient = gradient, Triplets = triplets, Active = parts.Active, Counts = counts, Count = problem.Triplets,
            Dimensions = problem.Dimensions, Length = problem.LengthEmbeddings, MeanOfActive = TripletTotals.IsMeanOfActive(problem.Reduction),
        });
    }

    [GpuKernel]
    internal static void Hinges(HingeOperands o)
    {
        int t = Threads.Index;
        if (Threads.Beyond(t, o.Parts.Rows)) return;
        int a = o.Triplets[3 * t] * o.Dimensions, p = o.Triplets[3 * t + 1] * o.Dimensions, n = o.Triplets[3 * t + 2] * o.Dimensions;
        float toPositive = 0f, toNegative = 0f;
        for (int d = 0; d < o.Dimensions; d++)
        {
            float differenceP = o.Embeddings[a + d] - o.Embeddings[p + d], differenceN = o.Embeddings[a + d] - o.Embeddings[n + d];
            toPositive += differenceP * differenceP;
            toNegative += differenceN * differenceN;
        }
        float hinge = toPositive - toNegative + o.Margins[t];
        o.Parts.Hinges[t] = hinge > 0f ? hinge : 0f;
        o.Parts.ToPositive[t] = toPositive;
        o.Parts.ToNegative[t] = toNegative;
        o.Parts.Considered[t] = 1;
        o.Parts.Active[t] = hinge > 0f ? 1 : 0;
    }

    [GpuKernel]
    internal static void Gradient(GradientOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        int row = i / o.Dimensions, d = i % o.Dimensions;
        float sum = 0f;
        for (int t = 0; t < o.Count; t++)
        {
            int a = o.Triplets[3 * t], p = o.Triplets[3 * t + 1], n = o.Triplets[3 * t + 2];
            if (o.Active[t] == 0 || (a != row && p != row && n != row)) continue;
            float anchor = o.Embeddings[a * o.Dimensions + d], positive = o.Embeddings[p * o.Dimensions + d];
            float negative = o.Embeddings[n * o.Dimensions + d];
            if (a == row) sum += negative - positive;
            if (p == row) sum += positive - anchor;
            if (n == row) sum += anchor - negative;
        }
        o.Gradient[i] = 2f * sum / TripletTotals.Divisor(o.Counts, o.MeanOfActive);
    }

    internal struct HingeOperands
    {
        public ArrayView<float> Embeddings, Margins;
        public ArrayView<int> Triplets;
        public TripletParts Parts;
        public int Dimensions;
    }

    internal struct GradientOperands
    {
        public ArrayView<float> Embeddings, Gradient;
        public ArrayView<int> Triplets;
        public ArrayView<long> Active, Counts;
        public int Count, Dimensions, Length, MeanOfActive;
    }
}
