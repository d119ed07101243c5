using System.Numerics;
using JaccardKernels.Host;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Host;

/// <summary>Top-k against a sort, where the database is searched in parts, codes are long, and ties are everywhere.</summary>
[TestFixture]
public class HammingTopKTests
{
    // Query, count, bits, k: parts and their merge (200,000 codes), one query beyond its first block (5,000), groups of queries, K beyond N, K of a part's size, table
    // look-ups (1,100 bits).
    [TestCase(1, 200_000, 8, 100)]
    [TestCase(2, 140_000, 64, 1)]
    [TestCase(1, 5_000, 128, 20)]
    [TestCase(1, 5_000, 192, 20)]
    [TestCase(1, 5_000, 256, 20)]
    [TestCase(1, 5_000, 512, 20)]
    [TestCase(1, 5_000, 1_100, 20)]
    [TestCase(2, 200_000, 24, 9_000)]
    [TestCase(260, 3_000, 16, 10)]
    [TestCase(19, 500, 1_100, 501)]
    [TestCase(3, 300, 2_560, 17)]
    [TestCase(3, 70, 32_768, 5)]
    public void EqualsASort(int queries, int count, int bits, int k)
    {
        var problem = new HammingProblem(queries, count, bits, k);
        ulong[] q = Codes(queries, bits, 1), database = Codes(count, bits, 2);
        int[] distances = new int[queries * k], rows = new int[queries * k];
        foreach (int threads in new[] { 1, 3 })
        {
            using var team = new ThreadTeam(threads);
            HammingTopK.Run(problem, q, database, distances, rows, team);
            for (int i = 0; i < queries; i++)
            {
                int[] all = [.. Enumerable.Range(0, count).Select(row => Distance(q, i, database, row, problem.Words))];
                int[] order = [.. Enumerable.Range(0, count).OrderBy(row => all[row]).ThenBy(row => row).Take(k)];
                Assert.That(rows.AsSpan(i * k, order.Length).SequenceEqual(order), Is.True, $"rows of query {i}, {threads} threads");
                int[] expected = [.. order.Select(row => all[row])];
                Assert.That(distances.AsSpan(i * k, order.Length).SequenceEqual(expected), Is.True, $"distances of query {i}");
                Assert.That(rows.AsSpan(i * k + order.Length, k - order.Length).ContainsAnyExcept(-1), Is.False, $"padding of query {i}");
            }
        }
    }

    [Test]
    public void EqualCodesComeInOrderOfRows()
    {
        var problem = new HammingProblem(1, 200_000, 64, 70_000);
        ulong[] database = new ulong[200_000];
        int[] distances = new int[70_000], rows = new int[70_000];
        using var team = new ThreadTeam(2);
        HammingTopK.Run(problem, [5ul], database, distances, rows, team);
        Assert.That(distances, Is.All.EqualTo(2));
        Assert.That(rows, Is.EqualTo(Enumerable.Range(0, 70_000)));
    }

    [Test]
    public void AMatrixIsNoSearch()
    {
        using var team = new ThreadTeam(1);
        Assert.That(() => HammingTopK.Run(new HammingProblem(1, 1, 64), [0ul], [0ul], new int[1], new int[1], team), Throws.ArgumentException);
        Assert.That(() => HammingDistance.Run(new HammingProblem(1, 1, 64, 1), [0ul], [0ul], new int[1], team), Throws.ArgumentException);
    }

    private static ulong[] Codes(int count, int bits, int seed)
    {
        int words = SimilarityProblem.WordsOf(bits);
        var codes = new ulong[count * words];
        ulong last = bits % 64 == 0 ? ulong.MaxValue : (1ul << (bits % 64)) - 1;
        for (int i = 0; i < codes.Length; i++)
            codes[i] = CounterRandom.Mix(CounterRandom.Key(seed, bits) + (ulong)i) & (i % words == words - 1 ? last : ulong.MaxValue);
        return codes;
    }

    private static int Distance(ulong[] a, int i, ulong[] b, int j, int words)
    {
        int distance = 0;
        for (int w = 0; w < words; w++) distance += BitOperations.PopCount(a[i * words + w] ^ b[j * words + w]);
        return distance;
    }
}
