using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>The K nearest items by look-up tables, by sorting all of them.</summary>
public static class LookupTopK
{
    /// <summary>The K least distances of each query, rounded to float, and their rows, in order of (distance, row). Overwrites both.</summary>
    public static void Run(
        in LookupProblem problem, ReadOnlySpan<double> tables, ReadOnlySpan<byte> codes, ReadOnlySpan<double> terms, Span<double> distances, Span<int> rows)
    {
        problem.RequireSearch(wanted: true);
        problem.Check(tables.Length, codes.Length, terms.Length, distances.Length, rows.Length);
        distances.Fill(double.PositiveInfinity);
        rows.Fill(-1);
        var all = new float[problem.Count];
        for (int q = 0; q < problem.Queries; q++)
        {
            for (int n = 0; n < problem.Count; n++) all[n] = (float)LookupDistance.Between(problem, tables, codes, terms, q, n);
            int place = q * problem.K;
            foreach (int row in Enumerable.Range(0, problem.Count).OrderBy(row => all[row]).ThenBy(row => row).Take(problem.K))
                (distances[place], rows[place++]) = (all[row], row);
        }
    }
}
