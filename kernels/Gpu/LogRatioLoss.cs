using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Log-ratio loss over every triplet of a batch (Kim et al., CVPR 2019) in N^2: distances, a group an anchor for its ratios and the derivatives by
/// its distances, which take their place, and the gradient of pairs.
/// </summary>
public sealed class LogRatioLoss
{
    private readonly GpuQueue _queue;
    private readonly SquaredDistance _distance;
    private readonly Kernel<Operands> _anchors;
    private readonly Kernel<PairGradientOperands<DistanceWeights>> _gradient;
    private readonly LossMean _mean;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public LogRatioLoss(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_queue, _distance, _anchors, _gradient, _mean) = (queue, new(queue), new(queue, Anchors), new(queue, PairGradient.Tiled), new(queue));
    }

    /// <summary>Queues gradient[N,D] and loss[1]. Overwrites both.</summary>
    public void Run(
        in LogRatioProblem problem, ArrayView<float> embeddings, ArrayView<float> similarity, ArrayView<float> gradient, ArrayView<float> loss)
    {
        int n = problem.Batch, square = problem.LengthSimilarity;
        _queue.Scratch.Reserve(ScratchMemory.Padded((long)square * sizeof(float), (long)n * sizeof(float)));
        ArrayView<float> distances = _queue.Scratch.Take<float>(square), losses = _queue.Scratch.Take<float>(n);
        _distance.Run(new SquaredDistanceProblem(n, n, problem.Dimensions), embeddings, embeddings, distances);
        _anchors.LaunchGroups(n, new Operands
        {
            Distances = distances, Similarity = similarity, Losses = losses, Batch = n, Epsilon = problem.Epsilon,
            LabelEpsilon = problem.LabelEpsilon, Scale = (float)(8 * (n - 1) / problem.Terms),
        });
        _gradient.LaunchGroups(PairGradient.Tiles(n, problem.Dimensions, _queue.GroupSize), new PairGradientOperands<DistanceWeights>
        {
            Embeddings = embeddings, Gradient = gradient, Weights = new DistanceWeights { Weights = distances }, Batch = n,
            Dimensions = problem.Dimensions,
        });
        // Of a single row the sum is 0.
        _mean.Run(losses, n, (float)(problem.Terms / Math.Max(2 * (n - 1), 1)), loss);
    }

    [GpuKernel]
    internal static void Anchors(Operands o)
    {
        int anchor = Grid.IdxX, start = anchor * o.Batch;
        float sum = 0f, rest = 0f, squares = 0f, others = IntrinsicMath.Max(o.Batch - 1, 1);
        for (int x = Group.IdxX; x < o.Batch; x += Group.DimX) sum += x == anchor ? 0f : Ratio(o, start + x);
        float mean = GroupReduce.Sum(sum) / others;
        // What the sum has rounded away moves all derivatives of an anchor to one side, where their sum is small.
        for (int x = Group.IdxX; x < o.Batch; x += Group.DimX) rest += x == anchor ? 0f : Ratio(o, start + x) - mean;
        rest = GroupReduce.Sum(rest) / others;
        for (int x = Group.IdxX; x < o.Batch; x += Group.DimX)
        {
            float apart = x == anchor ? 0f : Ratio(o, start + x) - mean - rest;
            squares += apart * apart;
            o.Distances[start + x] = o.Scale * apart / (o.Distances[start + x] + o.Epsilon);
        }
        squares = GroupReduce.Sum(squares);
        if (Group.IdxX == 0) o.Losses[anchor] = squares;
    }

    private static float Ratio(Operands o, int pair) => MathF.Log((o.Distances[pair] + o.Epsilon) / (1f + o.LabelEpsilon - o.Similarity[pair]));

    internal struct Operands
    {
        public ArrayView<float> Distances, Similarity, Losses;
        public int Batch;
        public float Epsilon, LabelEpsilon, Scale;
    }
}

/// <summary>The derivatives by the distances of all pairs, doubled, [N,N].</summary>
internal struct DistanceWeights : IPairWeights
{
    public ArrayView<float> Weights;

    public readonly float Factor => 1f;

    public readonly float Of(int pair, int reverse) => Weights[pair] + Weights[reverse];
}
