using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Column sums of a matrix: the gradient of a bias.</summary>
public static class ReduceColumns
{
    /// <summary><c>y[n] += sum_m x[m,n]</c>. Accumulates.</summary>
    public static void Run(in ReduceProblem problem, ReadOnlySpan<double> x, Span<double> y)
    {
        problem.Check(x.Length, y.Length);
        for (int i = 0; i < x.Length; i++) y[i % problem.Columns] += x[i];
    }
}
