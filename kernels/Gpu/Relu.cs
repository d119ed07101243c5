using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>The rectifier, with a ceiling if the problem has one. Outputs may be inputs.</summary>
public sealed class Relu
{
    private readonly Elementwise<Forward> _forward;
    private readonly Elementwise<Backward> _backward;

    /// <summary>Prepares the operation; each direction is compiled at its first run.</summary>
    public Relu(GpuQueue queue) => (_forward, _backward) = (new(queue), new(queue));

    /// <summary>Queues y = min(max(x, 0), ceiling). Overwrites y.</summary>
    public void RunForward(in ReluProblem problem, ArrayView<float> x, ArrayView<float> y) =>
        _forward.Launch(problem.Length, Alignment.AreVectors(x, y), new Forward { X = x, Y = y, Ceiling = problem.Ceiling });

    /// <summary>Queues dx = 0 &lt; y &lt; ceiling ? dy : 0. Overwrites dx.</summary>
    public void RunBackward(in ReluProblem problem, ArrayView<float> dy, ArrayView<float> y, ArrayView<float> dx) =>
        _backward.Launch(problem.Length, Alignment.AreVectors(dy, y, dx), new Backward { Dy = dy, Y = y, Dx = dx, Ceiling = problem.Ceiling });

    internal struct Forward : IElementwise, IUnary
    {
        public ArrayView<float> X, Y;
        public float Ceiling;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.Store(Y, i, TLanes.Map(this, i, TLanes.Load(X, i)));

        public readonly float Of(int i, float x)
        {
            float rectified = x < 0f ? 0f : x; // a NaN stays one
            return rectified > Ceiling ? Ceiling : rectified;
        }
    }

    internal struct Backward : IElementwise, IBinary
    {
        public ArrayView<float> Dy, Y, Dx;
        public float Ceiling;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.Store(Dx, i, TLanes.Map(this, i, TLanes.Load(Dy, i), TLanes.Load(Y, i)));

        public readonly float Of(int i, float dy, float y) => y > 0f & y < Ceiling ? dy : 0f;
    }
}
