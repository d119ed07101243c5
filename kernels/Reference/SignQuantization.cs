using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Sign codes of embeddings <c>[N,D]</c>, packed least significant bit first into uint64 words <c>[N, ceil(D/64)]</c>.</summary>
public static class SignQuantization
{
    /// <summary><c>bit d = (embeddings[n,d] &gt;= 0)</c> (also of -0), unused bits 0. Overwrites codes.</summary>
    public static void Run(in SignQuantizationProblem problem, ReadOnlySpan<double> embeddings, Span<ulong> codes)
    {
        problem.Check(embeddings.Length, codes.Length);
        codes.Clear();
        for (int n = 0; n < problem.Count; n++)
        {
            for (int d = 0; d < problem.Dimensions; d++)
            {
                if (embeddings[n * problem.Dimensions + d] >= 0) codes[n * problem.Words + d / 64] |= 1UL << (d % 64);
            }
        }
    }
}
