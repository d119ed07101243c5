using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Maximum pooling; padding never takes part, and the first of equal values wins. Backward gathers, a thread an input: no atomics.</summary>
public sealed class MaxPooling
{
    private readonly Kernel<Operands> _forward;
    private readonly Kernel<Operands> _backward;

    /// <summary>Prepares the operation; each direction is compiled at its first run.</summary>
    public MaxPooling(GpuQueue queue) => (_forward, _backward) = (new(queue, Forward), new(queue, Backward));

    /// <summary>Queues y and indices (position h W + w in the channel). Overwrites both; indices may be empty.</summary>
    public void RunForward(in PoolingProblem problem, ArrayView<float> x, ArrayView<float> y, ArrayView<int> indices) =>
        _forward.LaunchThreads(problem.LengthY, new Operands { X = x, Y = y, Indices = indices, HasIndices = indices.Length > 0 ? 1 : 0, Shape = new(problem) });

    /// <summary>Queues dx = dy sent to the positions chosen. Overwrites dx.</summary>
    public void RunBackward(in PoolingProblem problem, ArrayView<float> dy, ArrayView<int> indices, ArrayView<float> dx) =>
        _backward.LaunchThreads(problem.LengthX, new Operands { X = dx, Y = dy, Indices = indices, Shape = new(problem) });

    [GpuKernel]
    internal static void Forward(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Shape.LengthY)) return;
        PoolingWindow window = o.Shape.UnderOutput(i);
        int best = window.Top * o.Shape.Width + window.Left;
        float maximum = o.X[window.Plane + best];
        for (int h = window.Top; h < window.Bottom; h++)
        {
            for (int w = window.Left; w < window.Right; w++)
            {
                float value = o.X[window.Plane + h * o.Shape.Width + w];
                if (value > maximum)
                {
                    maximum = value;
                    best = h * o.Shape.Width + w;
                }
            }
        }
        o.Y[i] = maximum;
        if (o.HasIndices != 0) o.Indices[i] = best;
    }

    [GpuKernel]
    internal static void Backward(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Shape.LengthX)) return;
        PoolingWindow outputs = o.Shape.OverInput(i);
        int position = o.Shape.PositionOfInput(i);
        float sum = 0f;
        for (int oh = outputs.Top; oh < outputs.Bottom; oh++)
        {
            for (int ow = outputs.Left; ow < outputs.Right; ow++)
            {
                int at = outputs.Plane + oh * o.Shape.OutputWidth + ow;
                if (o.Indices[at] == position) sum += o.Y[at];
            }
        }
        o.X[i] = sum;
    }

    internal struct Operands
    {
        public ArrayView<float> X, Y;
        public ArrayView<int> Indices;
        public int HasIndices;
        public PoolingShape Shape;
    }
}
