using System.Numerics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Items within a distance of a query by its look-up table: what an index scans its codes with. The distances are those of
/// <see cref="LookupProblem"/>, the same bits; the items that are near are few, so they are gathered one by one.
/// </summary>
public static unsafe class LookupWithin
{
    /// <summary>Items to scan at a time: codes, terms and distances stay in the first-level cache for the next query.</summary>
    public const int BlockItems = 2048;

    /// <summary>Finds the items at most <paramref name="limit"/> away, in their order; those whose distance is NaN never are.</summary>
    /// <param name="table">The query's table, [M,256].</param>
    /// <param name="codes">[N,M].</param>
    /// <param name="terms">What each item adds to its distance, [N].</param>
    /// <param name="limit">The largest distance wanted.</param>
    /// <param name="positions">[N] or longer: where they are among the items. Overwritten, also beyond what is found.</param>
    /// <param name="distances">[N] or longer: their distances. Overwritten, also beyond what is found.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentException">The codes are not whole, or there is not room for as many.</exception>
    public static int Run(
        ReadOnlySpan<float> table, ReadOnlySpan<byte> codes, ReadOnlySpan<float> terms, float limit, Span<int> positions, Span<float> distances)
    {
        const int Codewords = CompositeEncodingProblem.MaxCodewords;
        int codebooks = table.Length / Codewords, count = terms.Length;
        Guard.Length(table.Length, Guard.Positive(codebooks) * Codewords);
        Guard.Length(codes.Length, Guard.Elements("codes", count, codebooks));
        if (positions.Length < count || distances.Length < count)
            throw new ArgumentException($"positions and distances have {positions.Length} and {distances.Length} elements; {count} items need as many.");
        fixed (float* t = table, s = terms, d = distances)
        fixed (byte* c = codes)
        {
            new LookupScan { Codes = c, Terms = s, Codebooks = codebooks, Codewords = Codewords }.Run(t, 0, count, 1f, d);
            int found = 0, i = 0;
            var limits = new Vector<float>(limit);
            for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            {
                if (Vector.LessThanOrEqualAny(Vector.Load(d + i), limits)) found = Gather(d, i, i + Vector<float>.Count, limit, positions, found);
            }
            return Gather(d, i, count, limit, positions, found);
        }
    }

    // What is found is written no farther than where it is read.
    private static int Gather(float* distances, int start, int end, float limit, Span<int> positions, int found)
    {
        for (int i = start; i < end; i++)
        {
            if (!(distances[i] <= limit)) continue;
            positions[found] = i;
            distances[found++] = distances[i];
        }
        return found;
    }
}
