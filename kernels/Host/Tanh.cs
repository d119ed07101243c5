using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Hyperbolic tangent, within 2 ulp over the whole line (TensorPrimitives.Tanh loses small arguments to cancellation).</summary>
public static unsafe class Tanh
{
    // Below it the series, above it the exponential: at 0.625 1 - 2 / (e^2x + 1) has lost less than one bit.
    private const float SeriesLimit = 0.625f;

    // e^20 is as good as any larger: tanh is 1.
    private const float LargestExponent = 20;

    /// <summary>y = tanh(x). Overwrites y, which may be x.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Forward(in ElementwiseProblem problem, ReadOnlySpan<float> x, Span<float> y, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length);
        fixed (float* px = x, py = y) Elementwise.Run(problem.Length, new ForwardOperation { X = px, Y = py }, team);
    }

    /// <summary>dx = dy (1 - y^2), as dy (1 - y) (1 + y), which is exact near saturation. Overwrites dx, which may be dy.</summary>
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
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes x = TLanes.Load(X + i), magnitude = TLanes.Abs(x), z = x * x, one = TLanes.All(1f);
            // (tanh(x) / x - 1) / x^2 interpolated in x^2 at Chebyshev's nodes of [0, 0.625^2]: relative error 4e-9.
            TLanes series = TLanes.All(0.00229274472f);
            series = TLanes.MultiplyAdd(series, z, TLanes.All(-0.00834394541f));
            series = TLanes.MultiplyAdd(series, z, TLanes.All(0.0217689186f));
            series = TLanes.MultiplyAdd(series, z, TLanes.All(-0.0539592596f));
            series = TLanes.MultiplyAdd(series, z, TLanes.All(0.133333036f));
            series = TLanes.MultiplyAdd(series, z, TLanes.All(-0.333333332f));
            TLanes small = TLanes.MultiplyAdd(series * z, x, x);
            // No number stays none: the smaller of the two is then the second.
            TLanes large = one - TLanes.All(2f) / (Exp(TLanes.Min(TLanes.All(LargestExponent), magnitude + magnitude)) + one);
            TLanes.CopySign(TLanes.Select(magnitude < TLanes.All(SeriesLimit), small, large), x).Store(Y + i);
        }
    }

    // e^x of 0 to 20, or NaN: x = n ln 2 + r with |r| at most ln 2 / 2, by two parts of ln 2 of which n times the first is exact (Cody, Waite 1980),
    // and (e^r - 1 - r) / r^2 interpolated at Chebyshev's nodes: relative error 1e-8. With the runtime's own exponential, which works in double, tanh
    // took more than twice as long.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Exp<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes, float>
    {
        // Adding 1.5 2^23 rounds to whole numbers.
        TLanes whole = TLanes.All(12582912f), n = TLanes.MultiplyAdd(x, TLanes.All(1.44269504f), whole) - whole;
        TLanes r = TLanes.MultiplyAdd(n, TLanes.All(0.000212194444f), TLanes.MultiplyAdd(n, TLanes.All(-0.693359375f), x));
        TLanes series = TLanes.All(0.00139261759f);
        series = TLanes.MultiplyAdd(series, r, TLanes.All(0.00836317334f));
        series = TLanes.MultiplyAdd(series, r, TLanes.All(0.0416665561f));
        series = TLanes.MultiplyAdd(series, r, TLanes.All(0.166665778f));
        series = TLanes.MultiplyAdd(series, r, TLanes.All(0.5f));
        return TLanes.Scale(TLanes.MultiplyAdd(series * r, r, r) + TLanes.All(1f), n);
    }

    private struct BackwardOperation : IElementwise
    {
        public float* Dy, Y, Dx;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes y = TLanes.Load(Y + i), one = TLanes.All(1f);
            (TLanes.Load(Dy + i) * ((one - y) * (one + y))).Store(Dx + i);
        }
    }
}
