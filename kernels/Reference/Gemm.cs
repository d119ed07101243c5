using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>General matrix product, <c>C[m,n] = sum_k op(A)[m,k] op(B)[k,n] + bias[n]</c>: SGEMM of BLAS level 3, row-major.</summary>
public static class Gemm
{
    /// <summary>Overwrites c, or adds to it when the problem accumulates; bias is empty when the problem has none.</summary>
    public static void Run(in GemmProblem problem, ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> bias, Span<double> c)
    {
        problem.Check(a.Length, b.Length, bias.Length, c.Length);
        for (int m = 0; m < problem.M; m++)
        {
            for (int n = 0; n < problem.N; n++)
            {
                double sum = problem.Bias ? bias[n] : 0;
                for (int k = 0; k < problem.K; k++)
                {
                    double left = problem.TransposeA ? a[k * problem.M + m] : a[m * problem.K + k];
                    double right = problem.TransposeB ? b[n * problem.K + k] : b[k * problem.N + n];
                    sum += left * right;
                }
                int i = m * problem.N + n;
                c[i] = problem.Accumulate ? c[i] + sum : sum;
            }
        }
    }
}
