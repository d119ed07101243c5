using System.Numerics;
using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Triplet loss over every triplet of a batch (Mojoo, Kurita 2021), with nothing above N^2 in memory. With <c>u = d + m J</c> the
/// hinge of (a,p,n) is <c>u_ap - u_an + offset</c>, so the loss depends on d(a,x) through one integer: <c>c[a,x]</c> = active triplets in which x
/// is the positive of a, less those in which it is the negative. The gradient of row i is then <c>2/B sum_x (c[i,x] + c[x,i]) (e_i - e_x)</c>: loss,
/// counts and gradient come of one pass over the triplets. About 2 N^3 comparisons, 3 N^2 D FLOPs for distances and as many for the gradient.
/// <para>
/// The floor on an H100 (132 multiprocessors of 128 lanes at 1.755 GHz: 29.6 T instructions of a lane a second): the staged pass takes 16.5
/// instructions a pair (x,y) of an anchor, which is 75 us for N = 512; distances and gradient (D = 64) take some 3 us each beside it.
/// </para>
/// </summary>
public sealed class BatchAllTripletLoss
{
    private readonly GpuQueue _queue;
    private readonly SquaredDistance _distance;
    private readonly Kernel<BatchAllTripletOperands> _pairs, _anchors, _staged;
    private readonly TripletTotals _totals;
    private readonly Kernel<PairGradientOperands<TripletWeights>> _gradient, _tiledGradient;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public BatchAllTripletLoss(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_queue, _distance, _totals) = (queue, new(queue), new(queue));
        _pairs = new(queue, BatchAllTripletAnchors.Pairs);
        (_anchors, _staged) = (new(queue, BatchAllTripletAnchors.Anchors), new(queue, BatchAllTripletStaged.Anchors));
        (_gradient, _tiledGradient) = (new(queue, PairGradient.Plain), new(queue, PairGradient.Tiled));
        Ladder = new KernelLadder<BatchAllTripletProblem>("BatchAllTripletLoss",
        [
            new(1, "plain", "a thread a pair (anchor, x), which walks over y in memory") { Traffic = (p, _) => Distances(p) + Walk(p) + Parts(p) + Gather(p) },
            new(2, "anchors", "a group an anchor, which adds up its own totals") { Traffic = (p, _) => Distances(p) + Walk(p) + Gather(p) },
            new(3, "staged", "y in shared memory, read once for four x, and thresholds of J that make every comparison one of floats")
            {
                Traffic = (p, _) => Distances(p) + Stage(p) + Gather(p),
            },
            new(4, "tiled", "the gradient from tiles of coefficients and embeddings in shared memory")
            {
                Traffic = (p, _) => Distances(p) + Stage(p) + GatherTiles(p),
            },
        ])
        {
            Rule = _ => new KernelChoice(4),
            Class = p => $"n{BitOperations.RoundUpToPowerOf2((uint)p.Batch)}d{BitOperations.RoundUpToPowerOf2((uint)p.Dimensions)}",
            Tuned = (operation, problems) => queue.Tuned(operation, problems),
        };
    }

    /// <summary>The ways to compute it.</summary>
    public KernelLadder<BatchAllTripletProblem> Ladder { get; }

    /// <summary>Queues gradient[N,D], statistics and counts. Overwrites all three.</summary>
    public void Run(
        in BatchAllTripletProblem problem, ArrayView<float> embeddings, ArrayView<float> similarity,
        ArrayView<float> gradient, ArrayView<float> statistics, ArrayView<long> counts)
    {
        int variant = Ladder.Choose(problem).Variant, n = problem.Batch, square = problem.LengthSimilarity, parts = variant == 1 ? square : n;
        _queue.Scratch.Reserve(ScratchMemory.Padded((long)square * sizeof(float), (long)square * sizeof(int)) + TripletParts.Bytes(parts));
        var operands = new BatchAllTripletOperands
        {
            Distances = _queue.Scratch.Take<float>(square), Similarity = similarity, Coefficients = _queue.Scratch.Take<int>(square),
            Parts = TripletParts.Take(_queue.Scratch, parts), Margin = problem.Margin, Delta = problem.Delta, Offset = problem.Offset, Batch = n,
            Lanes = BatchAllTripletStaged.LanesFor(n, _queue.GroupSize),
        };
        _distance.Run(new SquaredDistanceProblem(n, n, problem.Dimensions), embeddings, embeddings, operands.Distances);
        if (variant == 1) _pairs.LaunchThreads(square, operands);
        else (variant == 2 ? _anchors : _staged).LaunchGroups(n, operands);
        _totals.Run(problem.Reduction, operands.Parts, statistics, counts);
        var gradientOperands = new PairGradientOperands<TripletWeights>
        {
            Embeddings = embeddings, Gradient = gradient, Batch = n, Dimensions = problem.Dimensions,
            Weights = new TripletWeights
            {
                Coefficients = operands.Coefficients, Counts = counts, MeanOfActive = TripletTotals.IsMeanOfActive(problem.Reduction),
            },
        };
        if (variant < 4) _gradient.LaunchThreads(problem.LengthEmbeddings, gradientOperands);
        else _tiledGradient.LaunchGroups(PairGradient.Tiles(n, problem.Dimensions, _queue.GroupSize), gradientOperands);
    }

    private static long Square(in BatchAllTripletProblem p) => p.LengthSimilarity;

    // Both operands once per 64 rows or columns, and the matrix.
    private static long Distances(in BatchAllTripletProblem p) => Square(p) * p.Dimensions / 8 + 4 * Square(p);

    // Every thread reads the anchor's rows of distances and similarity; coefficients are written.
    private static long Walk(in BatchAllTripletProblem p) => 8 * p.Candidates + 4 * Square(p);

    // Five totals a pair, written and read.
    private static long Parts(in BatchAllTripletProblem p) => 56 * Square(p);

    // An anchor's rows once as x, and as y once for each pass over x.
    private long Stage(in BatchAllTripletProblem p) =>
        Square(p) * (12 + 8L * Blocks.Covering(p.Batch, BatchAllTripletStaged.RowsOfThread * _queue.GroupSize));

    // Two coefficients and an element of the embeddings for each term.
    private static long Gather(in BatchAllTripletProblem p) => 12 * Square(p) * p.Dimensions + 8L * p.LengthEmbeddings;

    private long GatherTiles(in BatchAllTripletProblem p)
    {
        int rows = PairGradient.RowsOfTile(_queue.GroupSize);
        return 8 * Square(p) * Blocks.Covering(p.Dimensions, PairGradient.Lanes) +
            4L * p.LengthEmbeddings * (Blocks.Covering(p.Batch, rows) + 2);
    }
}

/// <summary>What the passes over the triplets of a batch take.</summary>
internal struct BatchAllTripletOperands
{
    /// <summary>[N,N].</summary>
    public ArrayView<float> Distances, Similarity;

    /// <summary>[N,N], as in <see cref="BatchAllTripletLoss"/>.</summary>
    public ArrayView<int> Coefficients;

    /// <summary>A row an anchor, or a pair in the plain variant.</summary>
    public TripletParts Parts;

    public float Margin, Delta, Offset;

    /// <summary>Lanes is the number of threads that share the rows x of an anchor, in the staged variant.</summary>
    public int Batch, Lanes;
}
