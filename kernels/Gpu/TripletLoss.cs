using System.Numerics;
using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Adaptive-margin triplet loss over a list (Mojoo, Kurita 2021): hinges and distances of every triplet, then a gradient that gathers its terms in
/// the order of the list, so that the result needs no atomics and is the same bits on every run.
/// </summary>
public sealed class TripletLoss
{
    private readonly GpuQueue _queue;
    private readonly Kernel<TripletHingeOperands> _hinges, _sharedHinges;
    private readonly TripletTotals _totals;
    private readonly Kernel<TripletGradientOperands> _gradient, _gathered;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public TripletLoss(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_queue, _totals) = (queue, new(queue));
        (_hinges, _sharedHinges) = (new(queue, TripletHinges.Plain), new(queue, TripletHinges.Shared));
        (_gradient, _gathered) = (new(queue, TripletGradient.Plain), new(queue, TripletGradient.Gathered));
        Ladder = new KernelLadder<TripletProblem>("TripletLoss",
        [
            new(1, "plain", "a thread a triplet, and a thread an element of the gradient, which walks over the list")
            {
                Traffic = (p, _) => Terms(p) + ListBytes(p) * p.LengthEmbeddings,
            },
            new(2, "gathered", "16 threads a triplet; a group a row of the gradient, which picks the row's triplets out of the list together")
            {
                Traffic = (p, _) => Terms(p) + ListBytes(p) * p.Embeddings * Blocks.Covering(p.Dimensions, queue.GroupSize),
            },
        ])
        {
            Rule = _ => new KernelChoice(2),
            Class = p => $"n{Rounded(p.Embeddings)}d{Rounded(p.Dimensions)}t{Rounded(p.Triplets)}",
            Tuned = (operation, problems) => queue.Tuned(operation, problems),
        };
    }

    /// <summary>The ways to compute it.</summary>
    public KernelLadder<TripletProblem> Ladder { get; }

    /// <summary>Queues gradient[N,D], statistics and counts. Overwrites all three.</summary>
    public void Run(
        in TripletProblem problem, ArrayView<float> embeddings, ArrayView<int> triplets, ArrayView<float> margins,
        ArrayView<float> gradient, ArrayView<float> statistics, ArrayView<long> counts)
    {
        bool plain = Ladder.Choose(problem).Variant == 1;
        _queue.Scratch.Reserve(TripletParts.Bytes(problem.Triplets));
        TripletParts parts = TripletParts.Take(_queue.Scratch, problem.Triplets);
        var hinges = new TripletHingeOperands
        {
            Embeddings = embeddings, Triplets = triplets, Margins = margins, Parts = parts, Dimensions = problem.Dimensions,
        };
        if (plain) _hinges.LaunchThreads(problem.Triplets, hinges);
        else _sharedHinges.LaunchThreads((long)problem.Triplets * TripletHinges.Lanes, hinges);
        _totals.Run(problem.Reduction, parts, statistics, counts);
        var operands = new TripletGradientOperands
        {
            Embeddings = embeddings, Gradient = gradient, Triplets = triplets, Active = parts.Active, Counts = counts, Count = problem.Triplets,
            Dimensions = problem.Dimensions, Length = problem.LengthEmbeddings, MeanOfActive = TripletTotals.IsMeanOfActive(problem.Reduction),
        };
        if (plain) _gradient.LaunchThreads(problem.LengthEmbeddings, operands);
        else _gathered.LaunchGroups((long)problem.Embeddings * Blocks.Covering(problem.Dimensions, _queue.GroupSize), operands);
    }

    private static uint Rounded(int size) => BitOperations.RoundUpToPowerOf2((uint)size);

    // Three rows of a triplet for its hinge, and for each of its three terms of the gradient; the gradient itself.
    private static long Terms(in TripletProblem p) => 48L * p.Triplets * p.Dimensions + 4L * p.LengthEmbeddings;

    // Three rows' numbers, and whether the triplet is active.
    private static long ListBytes(in TripletProblem p) => 20L * p.Triplets;
}
