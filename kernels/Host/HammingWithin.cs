using System.Numerics;
using System.Runtime.Intrinsics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Codes within a Hamming distance of a query: what an index, or a search by one query, scans codes with. Those that are near are few, and gathered one by one.
/// </summary>
public static unsafe class HammingWithin
{
    /// <summary>Codes to scan at a time: their distances stay in the first-level cache between the scan and the gathering.</summary>
    public const int BlockCodes = 2048;

    /// <summary>Finds the codes at most <paramref name="limit"/> away, in their order.</summary>
    /// <param name="query">The query, [words], unused bits zero.</param>
    /// <param name="codes">The codes, [N,words], unused bits zero.</param>
    /// <param name="limit">The largest distance wanted; below 0 nothing is.</param>
    /// <param name="positions">[N] or longer: where they are among the codes. Overwritten, also beyond what is found.</param>
    /// <param name="distances">[N] or longer: their distances. Overwritten, also beyond what is found.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentException">The codes are not whole, or more than there is room for.</exception>
    public static int Run(ReadOnlySpan<ulong> query, ReadOnlySpan<ulong> codes, int limit, Span<int> positions, Span<int> distances)
    {
        int count = codes.Length / Guard.Positive(query.Length);
        Guard.Length(codes.Length, count * query.Length);
        if (positions.Length < count || distances.Length < count)
            throw new ArgumentException($"positions and distances have {positions.Length} and {distances.Length} elements; {count} codes need as many.");
        fixed (ulong* q = query, c = codes)
        fixed (int* p = positions, d = distances) return Run(q, c, query.Length, count, limit, p, d);
    }

    /// <summary>The same of codes in memory.</summary>
    internal static int Run(ulong* query, ulong* codes, int words, int count, int limit, int* positions, int* distances)
    {
        if (limit < 0) return 0;
        int looked = 0, found = 0;
        if (HammingVectors.Serves(words)) looked = HammingVectors.Within(query, codes, words, count, limit, positions, distances, out found);
        // The rest, behind what was found so far.
        HammingScan.Run(query, codes + (nint)looked * words, words, count - looked, distances + found);
        return found + Gather(distances + found, count - looked, limit, positions + found, looked);
    }

    private static int Gather(int* distances, int count, int limit, int* positions, int first)
    {
        int found = 0, i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<int> limits = Vector512.Create(limit);
            for (; i <= count - 16; i += 16)
                found = Take(Vector512.LessThanOrEqual(Vector512.Load(distances + i), limits).ExtractMostSignificantBits(), i, distances, positions, found, first);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Vector256<int> limits = Vector256.Create(limit);
            for (; i <= count - 8; i += 8)
                found = Take(Vector256.LessThanOrEqual(Vector256.Load(distances + i), limits).ExtractMostSignificantBits(), i, distances, positions, found, first);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Vector128<int> limits = Vector128.Create(limit);
            for (; i <= count - 4; i += 4)
                found = Take(Vector128.LessThanOrEqual(Vector128.Load(distances + i), limits).ExtractMostSignificantBits(), i, distances, positions, found, first);
        }
        for (; i < count; i++)
            if (distances[i] <= limit) (positions[found], distances[found++]) = (first + i, distances[i]);
        return found;
    }

    // What is found moves to the front of the distances, never past what is still to be looked at.
    private static int Take(ulong mask, int start, int* distances, int* positions, int found, int first)
    {
        for (; mask != 0; mask &= mask - 1)
        {
            int at = start + BitOperations.TrailingZeroCount(mask);
            (positions[found], distances[found++]) = (first + at, distances[at]);
        }
        return found;
    }
}
