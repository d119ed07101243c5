using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Exact search for the K nearest codes, by sorting all of them by distance.</summary>
public static class HammingTopK
{
    /// <summary>
    /// <c>rows[q], distances[q]</c> = the first K of the database in order of (distance, row); -1 in both beyond N. Overwrites both.
    /// </summary>
    public static void Run(
        in HammingProblem problem, ReadOnlySpan<ulong> queries, ReadOnlySpan<ulong> database, Span<int> distances, Span<int> rows)
    {
        problem.Check(queries.Length, database.Length, distances.Length, rows.Length);
        distances.Fill(-1);
        rows.Fill(-1);
        var found = new int[problem.Count];
        var next = new int[problem.Bits + 2];
        for (int q = 0; q < problem.Queries; q++)
        {
            // Counting sort: rows of one distance stay in order, and next[d] is the place of the next one.
            Array.Clear(next);
            for (int n = 0; n < problem.Count; n++)
            {
                ReadOnlySpan<ulong> query = queries.Slice(q * problem.Words, problem.Words);
                found[n] = HammingDistance.Between(query, database.Slice(n * problem.Words, problem.Words));
                next[found[n] + 1]++;
            }
            for (int d = 1; d < next.Length; d++) next[d] += next[d - 1];
            for (int n = 0; n < problem.Count; n++)
            {
                int place = next[found[n]]++;
                if (place < problem.K) (distances[q * problem.K + place], rows[q * problem.K + place]) = (found[n], n);
            }
        }
    }
}
