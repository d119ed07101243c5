using System.Numerics;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Problems;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Tests.Gpu;

/// <summary>Batch search with queries and results travelling beside the work: the same rows, whatever the blocks.</summary>
[TestFixtureSource(typeof(GpuKinds), nameof(GpuKinds.All))]
public class HammingSearcherTests(string kind)
{
    private const int Queries = 19, Count = 150, K = 7;

    private static readonly ulong[] s_database = Codes(1, Count), s_queries = Codes(2, Queries);

    private GpuBackend _backend = null!;

    [OneTimeSetUp]
    public void Open() => _backend = GpuKinds.Open(kind);

    [OneTimeTearDown]
    public void Close() => _backend.Dispose();

    [TestCase(1)]
    [TestCase(4)]
    [TestCase(18)]
    [TestCase(19)]
    [TestCase(256)]
    public void BlocksDoNotChangeTheResult(int queryBlock)
    {
        using var searcher = new HammingSearcher(_backend, new PackedCodes(64, s_database), K, queryBlock);
        int[] distances = new int[Queries * K], rows = new int[Queries * K];
        // The second search finds what the first left behind.
        for (int search = 0; search < 2; search++)
        {
            distances.AsSpan().Fill(-9);
            rows.AsSpan().Fill(-9);
            searcher.Search(s_queries, distances, rows);
            for (int q = 0; q < Queries; q++)
            {
                int[] all = [.. s_database.Select(code => BitOperations.PopCount(code ^ s_queries[q]))];
                int[] order = [.. Enumerable.Range(0, Count).OrderBy(row => all[row]).ThenBy(row => row).Take(K)];
                Assert.That(rows[(q * K)..((q + 1) * K)], Is.EqualTo(order), $"query {q}");
                Assert.That(distances[(q * K)..((q + 1) * K)], Is.EqualTo(order.Select(row => all[row])), $"query {q}");
            }
        }
    }

    [Test]
    public void NoQueriesAreNoWork()
    {
        using var searcher = new HammingSearcher(_backend, new PackedCodes(64, s_database), K);
        Assert.That(() => searcher.Search([], [], []), Throws.Nothing);
    }

    private static ulong[] Codes(int key, int count) =>
        [.. Enumerable.Range(0, count).Select(i => CounterRandom.Mix((ulong)(key * 1000 + i)) & 0xff00ff0f)];
}
