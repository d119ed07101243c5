using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>The rectifier. Outputs may be inputs.</summary>
public sealed class Relu
{
    private readonly Elementwise<Forward> _forward;
    private readonly Elementwise<Backward> _backward;

    /// <summary>Prepares the operation; each direction is compiled at its first run.</summary>
    public Relu(GpuQueue queue) => (_forward, _backward) = (new(queue), new(queue));

    /// <summary>Queues y = max(x, 0). Overwrites y.</summary>
    public void RunForward(in ElementwiseProblem problem, ArrayView<float> x, ArrayView<float> y) =>
        _forward.Launch(problem.Length, Alignment.AreVectors(x, y), new Forward { X = x, Y = y });

    /// <summary>Queues dx = y > 0 ? dy : 0. Overwrites dx.</summary>
    public void RunBackward(in ElementwiseProblem problem, ArrayView<float> dy, ArrayView<float> y, ArrayView<float> dx) =>
        _backward.Launch(problem.Length, Alignment.AreVectors(dy, y, dx), new Backward { Dy = dy, Y = y, Dx = dx });

    internal struct Forward : IElementwise, IUnary
    {
        public ArrayView<float> X, Y;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.Store(Y, i, TLanes.Map(this, i, TLanes.Load(X, i)));

        public readonly float Of(int i, float x) => x < 0f ? 0f : x; // a NaN stays one
    }

    internal struct Backward : IElementwise, IBinary
    {
        public ArrayView<float> Dy, Y, Dx;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.Store(Dx, i, TLanes.Map(this, i, TLanes.Load(Dy, i), TLanes.Load(Y, i)));

        public readonly float Of(int i, float dy, float y) => y > 0f ? dy : 0f;
    }
}
