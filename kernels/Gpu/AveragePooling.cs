using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Average pooling over the real cells under each window. Backward gathers, a thread an input: no atomics.</summary>
public sealed class AveragePooling
{
    private readonly Kernel<Operands> _forward;
    private readonly Kernel<Operands> _backward;

    /// <summary>Prepares the operation; each direction is compiled at its first run.</summary>
    public AveragePooling(GpuQueue queue) => (_forward, _backward) = (new(queue, Forward), new(queue, Backward));

    /// <summary>Queues y = the means. Overwrites y.</summary>
    public void RunForward(in PoolingProblem problem, ArrayView<float> x, ArrayView<float> y) =>
        _forward.LaunchThreads(problem.LengthY, new Operands { X = x, Y = y, Shape = new(problem) });

    /// <summary>Queues dx = dy spread over the cells of each window. Overwrites dx.</summary>
    public void RunBackward(in PoolingProblem problem, ArrayView<float> dy, ArrayView<float> dx) =>
        _backward.LaunchThreads(problem.LengthX, new Operands { X = dx, Y = dy, Shape = new(problem) });

    [GpuKernel]
    internal static void Forward(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Shape.LengthY)) return;
        PoolingWindow window = o.Shape.UnderOutput(i);
        float sum = 0f;
        for (int h = window.Top; h < window.Bottom; h++)
        {
            for (int w = window.Left; w < window.Right; w++) sum += o.X[window.Plane + h * o.Shape.Width + w];
        }
        o.Y[i] = sum / window.Cells;
    }

    [GpuKernel]
    internal static void Backward(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Shape.LengthX)) return;
        PoolingWindow outputs = o.Shape.OverInput(i);
        float sum = 0f;
        for (int oh = outputs.Top; oh < outputs.Bottom; oh++)
        {
            for (int ow = outputs.Left; ow < outputs.Right; ow++)
                sum += o.Y[outputs.Plane + oh * o.Shape.OutputWidth + ow] / o.Shape.UnderOutput(0, oh, ow).Cells;
        }
        o.X[i] = sum;
    }

    internal struct Operands
    {
        public ArrayView<float> X, Y;
        public PoolingShape Shape;
    }
}
