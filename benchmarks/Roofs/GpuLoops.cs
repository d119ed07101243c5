using ILGPU;

namespace JaccardKernels.Benchmarks;

/// <summary>Kernels that do one thing as fast as a GPU can; explicitly grouped, any number of groups.</summary>
internal static class GpuLoops
{
    /// <summary>Multiply-adds of a step of <see cref="MultiplyAdd"/>, counted as two operations each.</summary>
    public const int MultiplyAddFlops = 2 * 32;

    /// <summary>Words that a step of <see cref="PopulationCount"/> counts.</summary>
    public const int CountedWords = 16;

    private static int Thread => Grid.IdxX * Group.DimX + Group.IdxX;

    private static int Threads => Grid.DimX * Group.DimX;

    /// <summary>Eight chains of multiply-adds a thread, four links a step: enough for a latency of four cycles and the loop's own cost.</summary>
    public static void MultiplyAdd(ArrayView<float> sink, int steps)
    {
        var x = new Eight { A = Thread, B = 2, C = 3, D = 4, E = 5, F = 6, G = 7, H = 8 };
        for (int i = 0; i < steps; i++) x = Chain(Chain(Chain(Chain(x))));
        float sum = x.A + x.B + x.C + x.D + x.E + x.F + x.G + x.H;
        // Never true: the chains end near 1. Without it they would not be computed.
        if (sum == -1f) sink[0] = sum;
    }

    /// <summary>Four chains of exclusive-or, count and sum of 64-bit words a thread, four a step.</summary>
    public static void PopulationCount(ArrayView<float> sink, int steps)
    {
        ulong a = (ulong)Thread, b = 1, c = 2, d = 3;
        for (int i = 0; i < steps; i++)
        {
            ulong q = (ulong)i;
            a = Count(Count(Count(Count(a, q), q), q), q);
            b = Count(Count(Count(Count(b, q), q), q), q);
            c = Count(Count(Count(Count(c, q), q), q), q);
            d = Count(Count(Count(Count(d, q), q), q), q);
        }
        if (a + b + c + d == ulong.MaxValue) sink[0] = a;
    }

    /// <summary>Reads every element, 16 bytes at a time, threads side by side.</summary>
    public static void Read(ArrayView<Four> source, ArrayView<float> sink)
    {
        float sum = 0;
        for (int i = Thread; i < source.IntLength; i += Threads)
        {
            Four v = source[i];
            sum += v.X + v.Y + v.Z + v.W;
        }
        // Never true: the memory holds zeros.
        if (sum == -1f) sink[0] = sum;
    }

    /// <summary>Copies every element.</summary>
    public static void Copy(ArrayView<Four> source, ArrayView<Four> destination)
    {
        for (int i = Thread; i < source.IntLength; i += Threads) destination[i] = source[i];
    }

    /// <summary>Writes zero to every element.</summary>
    public static void Fill(ArrayView<Four> destination)
    {
        for (int i = Thread; i < destination.IntLength; i += Threads) destination[i] = default;
    }

    private static ulong Count(ulong x, ulong query) => x + (ulong)IntrinsicMath.PopCount(x ^ query);

    private static Eight Chain(Eight x) => new()
    {
        A = x.A * 0.999f + 0.001f,
        B = x.B * 0.999f + 0.001f,
        C = x.C * 0.999f + 0.001f,
        D = x.D * 0.999f + 0.001f,
        E = x.E * 0.999f + 0.001f,
        F = x.F * 0.999f + 0.001f,
        G = x.G * 0.999f + 0.001f,
        H = x.H * 0.999f + 0.001f,
    };

    /// <summary>16 bytes: one load of a GPU.</summary>
    internal struct Four
    {
        public float X, Y, Z, W;
    }

    private struct Eight
    {
        public float A, B, C, D, E, F, G, H;
    }
}
