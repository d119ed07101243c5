using JaccardKernels.Host;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Host;

/// <summary>Products of a few rows whose sums are longer than what is summed at a time.</summary>
public sealed class GemmFewRowsTests
{
    [TestCase(1)]
    [TestCase(3)]
    [TestCase(8)]
    public void LongSumsAreExactOnIntegers(int rows)
    {
        var problem = new GemmProblem(rows, 21, 9001, transposeB: true, accumulate: true);
        var random = new Random(rows);
        float[] a = Draw(problem.LengthA), b = Draw(problem.LengthB), c = Draw(problem.LengthC), expected = [.. c];
        for (int m = 0; m < problem.M; m++)
        {
            for (int n = 0; n < problem.N; n++)
            {
                for (int k = 0; k < problem.K; k++) expected[m * problem.N + n] += a[m * problem.K + k] * b[n * problem.K + k];
            }
        }
        using var team = new ThreadTeam(2);
        Gemm.Run(problem, a, b, default, c, team);
        Assert.That(c, Is.EqualTo(expected));

        float[] Draw(int length)
        {
            var values = new float[length];
            for (int i = 0; i < length; i++) values[i] = random.Next(-3, 4);
            return values;
        }
    }
}
