using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Rectified linear unit, with a ceiling if the problem has one.</summary>
public static unsafe class Relu
{
    /// <summary>y = min(max(x, 0), ceiling), NaN staying NaN. Overwrites y, which may be x.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Forward(in ReluProblem problem, ReadOnlySpan<float> x, Span<float> y, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length);
        fixed (float* px = x, py = y) Elementwise.Run(problem.Length, new ForwardOperation { X = px, Y = py, Ceiling = problem.Ceiling }, team);
    }

    /// <summary>dx = 0 &lt; y &lt; ceiling ? dy : 0. Overwrites dx, which may be dy.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Backward(in ReluProblem problem, ReadOnlySpan<float> dy, ReadOnlySpan<float> y, Span<float> dx, ThreadTeam team)
    {
        problem.Check(dy.Length, y.Length, dx.Length);
        fixed (float* pdy = dy, py = y, pdx = dx)
            Elementwise.Run(problem.Length, new BackwardOperation { Dy = pdy, Y = py, Dx = pdx, Ceiling = problem.Ceiling }, team);
    }

    /// <summary>min(max(value, 0), ceiling); NaN where value is, which the lanes' minimum may lose.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Rectify<TLanes>(TLanes value, TLanes ceiling)
        where TLanes : struct, ILanes<TLanes, float>
    {
        value = TLanes.Max(value, TLanes.Zero);
        return TLanes.Select(value > ceiling, ceiling, value);
    }

    private struct ForwardOperation : IElementwise
    {
        public float* X, Y;
        public float Ceiling;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            Rectify(TLanes.Load(X + i), TLanes.All(Ceiling)).Store(Y + i);
        }
    }

    private struct BackwardOperation : IElementwise
    {
        public float* Dy, Y, Dx;
        public float Ceiling;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes y = TLanes.Load(Y + i);
            TLanes.Select((y > TLanes.Zero) & (y < TLanes.All(Ceiling)), TLanes.Load(Dy + i), TLanes.Zero).Store(Dx + i);
        }
    }
}
