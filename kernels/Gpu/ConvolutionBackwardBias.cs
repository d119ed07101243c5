using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>db[K] += sums of dy over images and positions; a group a filter.</summary>
internal sealed class ConvolutionBackwardBias(GpuQueue queue)
{
    private readonly Kernel<Operands> _sum = new(queue, Sum);

    public void Run(in ConvolutionProblem problem, ArrayView<float> dy, ArrayView<float> db) => _sum.LaunchGroups(
        problem.Filters,
        new Operands { Dy = dy, Db = db, Batch = problem.Batch, Filters = problem.Filters, Plane = problem.OutputHeight * problem.OutputWidth });

    [GpuKernel]
    internal static void Sum(Operands o)
    {
        int filter = Grid.IdxX;
        float sum = 0f;
        for (int i = Group.IdxX; i < o.Batch * o.Plane; i += Group.DimX) sum += o.Dy[(i / o.Plane * o.Filters + filter) * o.Plane + i % o.Plane];
        sum = GroupReduce.Sum(sum);
        if (Group.IdxX == 0) o.Db[filter] += sum;
    }

    internal struct Operands
    {
        public ArrayView<float> Dy, Db;
        public int Batch, Filters, Plane;
    }
}
