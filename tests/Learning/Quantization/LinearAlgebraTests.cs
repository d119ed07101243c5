using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Tests.Learning;

public class LinearAlgebraTests
{
    [TestCase(1)]
    [TestCase(7)]
    [TestCase(33)]
    [TestCase(100)]
    public void CholeskySolvesTheSystem(int n)
    {
        const int Columns = 5;
        var random = new Random(n);
        double[] root = Normal(random, n * n), b = Normal(random, n * Columns), a = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                for (int k = 0; k < n; k++) a[i * n + j] += root[i * n + k] * root[j * n + k];
            }
            a[i * n + i] += 0.1;
        }
        double[] x = [.. b];
        CholeskySolver.Solve([.. a], n, x, Columns);
        for (int i = 0; i < n; i++)
        {
            for (int c = 0; c < Columns; c++)
            {
                double sum = Enumerable.Range(0, n).Sum(k => a[i * n + k] * x[k * Columns + c]);
                Assert.That(sum, Is.EqualTo(b[i * Columns + c]).Within(1e-8));
            }
        }
    }

    [Test]
    public void AMatrixThatIsNotPositiveDefiniteIsNamed() =>
        Assert.That(() => CholeskySolver.Solve([1, 0, 2, 1], 2, new double[2], 1), Throws.ArgumentException.With.Message.Contains("pivot 1 is -3"));

    [TestCase(1, 1)]
    [TestCase(6, 6)]
    [TestCase(32, 32)]
    [TestCase(9, 4)]
    [TestCase(5, 0)]
    public void SingularValuesMakeUpTheMatrix(int n, int rank)
    {
        var random = new Random(n);
        double[] left = Normal(random, n * n), right = Normal(random, n * n), a = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) a[i * n + j] = Enumerable.Range(0, rank).Sum(k => left[i * n + k] * right[k * n + j]);
        }
        var decomposition = new SingularValues(a, n);
        Assert.That(decomposition.Values, Is.Ordered.Descending);
        Assert.That(decomposition.Values.Count(value => value > 1e-9), Is.EqualTo(rank));
        Assert.Multiple(() =>
        {
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double sum = Enumerable.Range(0, n).Sum(k => decomposition.Left(k)[i] * decomposition.Values[k] * decomposition.Right(k)[j]);
                    Assert.That(sum, Is.EqualTo(a[i * n + j]).Within(1e-10 * n));
                    double u = Enumerable.Range(0, n).Sum(k => decomposition.Left(i)[k] * decomposition.Left(j)[k]);
                    double v = Enumerable.Range(0, n).Sum(k => decomposition.Right(i)[k] * decomposition.Right(j)[k]);
                    Assert.That(u, Is.EqualTo(i == j ? 1 : 0).Within(1e-10), $"U {i} {j}");
                    Assert.That(v, Is.EqualTo(i == j ? 1 : 0).Within(1e-10), $"V {i} {j}");
                }
            }
        });
    }

    [Test]
    public void RegressionSolvesTheNormalEquationsAndLeavesWhatIsUnused()
    {
        const int N = 300, D = 4, M = 2, K = AdditiveCodebooks.Codewords;
        const double Ridge = 0.001;
        var random = new Random(3);
        float[] x = [.. Normal(random, N * D).Select(value => (float)value)];
        // Half of the codewords only.
        byte[] codes = [.. Enumerable.Range(0, N * M).Select(_ => (byte)(2 * random.Next(10)))];
        var before = new AdditiveCodebooks([.. Normal(random, M * K * D).Select(value => (float)value)], D);
        float[] after = CodebookRegression.Solve(x, codes, before, Ridge);
        var gradient = new double[M * K * D];
        for (int n = 0; n < N; n++)
        {
            for (int d = 0; d < D; d++)
            {
                double rest = x[n * D + d];
                for (int m = 0; m < M; m++) rest -= after[(m * K + codes[n * M + m]) * D + d];
                for (int m = 0; m < M; m++) gradient[(m * K + codes[n * M + m]) * D + d] -= rest;
            }
        }
        for (int word = 0; word < M * K; word++)
        {
            bool used = word % K < 20 && word % 2 == 0;
            for (int d = 0; d < D; d++)
            {
                int at = word * D + d;
                if (used) Assert.That(gradient[at] + Ridge * after[at], Is.EqualTo(0).Within(1e-4), $"codeword {word}");
                else Assert.That(after[at], Is.EqualTo(before.Values[at]));
            }
        }
    }

    private static double[] Normal(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
}
