using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>General matrix product; see <see cref="GemmProblem"/>.</summary>
public static unsafe class Gemm
{
    /// <summary>C = op(A) op(B) + bias, or C += when the problem accumulates.</summary>
    /// <param name="problem">Sizes, transposes.</param>
    /// <param name="a">[M,K], or [K,M] when transposed.</param>
    /// <param name="b">[K,N], or [N,K] when transposed.</param>
    /// <param name="bias">[N], or empty when the problem has none.</param>
    /// <param name="c">[M,N]; must not overlap the inputs.</param>
    /// <param name="team">Threads.</param>
    /// <exception cref="ArgumentException">A length differs from the problem's.</exception>
    public static void Run(in GemmProblem problem, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c, ThreadTeam team)
    {
        problem.Check(a.Length, b.Length, bias.Length, c.Length);
        fixed (float* pa = a, pb = b, pBias = bias, pc = c)
        {
            if (GemmFewRows.Suits(problem))
            {
                GemmFewRows.Run(problem, pa, pb, pBias, pc, team);
                return;
            }
            GemmCore.Run(
                problem.M, problem.N, problem.K,
                new MatrixLines(pa, problem.TransposeA ? problem.M : problem.K, alongK: !problem.TransposeA),
                new MatrixLines(pb, problem.TransposeB ? problem.K : problem.N, alongK: problem.TransposeB),
                new BiasView(pBias, perRow: false), problem.Accumulate, new ResultView(pc, problem.N, problem.N, 0), team);
        }
    }
}
