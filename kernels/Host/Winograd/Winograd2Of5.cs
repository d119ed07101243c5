using System.Runtime.CompilerServices;

namespace JaccardKernels.Host;

/// <summary>F(2 x 2, 5 x 5), at the points of <see cref="Winograd4"/>, whose input transform it shares: 36 multiplications for 100.</summary>
internal readonly unsafe struct Winograd2Of5 : IWinogradWeightScheme
{
    public static int Outputs => 2;

    public static int Taps => 5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TLanes>(float* d, nint from, float* v, nint to)
        where TLanes : struct, ILanes<TLanes, float> => Winograd4.Input<TLanes>(d, from, v, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter<TLanes>(float* g, nint from, float* u, nint to)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes g0 = TLanes.Load(g), g1 = TLanes.Load(g + from), g2 = TLanes.Load(g + 2 * from), g3 = TLanes.Load(g + 3 * from), g4 = TLanes.Load(g + 4 * from);
        TLanes outer = (g0 + g2 + g4) * TLanes.All(-1f / 6), middle = (g1 + g3) * TLanes.All(-1f / 6);
        TLanes even = TLanes.MultiplyAdd(TLanes.All(2f / 3), g4, TLanes.MultiplyAdd(TLanes.All(1f / 24), g0, g2 * TLanes.All(1f / 6)));
        TLanes odd = TLanes.MultiplyAdd(TLanes.All(1f / 12), g1, g3 * TLanes.All(1f / 3));
        (g0 * TLanes.All(0.25f)).Store(u);
        (outer + middle).Store(u + to);
        (outer - middle).Store(u + 2 * to);
        (even + odd).Store(u + 3 * to);
        (even - odd).Store(u + 4 * to);
        g4.Store(u + 5 * to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TLanes>(float* m, nint from, float* y, nint to)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes m0 = TLanes.Load(m), m1 = TLanes.Load(m + from), m2 = TLanes.Load(m + 2 * from);
        TLanes m3 = TLanes.Load(m + 3 * from), m4 = TLanes.Load(m + 4 * from), m5 = TLanes.Load(m + 5 * from);
        (m0 + ((m1 + m2) + (m3 + m4))).Store(y);
        (TLanes.MultiplyAdd(TLanes.All(2f), m3 - m4, m1 - m2) + m5).Store(y + to);
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gradient<TLanes>(float* d, nint from, float* v, nint to)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes d0 = TLanes.Load(d), d1 = TLanes.Load(d + from), sixth = TLanes.All(-1f / 6);
        TLanes near = d0 * TLanes.All(1f / 24), far = d1 * TLanes.All(1f / 12);
        (d0 * TLanes.All(0.25f)).Store(v);
        ((d0 + d1) * sixth).Store(v + to);
        ((d0 - d1) * sixth).Store(v + 2 * to);
        (near + far).Store(v + 3 * to);
        (near - far).Store(v + 4 * to);
        d1.Store(v + 5 * to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weights<TLanes>(float* m, nint from, float* w, nint to)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes m0 = TLanes.Load(m), m1 = TLanes.Load(m + from), m2 = TLanes.Load(m + 2 * from);
        TLanes m3 = TLanes.Load(m + 3 * from), m4 = TLanes.Load(m + 4 * from), m5 = TLanes.Load(m + 5 * from);
        TLanes sum = m1 + m2, difference = m1 - m2, outerSum = m3 + m4, outerDifference = m3 - m4;
        (m0 + (sum + outerSum)).Store(w);
        TLanes.MultiplyAdd(TLanes.All(2f), outerDifference, difference).Store(w + to);
        TLanes.MultiplyAdd(TLanes.All(4f), outerSum, sum).Store(w + 2 * to);
        TLanes.MultiplyAdd(TLanes.All(8f), outerDifference, difference).Store(w + 3 * to);
        (TLanes.MultiplyAdd(TLanes.All(16f), outerSum, sum) + m5).Store(w + 4 * to);
    }
}
