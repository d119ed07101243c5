using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Global average pooling, x <c>[N,C,S]</c> to y <c>[N,C]</c>; forward a group a channel, backward a thread an input.</summary>
public sealed class GlobalPooling
{
    private readonly Kernel<Operands> _forward;
    private readonly Kernel<Operands> _backward;

    /// <summary>Prepares the operation; each direction is compiled at its first run.</summary>
    public GlobalPooling(GpuQueue queue) => (_forward, _backward) = (new(queue, Forward), new(queue, Backward));

    /// <summary>Queues y = the means. Overwrites y.</summary>
    public void RunForward(in GlobalPoolingProblem problem, ArrayView<float> x, ArrayView<float> y) =>
        _forward.LaunchGroups(problem.LengthY, new Operands { X = x, Y = y, Spatial = problem.Spatial, LengthX = problem.LengthX });

    /// <summary>Queues dx = dy / S. Overwrites dx.</summary>
    public void RunBackward(in GlobalPoolingProblem problem, ArrayView<float> dy, ArrayView<float> dx) =>
        _backward.LaunchThreads(problem.LengthX, new Operands { X = dx, Y = dy, Spatial = problem.Spatial, LengthX = problem.LengthX });

    [GpuKernel]
    internal static void Forward(Operands o)
    {
        float sum = 0f;
        for (int i = Group.IdxX; i < o.Spatial; i += Group.DimX) sum += o.X[Grid.IdxX * o.Spatial + i];
        sum = GroupReduce.Sum(sum);
        if (Group.IdxX == 0) o.Y[Grid.IdxX] = sum / o.Spatial;
    }

    [GpuKernel]
    internal static void Backward(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.LengthX)) return;
        o.X[i] = o.Y[i / o.Spatial] / o.Spatial;
    }

    internal struct Operands
    {
        public ArrayView<float> X, Y;
        public int Spatial, LengthX;
    }
}
