using System.Runtime.CompilerServices;

namespace JaccardKernels.Host;

/// <summary>F(4 x 4, 3 x 3), at the points 0, 1, -1, 2, -2 and infinity: 36 multiplications for 144.</summary>
internal readonly unsafe struct Winograd4 : IWinogradWeightScheme
{
    public static int Outputs => 4;

    public static int Taps => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TLanes>(float* d, nint from, float* v, nint to)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes d0 = TLanes.Load(d), d1 = TLanes.Load(d + from), d2 = TLanes.Load(d + 2 * from);
        TLanes d3 = TLanes.Load(d + 3 * from), d4 = TLanes.Load(d + 4 * from), d5 = TLanes.Load(d + 5 * from);
        TLanes two = TLanes.All(2f), four = TLanes.All(4f), minusFour = TLanes.All(-4f), minusFive = TLanes.All(-5f);
        TLanes far = TLanes.MultiplyAdd(minusFour, d2, d4), near = TLanes.MultiplyAdd(minusFour, d1, d3);
        TLanes difference = d4 - d2, twice = two * (d3 - d1);
        TLanes.MultiplyAdd(four, d0, TLanes.MultiplyAdd(minusFive, d2, d4)).Store(v);
        (far + near).Store(v + to);
        (far - near).Store(v + 2 * to);
        (difference + twice).Store(v + 3 * to);
        (difference - twice).Store(v + 4 * to);
        TLanes.MultiplyAdd(four, d1, TLanes.MultiplyAdd(minusFive, d3, d5)).Store(v + 5 * to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter<TLanes>(float* g, nint from, float* u, nint to)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes g0 = TLanes.Load(g), g1 = TLanes.Load(g + from), g2 = TLanes.Load(g + 2 * from);
        TLanes outer = (g0 + g2) * TLanes.All(-1f / 6), middle = g1 * TLanes.All(-1f / 6);
        TLanes even = TLanes.MultiplyAdd(TLanes.All(1f / 24), g0, g2 * TLanes.All(1f / 6)), odd = g1 * TLanes.All(1f / 12);
        (g0 * TLanes.All(0.25f)).Store(u);
        (outer + middle).Store(u + to);
        (outer - middle).Store(u + 2 * to);
        (even + odd).Store(u + 3 * to);
        (even - odd).Store(u + 4 * to);
        g2.Store(u + 5 * to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TLanes>(float* m, nint from, float* y, nint to)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes m0 = TLanes.Load(m), m1 = TLanes.Load(m + from), m2 = TLanes.Load(m + 2 * from);
        TLanes m3 = TLanes.Load(m + 3 * from), m4 = TLanes.Load(m + 4 * from), m5 = TLanes.Load(m + 5 * from);
        TLanes sum = m1 + m2, difference = m1 - m2, outerSum = m3 + m4, outerDifference = m3 - m4;
        (m0 + (sum + outerSum)).Store(y);
        TLanes.MultiplyAdd(TLanes.All(2f), outerDifference, difference).Store(y + to);
        TLanes.MultiplyAdd(TLanes.All(4f), outerSum, sum).Store(y + 2 * to);
        (TLanes.MultiplyAdd(TLanes.All(8f), outerDifference, difference) + m5).Store(y + 3 * to);
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gradient<TLanes>(float* d, nint from, float* v, nint to)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes d0 = TLanes.Load(d), d1 = TLanes.Load(d + from), d2 = TLanes.Load(d + 2 * from), d3 = TLanes.Load(d + 3 * from), sixth = TLanes.All(-1f / 6);
        TLanes outer = (d0 + d2) * sixth, middle = (d1 + d3) * sixth;
        TLanes even = TLanes.MultiplyAdd(TLanes.All(1f / 24), d0, d2 * TLanes.All(1f / 6));
        TLanes odd = TLanes.MultiplyAdd(TLanes.All(1f / 12), d1, d3 * TLanes.All(1f / 3));
        (d0 * TLanes.All(0.25f)).Store(v);
        (outer + middle).Store(v + to);
        (outer - middle).Store(v + 2 * to);
        (even + odd).Store(v + 3 * to);
        (even - odd).Store(v + 4 * to);
        d3.Store(v + 5 * to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weights<TLanes>(float* m, nint from, float* w, nint to)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes m0 = TLanes.Load(m), m1 = TLanes.Load(m + from), m2 = TLanes.Load(m + 2 * from);
        TLanes m3 = TLanes.Load(m + 3 * from), m4 = TLanes.Load(m + 4 * from), m5 = TLanes.Load(m + 5 * from);
        TLanes sum = m1 + m2, outerSum = m3 + m4;
        (m0 + (sum + outerSum)).Store(w);
        TLanes.MultiplyAdd(TLanes.All(2f), m3 - m4, m1 - m2).Store(w + to);
        (TLanes.MultiplyAdd(TLanes.All(4f), outerSum, sum) + m5).Store(w + 2 * to);
    }
}
