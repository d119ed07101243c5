using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Cross entropy of cosines with fixed binary targets (OrthoHash: Hoe et al., NeurIPS 2021): the scalar products of rows and targets, a group a
/// row for its softmax, which leaves what each target weighs in the place of its product, and the targets' part of the gradient by a second product.
/// </summary>
public sealed class CosineCrossEntropy
{
    private readonly GpuQueue _queue;
    private readonly LossProduct _product;
    private readonly Kernel<Operands> _rows;
    private readonly LossMean _mean;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public CosineCrossEntropy(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_queue, _product, _rows, _mean) = (queue, new(queue), new(queue, Rows), new(queue));
    }

    /// <summary>Queues gradient[N,D] and loss[1]. Overwrites both.</summary>
    public void Run(
        in CosineCrossEntropyProblem problem, ArrayView<float> embeddings, ArrayView<float> targets, ArrayView<int> labels, ArrayView<float> gradient,
        ArrayView<float> loss)
    {
        (int n, int dimensions, int classes) = (problem.Batch, problem.Dimensions, problem.Classes);
        _queue.Scratch.Reserve(ScratchMemory.Padded((long)problem.LengthLabels * sizeof(float), (long)n * sizeof(float)));
        ArrayView<float> products = _queue.Scratch.Take<float>(problem.LengthLabels), losses = _queue.Scratch.Take<float>(n);
        _product.Run(n, classes, dimensions, embeddings, targets, transposeB: true, products, accumulate: false);
        _rows.LaunchGroups(n, new Operands
        {
            Embeddings = embeddings, Products = products, Gradient = gradient, Losses = losses, Labels = labels, Dimensions = dimensions,
            Classes = classes, Scale = problem.Scale, Margin = problem.Margin, PerRow = 1f / n,
        });
        _product.Run(n, dimensions, classes, products, targets, transposeB: false, gradient, accumulate: true);
        _mean.Run(losses, n, n, loss);
    }

    // Powers are computed anew in each loop, so that no thread keeps more than sums. A row without labels weighs nothing.
    [GpuKernel]
    internal static void Rows(Operands o)
    {
        int row = Grid.IdxX, start = row * o.Classes, first = row * o.Dimensions;
        float squares = 0f, largest = float.NegativeInfinity, sum = 0f, own = 0f, along = 0f;
        long labels = 0;
        for (int d = Group.IdxX; d < o.Dimensions; d += Group.DimX) squares += o.Embeddings[first + d] * o.Embeddings[first + d];
        squares = GroupReduce.Sum(squares) + CosineCrossEntropyProblem.Epsilon;
        float perProduct = 1f / MathF.Sqrt(squares * o.Dimensions);
        for (int c = Group.IdxX; c < o.Classes; c += Group.DimX)
        {
            labels += o.Labels[start + c];
            largest = IntrinsicMath.Max(largest, Logit(o, start + c, perProduct));
        }
        labels = GroupReduce.Sum(labels);
        largest = GroupReduce.Maximum(largest, Group.DimX);
        float all = labels > 0 ? labels : 1f, byLogit = labels > 0 ? o.Scale * o.PerRow : 0f;
        for (int c = Group.IdxX; c < o.Classes; c += Group.DimX)
        {
            float logit = Logit(o, start + c, perProduct);
            sum += MathF.Exp(logit - largest);
            own += o.Labels[start + c] / all * logit;
        }
        sum = GroupReduce.Sum(sum);
        own = GroupReduce.Sum(own);
        for (int c = Group.IdxX; c < o.Classes; c += Group.DimX)
        {
            float share = o.Labels[start + c] / all, derivative = MathF.Exp(Logit(o, start + c, perProduct) - largest) / sum - share;
            along += derivative * o.Products[start + c] * perProduct;
        }
        along = GroupReduce.Sum(along);
        // Apart from the sum, which ILGPU would move behind the store, where its product is gone.
        for (int c = Group.IdxX; c < o.Classes; c += Group.DimX)
        {
            float share = o.Labels[start + c] / all, derivative = MathF.Exp(Logit(o, start + c, perProduct) - largest) / sum - share;
            o.Products[start + c] = derivative * byLogit * perProduct;
        }
        for (int d = Group.IdxX; d < o.Dimensions; d += Group.DimX) o.Gradient[first + d] = -along * byLogit / squares * o.Embeddings[first + d];
        if (Group.IdxX == 0) o.Losses[row] = labels > 0 ? largest - own + MathF.Log(sum) : 0f;
    }

    private static float Logit(Operands o, int at, float perProduct) =>
        o.Scale * (o.Products[at] * perProduct - (o.Labels[at] > 0 ? o.Margin : 0f));

    internal struct Operands
    {
        public ArrayView<float> Embeddings, Products, Gradient, Losses;
        public ArrayView<int> Labels;
        public int Dimensions, Classes;
        public float Scale, Margin, PerRow;
    }
}
