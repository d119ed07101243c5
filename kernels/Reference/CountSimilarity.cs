using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Pairwise similarity of count vectors a <c>[M,C]</c> and b <c>[N,C]</c>, counts non-negative (Mojoo, Kurita 2021, section 3).</summary>
public static class CountSimilarity
{
    /// <summary>
    /// Multiset Jaccard <c>sum_c min(a,b) / sum_c max(a,b)</c>, or cosine <c>a.b / (|a| |b|)</c>. Two empty vectors give the problem's
    /// empty value, an empty and another one give 0. Overwrites similarity; b may be a.
    /// </summary>
    /// <exception cref="ArgumentException">The problem's kind reads bit sets.</exception>
    public static void Run(in SimilarityProblem problem, ReadOnlySpan<int> a, ReadOnlySpan<int> b, Span<double> similarity)
    {
        problem.RequireOperands(bitSets: false);
        problem.Check(a.Length, b.Length, similarity.Length);
        for (int m = 0; m < problem.M; m++)
        {
            for (int n = 0; n < problem.N; n++)
            {
                ReadOnlySpan<int> rowA = a.Slice(m * problem.Classes, problem.Classes), rowB = b.Slice(n * problem.Classes, problem.Classes);
                similarity[m * problem.N + n] = Between(problem, rowA, rowB);
            }
        }
    }

    private static double Between(in SimilarityProblem problem, ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        double minima = 0, maxima = 0, product = 0, squaresA = 0, squaresB = 0;
        for (int c = 0; c < a.Length; c++)
        {
            minima += Math.Min(a[c], b[c]);
            maxima += Math.Max(a[c], b[c]);
            product += (double)a[c] * b[c];
            squaresA += (double)a[c] * a[c];
            squaresB += (double)b[c] * b[c];
        }
        if (maxima == 0) return problem.EmptyValue;
        if (problem.Kind == SimilarityKind.MultisetJaccard) return minima / maxima;
        return product == 0 ? 0 : product / Math.Sqrt(squaresA * squaresB);
    }
}
