using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// Rounding of factors, in integers, so that every device gives the same bits: a finite number goes to the nearest; of two equally near, to the
/// even one. Infinities stay; a NaN may become another NaN.
/// </summary>
internal static class Rounding
{
    /// <summary>11 bits of significand: the 13 last ones are rounded away.</summary>
    public static float ToTf32(float factor) => ToBits(factor, 13);

    /// <summary>8 bits of significand: the 16 last ones are rounded away.</summary>
    public static float ToBf16(float factor) => ToBits(factor, 16);

    /// <summary>Four factors of an operand.</summary>
    public static Four<float> Of<TSide>(Four<float> factors)
        where TSide : struct, IStripSide =>
        new(TSide.Round(factors.X), TSide.Round(factors.Y), TSide.Round(factors.Z), TSide.Round(factors.W));

    private static float ToBits(float factor, int dropped)
    {
        uint bits = Interop.FloatAsInt(factor), half = (1u << (dropped - 1)) - 1;
        return Interop.IntAsFloat((bits + half + ((bits >> dropped) & 1)) & ~((1u << dropped) - 1));
    }
}
