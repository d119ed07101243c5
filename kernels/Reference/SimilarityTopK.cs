using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>The most similar rows, by sorting all of them.</summary>
public static class SimilarityTopK
{
    /// <summary>The K most similar rows by counts, as <see cref="SimilarityTopKProblem"/> says. Overwrites all outputs; b may be a.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's, or the kind reads bit sets.</exception>
    public static void Run(
        in SimilarityTopKProblem problem, ReadOnlySpan<int> a, ReadOnlySpan<int> b, Span<double> similarities, Span<int> rows, Span<int> counts)
    {
        problem.RequireOperands(bitSets: false);
        problem.Check(a.Length, b.Length, similarities.Length, rows.Length, counts.Length);
        var all = new double[problem.N];
        for (int m = 0; m < problem.M; m++)
        {
            CountSimilarity.Run(problem.OneRow, a.Slice(m * problem.RowLength, problem.RowLength), b, all);
            counts[m] = Select(problem, all, similarities.Slice(m * problem.K, problem.K), rows.Slice(m * problem.K, problem.K));
        }
    }

    /// <summary>The K most similar rows by bit sets. Overwrites all outputs; b may be a.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's, or the kind reads counts.</exception>
    public static void Run(
        in SimilarityTopKProblem problem, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<double> similarities, Span<int> rows, Span<int> counts)
    {
        problem.RequireOperands(bitSets: true);
        problem.Check(a.Length, b.Length, similarities.Length, rows.Length, counts.Length);
        var all = new double[problem.N];
        for (int m = 0; m < problem.M; m++)
        {
            SetSimilarity.Run(problem.OneRow, a.Slice(m * problem.RowLength, problem.RowLength), b, all);
            counts[m] = Select(problem, all, similarities.Slice(m * problem.K, problem.K), rows.Slice(m * problem.K, problem.K));
        }
    }

    private static int Select(in SimilarityTopKProblem problem, double[] all, Span<double> similarities, Span<int> rows)
    {
        similarities.Clear();
        rows.Fill(-1);
        float least = problem.Least;
        // The order is one of floats: two ratios that differ by less are a tie.
        IEnumerable<int> reaching = Enumerable.Range(0, all.Length).Where(row => (float)all[row] >= least);
        int[] found = [.. reaching.OrderByDescending(row => (float)all[row]).ThenBy(row => row)];
        for (int i = 0; i < Math.Min(found.Length, rows.Length); i++) (similarities[i], rows[i]) = ((float)all[found[i]], found[i]);
        return found.Length;
    }
}
