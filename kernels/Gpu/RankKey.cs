using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// A float, no NaN, and a number as one key: lesser floats come first, both zeros being one, then lesser numbers. No key is
/// <see cref="TopKBuffer.None"/>.
/// </summary>
internal static class RankKey
{
    /// <summary>The key.</summary>
    public static long Of(float value, int number) => ((long)Ordered((int)Interop.FloatAsInt(value + 0f)) << 32) | (uint)number;

    /// <summary>The float of a key.</summary>
    public static float ValueOf(long key) => Interop.IntAsFloat((uint)Ordered((int)(key >> 32)));

    // The bits of negative numbers fall as these rise: all but the sign are inverted. Its own inverse.
    private static int Ordered(int bits) => bits ^ ((bits >> 31) & int.MaxValue);
}
