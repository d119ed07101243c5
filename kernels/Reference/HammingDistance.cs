using System.Numerics;
using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Hamming distances between codes of queries <c>[Q,words]</c> and of a database <c>[N,words]</c>.</summary>
public static class HammingDistance
{
    /// <summary><c>distances[q,n] = number of bits in which the codes differ</c>. Overwrites distances.</summary>
    public static void Run(in HammingProblem problem, ReadOnlySpan<ulong> queries, ReadOnlySpan<ulong> database, Span<int> distances)
    {
        problem.Check(queries.Length, database.Length, distances.Length, 0);
        for (int q = 0; q < problem.Queries; q++)
        {
            for (int n = 0; n < problem.Count; n++)
            {
                ReadOnlySpan<ulong> query = queries.Slice(q * problem.Words, problem.Words);
                distances[q * problem.Count + n] = Between(query, database.Slice(n * problem.Words, problem.Words));
            }
        }
    }

    /// <summary>Between two codes.</summary>
    internal static int Between(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        int bits = 0;
        for (int w = 0; w < a.Length; w++) bits += BitOperations.PopCount(a[w] ^ b[w]);
        return bits;
    }
}
