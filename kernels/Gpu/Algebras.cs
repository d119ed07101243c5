using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>sum + a b.</summary>
internal readonly struct MultiplyAdd : IAlgebra<float, float>
{
    public static float Combine(float sum, float a, float b) => sum + a * b;
}

/// <summary>sum + (a - b)^2: exactly 0 for equal rows, which |a|^2 + |b|^2 - 2ab is not.</summary>
internal readonly struct AddSquaredDifference : IAlgebra<float, float>
{
    public static float Combine(float sum, float a, float b) => sum + (a - b) * (a - b);
}

/// <summary>sum + min(a, b), the intersection of multisets.</summary>
internal readonly struct AddMinimum : IAlgebra<int, int>
{
    public static int Combine(int sum, int a, int b) => sum + IntrinsicMath.Min(a, b);
}

/// <summary>sum + a b in 64 bits: rows may sum to 2^24 each.</summary>
internal readonly struct AddCountProduct : IAlgebra<int, long>
{
    public static long Combine(long sum, int a, int b) => sum + (long)a * b;
}

/// <summary>sum + bits set in both, the intersection of sets.</summary>
internal readonly struct AddSharedBits : IAlgebra<ulong, int>
{
    public static int Combine(int sum, ulong a, ulong b) => sum + IntrinsicMath.PopCount(a & b);
}

/// <summary>sum + bits that differ, the Hamming distance.</summary>
internal readonly struct AddDifferentBits : IAlgebra<ulong, int>
{
    public static int Combine(int sum, ulong a, ulong b) => sum + IntrinsicMath.PopCount(a ^ b);
}
