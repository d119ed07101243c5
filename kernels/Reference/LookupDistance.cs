using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Asymmetric distances of queries, given by tables <c>[Q,M,W]</c>, to items, given by codes <c>[N,M]</c>.</summary>
public static class LookupDistance
{
    /// <summary><c>distances[q,n] = terms[n] + sum_m tables[q,m,codes[n,m]]</c>. Overwrites distances; terms are empty where the problem has none.</summary>
    public static void Run(
        in LookupProblem problem, ReadOnlySpan<double> tables, ReadOnlySpan<byte> codes, ReadOnlySpan<double> terms, Span<double> distances)
    {
        problem.RequireSearch(wanted: false);
        problem.Check(tables.Length, codes.Length, terms.Length, distances.Length, 0);
        for (int q = 0; q < problem.Queries; q++)
        {
            for (int n = 0; n < problem.Count; n++) distances[q * problem.Count + n] = Between(problem, tables, codes, terms, q, n);
        }
    }

    /// <summary>Between a query and an item.</summary>
    internal static double Between(
        in LookupProblem problem, ReadOnlySpan<double> tables, ReadOnlySpan<byte> codes, ReadOnlySpan<double> terms, int query, int item)
    {
        double sum = problem.Terms ? terms[item] : 0;
        for (int m = 0; m < problem.Codebooks; m++)
            sum += tables[query * problem.TableLength + m * problem.Codewords + codes[item * problem.Codebooks + m]];
        return sum;
    }
}
