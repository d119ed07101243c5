using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace JaccardKernels.Host;

/// <summary>
/// shared / (a + b - shared), the sum of maxima being the two sums less the sum of minima. Float division of integers up to 2^24 is correctly
/// rounded; where a + b may exceed that, the division is in double, whose rounding to float is the same.
/// </summary>
internal static unsafe class JaccardRatio
{
    private const float ExactIntegers = 16777216f;

    /// <summary>
    /// similarity[j] of a row whose sum is <paramref name="own"/> against rows whose sums are others[j]; 0 / 0 gives <paramref name="empty"/>.
    /// </summary>
    public static void Write(float* shared, float own, float* others, int count, float empty, float* similarity)
    {
        if (!Reach(others, count, ExactIntegers - own))
        {
            Elementwise.Range(0, count, new Ratio { Shared = shared, Others = others, Similarity = similarity, Own = own, Empty = empty });
            return;
        }
        for (int j = 0; j < count; j++)
        {
            double union = (double)own + others[j] - shared[j];
            similarity[j] = union == 0 ? empty : (float)(shared[j] / union);
        }
    }

    // Some value is at least the limit.
    private static bool Reach(float* values, int count, float limit)
    {
        int j = 0;
        for (; j + 8 <= count; j += 8)
        {
            if (Vector256.GreaterThanOrEqualAny(Vector256.Load(values + j), Vector256.Create(limit))) return true;
        }
        for (; j < count; j++)
        {
            if (values[j] >= limit) return true;
        }
        return false;
    }

    private struct Ratio : IElementwise
    {
        public float* Shared, Others, Similarity;
        public float Own, Empty;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes shared = TLanes.Load(Shared + i), union = TLanes.All(Own) + TLanes.Load(Others + i) - shared;
            TLanes.Select(union > TLanes.Zero, shared / union, TLanes.All(Empty)).Store(Similarity + i);
        }
    }
}
