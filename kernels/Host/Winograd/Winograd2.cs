using System.Runtime.CompilerServices;

namespace JaccardKernels.Host;

/// <summary>F(2 x 2, 3 x 3), at the points 0, 1, -1 and infinity: 16 multiplications for 36.</summary>
internal readonly unsafe struct Winograd2 : IWinogradScheme
{
    public static int Outputs => 2;

    public static int Taps => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TLanes>(float* d, nint from, float* v, nint to)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes d0 = TLanes.Load(d), d1 = TLanes.Load(d + from), d2 = TLanes.Load(d + 2 * from), d3 = TLanes.Load(d + 3 * from);
        (d0 - d2).Store(v);
        (d1 + d2).Store(v + to);
        (d2 - d1).Store(v + 2 * to);
        (d1 - d3).Store(v + 3 * to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter<TLanes>(float* g, nint from, float* u, nint to)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes g0 = TLanes.Load(g), g1 = TLanes.Load(g + from), g2 = TLanes.Load(g + 2 * from), half = TLanes.All(0.5f);
        TLanes even = (g0 + g2) * half, odd = g1 * half;
        g0.Store(u);
        (even + odd).Store(u + to);
        (even - odd).Store(u + 2 * to);
        g2.Store(u + 3 * to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TLanes>(float* m, nint from, float* y, nint to)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes m0 = TLanes.Load(m), m1 = TLanes.Load(m + from), m2 = TLanes.Load(m + 2 * from), m3 = TLanes.Load(m + 3 * from);
        (m0 + (m1 + m2)).Store(y);
        ((m1 - m2) - m3).Store(y + to);
    }
}
