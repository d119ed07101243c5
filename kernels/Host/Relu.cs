using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Rectified linear unit.</summary>
public static unsafe class Relu
{
    /// <summary>y = max(x, 0), NaN staying NaN. Overwrites y, which may be x.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Forward(in ElementwiseProblem problem, ReadOnlySpan<float> x, Span<float> y, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length);
        fixed (float* px = x, py = y) Elementwise.Run(problem.Length, new ForwardOperation { X = px, Y = py }, team);
    }

    /// <summary>dx = y > 0 ? dy : 0. Overwrites dx, which may be dy.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Backward(in ElementwiseProblem problem, ReadOnlySpan<float> dy, ReadOnlySpan<float> y, Span<float> dx, ThreadTeam team)
    {
        problem.Check(dy.Length, y.Length, dx.Length);
        fixed (float* pdy = dy, py = y, pdx = dx)
            Elementwise.Run(problem.Length, new BackwardOperation { Dy = pdy, Y = py, Dx = pdx }, team);
    }

    private struct ForwardOperation : IElementwise
    {
        public float* X, Y;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => TLanes.Max(TLanes.Load(X + i), TLanes.Zero).Store(Y + i);
    }

    private struct BackwardOperation : IElementwise
    {
        public float* Dy, Y, Dx;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> =>
            TLanes.Select(TLanes.Load(Y + i) > TLanes.Zero, TLanes.Load(Dy + i), TLanes.Zero).Store(Dx + i);
    }
}
