using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// A similarity from its integers: <c>shared</c>, the sum of minima, of products or of shared bits, and each row's sum of the same with itself.
/// One expression for every kernel, so that equal pairs are equal wherever they are computed.
/// </summary>
internal static class SimilarityValue
{
    // Cosines are rounded exactly while the product of the squares fits: every label vector in use, and some that are not.
    private const long LargestSquares = 1L << 62;

    /// <summary>Within two units in the last place, on devices that divide exactly the nearest float to a Jaccard ratio.</summary>
    /// <param name="cosine">A constant of the kernel, so that the other half of this is not compiled.</param>
    /// <param name="kind">As of <see cref="SimilarityKind"/>.</param>
    /// <param name="shared">The sum over the pair.</param>
    /// <param name="a">The first row's own sum.</param>
    /// <param name="b">The second row's own sum.</param>
    /// <param name="empty">The similarity of two empty rows.</param>
    public static float Of(bool cosine, int kind, long shared, long a, long b, float empty)
    {
        // Sums are up to 2^24, so those of two rows fit 32 bits; only squares need 64.
        if (cosine) return Cosine(shared, a, b, empty);
        int both = (int)shared, union = (int)a + (int)b - both;
        float value = both;
        if (kind == (int)SimilarityKind.SharedLabel) value = both > 0 ? 1f : 0f;
        if (kind == (int)SimilarityKind.MultisetJaccard || kind == (int)SimilarityKind.SetJaccard) value = union == 0 ? empty : (float)both / union;
        return value;
    }

    /// <summary>
    /// The float nearest to the similarity, whatever a device's division and square root are worth: what decides an order. Cosines whose squares'
    /// product exceeds 2^62 are those of <see cref="Of"/>.
    /// </summary>
    public static float Nearest(bool cosine, int kind, long shared, long a, long b, float empty)
    {
        float value = Of(cosine, kind, shared, a, b, empty);
        if (shared == 0 || kind == (int)SimilarityKind.SharedLabel || kind == (int)SimilarityKind.SharedCount) return value;
        if (cosine && (float)a * b >= LargestSquares) return value;
        // The value is the ratio, or the root of the ratio, of these two.
        ulong numerator = cosine ? (ulong)shared * (ulong)shared : (ulong)shared;
        ulong denominator = cosine ? (ulong)a * (ulong)b : (ulong)(a + b - shared);
        uint bits = Interop.FloatAsInt(value);
        while (Exceeds(numerator, denominator, bits, cosine)) bits++;
        while (!Exceeds(numerator, denominator, bits - 1, cosine)) bits--;
        return Interop.IntAsFloat(bits);
    }

    private static float Cosine(long product, long a, long b, float empty)
    {
        // The product of the squares first: its root is exact where it is a square, so parallel vectors give exactly 1.
        float value = product == 0 ? 0f : product / MathF.Sqrt((float)a * b);
        return a == 0 && b == 0 ? empty : value;
    }

    // Whether a ratio (or its root) lies above the middle between a float and the next one, in integers. With the float = m 2^e and the middle
    // = (2 m + 1) 2^(e - 1): numerator 2^(1 - e) > (2 m + 1) denominator, or the squares of the factors.
    private static bool Exceeds(ulong numerator, ulong denominator, uint bits, bool root)
    {
        ulong middle = 2 * (ulong)((bits & 0x7FFFFF) | 0x800000) + 1;
        int shift = 151 - (int)(bits >> 23);
        if (root)
        {
            middle *= middle;
            shift *= 2;
        }
        ulong rightHigh = MultiplyHigh(middle, denominator), rightLow = middle * denominator;
        // Shifts of 64 and more are not defined on every device.
        ulong leftHigh = shift >= 64 ? numerator << ((shift - 64) & 63) : numerator >> ((64 - shift) & 63);
        ulong leftLow = shift >= 64 ? 0 : numerator << (shift & 63);
        return leftHigh > rightHigh || (leftHigh == rightHigh && leftLow > rightLow);
    }

    private static ulong MultiplyHigh(ulong x, ulong y)
    {
        ulong xLow = x & 0xFFFFFFFF, xHigh = x >> 32, yLow = y & 0xFFFFFFFF, yHigh = y >> 32;
        ulong middle = xHigh * yLow + ((xLow * yLow) >> 32), other = xLow * yHigh + (middle & 0xFFFFFFFF);
        return xHigh * yHigh + (middle >> 32) + (other >> 32);
    }
}
