using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>The rectifier; a thread an element. Outputs may be inputs.</summary>
public sealed class Relu
{
    private readonly Kernel<ForwardOperands> _forward;
    private readonly Kernel<BackwardOperands> _backward;

    /// <summary>Prepares the operation; each direction is compiled at its first run.</summary>
    public Relu(GpuQueue queue) => (_forward, _backward) = (new(queue, Forward), new(queue, Backward));

    /// <summary>Queues y = max(x, 0). Overwrites y.</summary>
    public void RunForward(in ElementwiseProblem problem, ArrayView<float> x, ArrayView<float> y) =>
        _forward.LaunchThreads(problem.Length, new ForwardOperands { X = x, Y = y, Length = problem.Length });

    /// <summary>Queues dx = y > 0 ? dy : 0. Overwrites dx.</summary>
    public void RunBackward(in ElementwiseProblem problem, ArrayView<float> dy, ArrayView<float> y, ArrayView<float> dx) =>
        _backward.LaunchThreads(problem.Length, new BackwardOperands { Dy = dy, Y = y, Dx = dx, Length = problem.Length });

    [GpuKernel]
    internal static void Forward(ForwardOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        float x = o.X[i];
        o.Y[i] = x < 0f ? 0f : x; // a NaN stays one
    }

    [GpuKernel]
    internal static void Backward(BackwardOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        o.Dx[i] = o.Y[i] > 0f ? o.Dy[i] : 0f;
    }

    internal struct ForwardOperands
    {
        public ArrayView<float> X, Y;
        public int Length;
    }

    internal struct BackwardOperands
    {
        public ArrayView<float> Dy, Y, Dx;
        public int Length;
    }
}
