using System.Numerics;
using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Pairwise similarity of label sets, bits of uint64 words <c>[M,words]</c> and <c>[N,words]</c>.</summary>
public static class SetSimilarity
{
    /// <summary>
    /// Set Jaccard <c>|A and B| / |A or B|</c> (two empty sets: the problem's empty value), shared label <c>|A and B| &gt; 0 ? 1 : 0</c>, or
    /// shared count <c>|A and B|</c>. Overwrites similarity; b may be a.
    /// </summary>
    /// <exception cref="ArgumentException">The problem's kind reads counts.</exception>
    public static void Run(in SimilarityProblem problem, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<double> similarity)
    {
        problem.RequireOperands(bitSets: true);
        problem.Check(a.Length, b.Length, similarity.Length);
        for (int m = 0; m < problem.M; m++)
        {
            for (int n = 0; n < problem.N; n++)
            {
                ReadOnlySpan<ulong> setA = a.Slice(m * problem.Words, problem.Words), setB = b.Slice(n * problem.Words, problem.Words);
                similarity[m * problem.N + n] = Between(problem, setA, setB);
            }
        }
    }

    private static double Between(in SimilarityProblem problem, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        int intersection = 0, union = 0;
        for (int w = 0; w < a.Length; w++)
        {
            intersection += BitOperations.PopCount(a[w] & b[w]);
            union += BitOperations.PopCount(a[w] | b[w]);
        }
        return problem.Kind switch
        {
            SimilarityKind.SharedCount => intersection,
            SimilarityKind.SharedLabel => intersection > 0 ? 1 : 0,
            _ => union == 0 ? problem.EmptyValue : (double)intersection / union,
        };
    }
}
