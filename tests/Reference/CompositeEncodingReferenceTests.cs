using JaccardKernels.Problems;
using JaccardKernels.Reference;

namespace JaccardKernels.Tests.Reference;

/// <summary>Iterated conditional modes against all combinations of codewords.</summary>
public class CompositeEncodingReferenceTests
{
    private const int Count = 40, Dimensions = 3, Codebooks = 3, Codewords = 4;

    [Test]
    public void SweepsEndBetweenTheGreedyCodeAndTheBestThereIs()
    {
        (double[] x, double[] words) = Draw();
        byte[] greedy = Encode(x, words, sweeps: 0), improved = Encode(x, words, sweeps: 30);
        int better = 0;
        for (int n = 0; n < Count; n++)
        {
            ReadOnlySpan<byte> code = improved.AsSpan(n * Codebooks, Codebooks);
            double error = Error(x, words, n, code), start = Error(x, words, n, greedy.AsSpan(n * Codebooks, Codebooks));
            double best = AllCodes().Min(candidate => Error(x, words, n, candidate));
            Assert.That(error, Is.InRange(best - 1e-12, start + 1e-12));
            if (error < start - 1e-9) better++;
            // No codebook can do better by itself.
            byte[] chosen = code.ToArray();
            IEnumerable<byte[]> neighbours = AllCodes().Where(other => other.Zip(chosen).Count(pair => pair.First != pair.Second) == 1);
            double alone = neighbours.Min(other => Error(x, words, n, other));
            Assert.That(alone, Is.GreaterThanOrEqualTo(error - 1e-12));
            var problem = new CompositeEncodingProblem(1, Dimensions, Codebooks, Codewords, 0);
            Assert.That(CompositeEncoding.Error(problem, x.AsSpan(n * Dimensions, Dimensions), words, code), Is.EqualTo(error).Within(1e-12));
        }
        Assert.That(better, Is.GreaterThan(0));
    }

    [Test]
    public void AGreedyCodeTakesWhatIsNearestToTheRest()
    {
        (double[] x, double[] words) = Draw();
        byte[] codes = Encode(x, words, sweeps: 0);
        for (int n = 0; n < Count; n++)
        {
            double[] rest = x[(n * Dimensions)..((n + 1) * Dimensions)];
            for (int m = 0; m < Codebooks; m++)
            {
                double[][] book = [.. words.Chunk(Dimensions).Skip(m * Codewords).Take(Codewords)];
                int nearest = Enumerable.Range(0, Codewords).MinBy(k => book[k].Zip(rest).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));
                Assert.That(codes[n * Codebooks + m], Is.EqualTo(nearest));
                rest = [.. rest.Zip(book[nearest], (a, b) => a - b)];
            }
        }
    }

    [Test]
    public void OrdersArePermutationsThatDifferFromSweepToSweep()
    {
        var problem = new CompositeEncodingProblem(1, 1, 16, 1, 8, seed: 3);
        int[][] orders = [.. Enumerable.Range(0, 8).Select(sweep =>
        {
            int[] order = new int[16];
            problem.OrderOf(sweep, order);
            return order;
        })];
        foreach (int[] order in orders) Assert.That(order, Is.EquivalentTo(Enumerable.Range(0, 16)));
        Assert.That(orders.Select(order => string.Join(',', order)), Is.Unique);
    }

    [Test]
    public void FloatsReachTheDistancesOfDoubles([Values(1, 2)] int threads)
    {
        // Off the grid of the cases: near ties may fall otherwise, and then lead elsewhere, but rarely, and not to worse places.
        const int N = 2000, D = 16, M = 4, K = 32;
        var random = new Random(7);
        float[] x = [.. Enumerable.Range(0, N * D).Select(_ => random.NextSingle() * 2 - 1)];
        float[] words = [.. Enumerable.Range(0, M * K * D).Select(_ => random.NextSingle() - 0.5f)];
        var problem = new CompositeEncodingProblem(N, D, M, K, 3, seed: 1, greedy: true);
        byte[] expected = new byte[N * M], actual = new byte[N * M];
        double[] exactX = Array.ConvertAll(x, value => (double)value), exactWords = Array.ConvertAll(words, value => (double)value);
        CompositeEncoding.Run(problem, exactX, exactWords, expected);
        using var team = new JaccardKernels.Host.ThreadTeam(threads);
        JaccardKernels.Host.CompositeEncoding.Run(problem, x, words, actual, team);
        double of = 0, wanted = 0;
        int same = 0;
        for (int n = 0; n < N; n++)
        {
            ReadOnlySpan<double> vector = exactX.AsSpan(n * D, D);
            ReadOnlySpan<byte> a = actual.AsSpan(n * M, M), e = expected.AsSpan(n * M, M);
            of += CompositeEncoding.Error(problem, vector, exactWords, a);
            wanted += CompositeEncoding.Error(problem, vector, exactWords, e);
            if (a.SequenceEqual(e)) same++;
        }
        Assert.That(same, Is.GreaterThanOrEqualTo(N - 5));
        Assert.That(of, Is.EqualTo(wanted).Within(1e-4 * wanted));
    }

    private static byte[] Encode(double[] x, double[] words, int sweeps)
    {
        byte[] codes = new byte[Count * Codebooks];
        CompositeEncoding.Run(new CompositeEncodingProblem(Count, Dimensions, Codebooks, Codewords, sweeps, seed: 5, greedy: true), x, words, codes);
        return codes;
    }

    private static IEnumerable<byte[]> AllCodes() =>
        from a in Enumerable.Range(0, Codewords)
        from b in Enumerable.Range(0, Codewords)
        from c in Enumerable.Range(0, Codewords)
        select (byte[])[(byte)a, (byte)b, (byte)c];

    private static double Error(double[] x, double[] words, int n, ReadOnlySpan<byte> code)
    {
        double error = 0;
        for (int d = 0; d < Dimensions; d++)
        {
            double rest = x[n * Dimensions + d];
            for (int m = 0; m < Codebooks; m++) rest -= words[(m * Codewords + code[m]) * Dimensions + d];
            error += rest * rest;
        }
        return error;
    }

    private static (double[] X, double[] Words) Draw()
    {
        var random = new Random(11);
        return (
            [.. Enumerable.Range(0, Count * Dimensions).Select(_ => random.NextDouble() * 2 - 1)],
            [.. Enumerable.Range(0, Codebooks * Codewords * Dimensions).Select(_ => random.NextDouble() - 0.5)]);
    }
}
