using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// db[K] += sums of dy over images and positions: every group sums a part of one filter's planes, then the parts are added. One reading of dy.
/// </summary>
internal sealed class ConvolutionBackwardBias(GpuQueue queue)
{
    private readonly Kernel<Operands> _sum = new(queue, Sum);
    private readonly PartialSums _parts = new(queue);

    public void Run(in ConvolutionProblem problem, ArrayView<float> dy, ArrayView<float> db)
    {
        var split = new PlaneSplit(queue, problem.Batch, problem.Filters, problem.OutputHeight * problem.OutputWidth, Alignment.AreVectors(dy));
        long length = (long)split.Parts * problem.Filters;
        queue.Scratch.Reserve(length * sizeof(float));
        ArrayView<float> partial = queue.Scratch.Take<float>(length);
        _sum.LaunchGroups(split.Groups, new Operands { Dy = dy, Partial = partial, Split = split });
        _parts.AddTo(db, problem.Filters, partial, split.Parts);
    }

    [GpuKernel]
    internal static void Sum(Operands o)
    {
        float sum = GroupReduce.Sum(o.Split.Fold(new SumOf(o.Dy), 0f));
        if (Group.IdxX == 0) o.Partial[o.Split.Part * o.Split.Channels + o.Split.Channel] = sum;
    }

    internal struct Operands
    {
        public ArrayView<float> Dy, Partial;
        public PlaneSplit Split;
    }
}
