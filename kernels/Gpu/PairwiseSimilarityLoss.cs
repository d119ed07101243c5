using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// The pairwise similarity loss of IDHN (Zhang et al., IEEE TMM 2019): the inner products of all pairs, a group a row for terms and derivatives,
/// which take the products' place, and the gradient by a second product.
/// </summary>
public sealed class PairwiseSimilarityLoss
{
    private readonly GpuQueue _queue;
    private readonly LossProduct _product;
    private readonly Kernel<Operands> _rows;
    private readonly LossMean _mean;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public PairwiseSimilarityLoss(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_queue, _product, _rows, _mean) = (queue, new(queue), new(queue, Rows), new(queue));
    }

    /// <summary>Queues gradient[N,D] and loss[1]. Overwrites both.</summary>
    public void Run(
        in PairwiseSimilarityProblem problem, ArrayView<float> embeddings, ArrayView<float> similarity, ArrayView<float> gradient,
        ArrayView<float> loss)
    {
        int n = problem.Batch, dimensions = problem.Dimensions, square = problem.LengthSimilarity;
        _queue.Scratch.Reserve(ScratchMemory.Padded((long)square * sizeof(float), (long)n * sizeof(float)));
        ArrayView<float> products = _queue.Scratch.Take<float>(square), losses = _queue.Scratch.Take<float>(n);
        _product.Run(n, n, dimensions, embeddings, embeddings, transposeB: true, products, accumulate: false);
        _rows.LaunchGroups(n, new Operands
        {
            Products = products, Similarity = similarity, Losses = losses, Batch = n, PerDimension = 1f / dimensions, Scale = problem.Scale,
            Soft = problem.Soft * dimensions, Weight = (float)(2 / (problem.Pairs * dimensions)),
        });
        _product.Run(n, dimensions, n, products, embeddings, transposeB: false, gradient, accumulate: false);
        _mean.Run(losses, n, (float)problem.Pairs, loss);
    }

    [GpuKernel]
    internal static void Rows(Operands o)
    {
        int row = Grid.IdxX, start = row * o.Batch;
        float terms = 0f;
        for (int x = Group.IdxX; x < o.Batch; x += Group.DimX)
        {
            float c = o.Products[start + x] * o.PerDimension, s = o.Similarity[start + x], z = c * o.Scale;
            float power = MathF.Exp(-IntrinsicMath.Abs(z)), inverse = 1f / (1f + power), sigmoid = z < 0f ? power * inverse : inverse;
            float hard = IntrinsicMath.Max(z, 0f) + MathF.Log(1f + power) - s * z, apart = (c + 1f) * 0.5f - s, soft = o.Soft * apart;
            bool isUnder = s < PairwiseSimilarityProblem.HardBelow, isOver = s > PairwiseSimilarityProblem.HardAbove, isHard = isUnder | isOver;
            bool isPair = x != row;
            float term = isHard ? hard : soft * apart, derivative = isHard ? o.Scale * (sigmoid - s) : soft;
            terms += isPair ? term : 0f;
            o.Products[start + x] = isPair ? o.Weight * derivative : 0f;
        }
        terms = GroupReduce.Sum(terms);
        if (Group.IdxX == 0) o.Losses[row] = terms;
    }

    internal struct Operands
    {
        public ArrayView<float> Products, Similarity, Losses;
        public int Batch;
        public float PerDimension, Scale, Soft, Weight;
    }
}
