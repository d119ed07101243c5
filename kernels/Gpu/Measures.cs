using ILGPU;
using ILGPU.Runtime.Cuda;

namespace JaccardKernels.Gpu;

/// <summary>How words of two label vectors are compared, and what the pair shares, given the sum over its words and each row's own sum.</summary>
internal interface IMeasure<TSum> : IAlgebra<uint, TSum>
{
    /// <summary>Shares are products, and similarities cosines.</summary>
    static abstract bool IsCosine { get; }

    static abstract long Shared(TSum sum, long a, long b);
}

/// <summary>
/// Multisets, four counts of a byte a word: sum + |a - b|, one instruction on CUDA, since <c>sum min = (sum a + sum b - sum |a - b|) / 2</c>.
/// </summary>
internal readonly struct ByteMultisets : IMeasure<uint>
{
    public static bool IsCosine => false;

    public static uint Combine(uint sum, uint a, uint b)
    {
        if (CudaAsm.IsSupported)
        {
            CudaAsm.Emit("vabsdiff4.u32.u32.u32.add %0, %1, %2, %3;", out uint result, a, b, sum);
            return result;
        }
        return sum + Differences(a & 0x00FF00FF, b & 0x00FF00FF) + Differences((a >> 8) & 0x00FF00FF, (b >> 8) & 0x00FF00FF);
    }

    public static long Shared(uint sum, long a, long b) => (a + b - sum) / 2;

    // Two bytes, 16 bits apart. Bit 8 of 256 + a - b says that a >= b; where it does not, the difference is negated.
    private static uint Differences(uint a, uint b)
    {
        uint difference = (a | 0x01000100) - b, isLess = ~(difference >> 8) & 0x00010001, all = isLess * 0xFF;
        uint absolute = ((difference & 0x00FF00FF) ^ all) + isLess;
        return (absolute & 0xFFFF) + (absolute >> 16);
    }
}

/// <summary>
/// Products of counts, four of a byte a word. Sums stay below 2^32 up to <see cref="MaxClasses"/>. CUDA's dp4a would do it in one instruction, but its
/// result, written in line, goes through local memory, which the assembler (ptxas 11.8) does not take away everywhere in a tile of them.
/// </summary>
internal readonly struct ByteProducts : IMeasure<uint>
{
    /// <summary>2^32 / 255^2.</summary>
    public const int MaxClasses = 66_051;

    public static bool IsCosine => true;

    public static uint Combine(uint sum, uint a, uint b)
    {
        uint low = (a & 0xFF) * (b & 0xFF) + ((a >> 8) & 0xFF) * ((b >> 8) & 0xFF);
        return sum + low + ((a >> 16) & 0xFF) * ((b >> 16) & 0xFF) + (a >> 24) * (b >> 24);
    }

    public static long Shared(uint sum, long a, long b) => sum;
}

/// <summary>Sets, 32 bits a word.</summary>
internal readonly struct BitSets : IMeasure<uint>
{
    public static bool IsCosine => false;

    public static uint Combine(uint sum, uint a, uint b) => sum + (uint)IntrinsicMath.PopCount(a & b);

    public static long Shared(uint sum, long a, long b) => sum;
}

/// <summary>Multisets, a count a word.</summary>
internal readonly struct Multisets : IMeasure<int>
{
    public static bool IsCosine => false;

    public static int Combine(int sum, uint a, uint b) => sum + IntrinsicMath.Min((int)a, (int)b);

    public static long Shared(int sum, long a, long b) => sum;
}

/// <summary>Products of counts, a count a word, in 64 bits: rows may sum to 2^24 each.</summary>
internal readonly struct Products : IMeasure<long>
{
    public static bool IsCosine => true;

    public static long Combine(long sum, uint a, uint b) => sum + (long)(int)a * (int)b;

    public static long Shared(long sum, long a, long b) => sum;
}
