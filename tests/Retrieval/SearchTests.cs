using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Tests.Retrieval;

public class SearchTests
{
    [TestCase(1, 3, true)]
    [TestCase(7, 2, false)]
    [TestCase(60, 256, true)]
    public void TableSearchIsInOrderOfDistanceAndRow(int k, int queryBlock, bool withTerms)
    {
        const int Count = 50, Queries = 9, Codebooks = 3, Codewords = 5;
        var random = new Random(3);
        byte[] codes = [.. Enumerable.Range(0, Count * Codebooks).Select(_ => (byte)random.Next(Codewords))];
        float[] terms = withTerms ? [.. Enumerable.Range(0, Count).Select(_ => (float)random.Next(4))] : [];
        float[] tables = [.. Enumerable.Range(0, Queries * Codebooks * Codewords).Select(_ => (float)random.Next(-3, 4))];
        using var backend = new ReferenceBackend();
        using var searcher = new TableSearcher(backend, new TableCodes(codes, Codebooks, terms, Codewords), k, queryBlock);
        SearchResult<float> result = searcher.Search(tables);
        for (int q = 0; q < Queries; q++)
        {
            float[] distances = [.. Enumerable.Range(0, Count).Select(row => Enumerable.Range(0, Codebooks)
                .Sum(m => tables[(q * Codebooks + m) * Codewords + codes[row * Codebooks + m]]) + (withTerms ? terms[row] : 0))];
            int[] rows = [.. Enumerable.Range(0, Count).OrderBy(row => distances[row]).ThenBy(row => row).Take(k)];
            int padding = k - rows.Length;
            Assert.That(result.RowsOf(q).ToArray(), Is.EqualTo((int[])[.. rows, .. Enumerable.Repeat(-1, padding)]));
            Assert.That(
                result.DistancesOf(q).ToArray(),
                Is.EqualTo((float[])[.. rows.Select(row => distances[row]), .. Enumerable.Repeat(float.PositiveInfinity, padding)]));
        }
        Assert.That(() => searcher.Search(tables.AsSpan(1)), Throws.ArgumentException.With.Message.Contains("tables has 134 elements; the problem needs 120"));
    }

    [Test]
    public void CodesWithoutEntriesAndTermsThatAreNoNumbersAreNamed()
    {
        Assert.That(
            () => new TableCodes([0, 1, 2, 3], 2, [], codewords: 3),
            Throws.InstanceOf<InvalidDataException>().With.Message.EqualTo("codes: byte 1 of code 1 is 3; there are 3 codewords."));
        Assert.That(
            () => new TableCodes([0, 1], 1, [1, float.NaN]),
            Throws.InstanceOf<InvalidDataException>().With.Message.EqualTo("codes: the term of code 1 is NaN; finite numbers are needed."));
        Assert.That(() => new TableCodes([0, 1], 1, [1]), Throws.ArgumentException.With.Message.StartsWith("terms has 1 elements; the problem needs 2."));
    }

    [Test]
    public void AnEmptyDatabaseOfTablesFindsNothing()
    {
        using var backend = new ReferenceBackend();
        using var searcher = new TableSearcher(backend, new TableCodes([], 2, [], codewords: 3), 2);
        SearchResult<float> result = searcher.Search(new float[6]);
        Assert.That(result.Rows, Is.EqualTo(new[] { -1, -1 }));
        Assert.That(result.Distances, Is.All.EqualTo(float.PositiveInfinity));
    }

    [TestCase(1, 3)]
    [TestCase(7, 2)]
    [TestCase(60, 256)]
    public void HammingSearchIsInOrderOfDistanceAndRow(int k, int queryBlock)
    {
        const int Count = 50, Queries = 9, Bits = 70;
        PackedCodes database = Codes(1, Count), queries = Codes(2, Queries);
        using var backend = new ReferenceBackend();
        using var searcher = new HammingSearcher(backend, database, k, queryBlock);
        SearchResult<int> result = searcher.Search(queries);
        Assert.That(result.Queries, Is.EqualTo(Queries));
        for (int q = 0; q < Queries; q++)
        {
            int[] distances = [.. Enumerable.Range(0, Count).Select(row => Distance(queries[q], database[row]))];
            int[] rows = [.. Enumerable.Range(0, Count).OrderBy(row => distances[row]).ThenBy(row => row).Take(k)];
            int padding = k - rows.Length;
            Assert.That(result.RowsOf(q).ToArray(), Is.EqualTo((int[])[.. rows, .. Enumerable.Repeat(-1, padding)]));
            Assert.That(
                result.DistancesOf(q).ToArray(),
                Is.EqualTo((int[])[.. rows.Select(row => distances[row]), .. Enumerable.Repeat(-1, padding)]));
        }
        Assert.That(
            () => searcher.Search(new PackedCodes(64, [1])),
            Throws.ArgumentException.With.Message.Contains("the queries have 64 bits; the database has 70"));

        PackedCodes Codes(int seed, int count)
        {
            var random = new Random(seed);
            return new PackedCodes(Bits, [.. Enumerable.Range(0, count).SelectMany(_ => (ulong[])[(ulong)random.Next(256), (ulong)random.Next(4)])]);
        }
    }

    [Test]
    public void ASearchIntoTheCallersMemoryAllocatesNothing()
    {
        using var backend = new HostBackend(threads: 2);
        var database = new PackedCodes(64, [.. Enumerable.Range(0, 5000).Select(i => (ulong)i * 0x9E3779B97F4A7C15)]);
        using var searcher = new HammingSearcher(backend, database, k: 10, queryBlock: 4);
        ulong[] queries = [1, 2, 3, 4, 5, 6];
        int[] distances = new int[60], rows = new int[60];
        searcher.Search(queries, distances, rows);
        long before = GC.GetAllocatedBytesForCurrentThread();
        searcher.Search(queries, distances, rows);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void AnEmptyDatabaseHasNoNeighbours()
    {
        using var backend = new ReferenceBackend();
        using var codes = new HammingSearcher(backend, new PackedCodes(8, []), 2);
        Assert.That(codes.Search(new PackedCodes(8, [1])).Rows, Is.EqualTo(new[] { -1, -1 }));
        using var embeddings = new EmbeddingSearcher(backend, new EmbeddingMatrix([], 2), EmbeddingDistance.SquaredEuclidean);
        Assert.That(embeddings.Search(new EmbeddingMatrix([1, 2], 2), 1).Distances, Is.EqualTo(new[] { float.PositiveInfinity }));
    }

    [TestCase(1)]
    [TestCase(40)]
    [TestCase(333)]
    [TestCase(1000)]
    public void EmbeddingSearchIsInOrderOfDistanceAndRow(int k)
    {
        // Few values, so that many distances tie, some of them zeros of either sign.
        const int Count = 900, Queries = 3, Dimensions = 3;
        var random = new Random(k);
        var database = new EmbeddingMatrix([.. Enumerable.Range(0, Count * Dimensions).Select(_ => random.Next(-3, 4) * 0.25f)], Dimensions);
        var queries = new EmbeddingMatrix([.. Enumerable.Range(0, Queries * Dimensions).Select(_ => random.Next(-1, 2) * 0.25f)], Dimensions);
        using var backend = new ReferenceBackend();
        foreach (EmbeddingDistance distance in Enum.GetValues<EmbeddingDistance>())
        {
            using var searcher = new EmbeddingSearcher(backend, database, distance);
            SearchResult<float> result = searcher.Search(queries, k);
            bool inner = distance == EmbeddingDistance.InnerProduct;
            for (int q = 0; q < Queries; q++)
            {
                float[] distances = [.. Enumerable.Range(0, Count).Select(row => Distance(q, row, inner))];
                int[] rows = [.. Enumerable.Range(0, Count).OrderBy(row => inner ? -distances[row] : distances[row]).ThenBy(row => row).Take(k)];
                float worst = inner ? float.NegativeInfinity : float.PositiveInfinity;
                float[] expected = [.. rows.Select(row => distances[row]), .. Enumerable.Repeat(worst, k - rows.Length)];
                Assert.That(result.RowsOf(q).ToArray(), Is.EqualTo((int[])[.. rows, .. Enumerable.Repeat(-1, k - rows.Length)]), $"{distance}");
                Assert.That(result.DistancesOf(q).ToArray(), Is.EqualTo(expected));
            }
        }

        float Distance(int query, int row, bool inner)
        {
            float sum = 0;
            for (int i = 0; i < Dimensions; i++)
            {
                float x = queries.Values[query * Dimensions + i], y = database.Values[row * Dimensions + i];
                sum += inner ? x * y : (x - y) * (x - y);
            }
            return sum;
        }
    }

    [Test]
    public void EmbeddingsThatAreNotFiniteAreNamed() =>
        Assert.That(
            () => new EmbeddingMatrix([0, 1, 2, float.NaN], 2, "E.npy"),
            Throws.InstanceOf<InvalidDataException>().With.Message.EqualTo("E.npy: row 1, dimension 1 is NaN; finite numbers are needed."));

    private static int Distance(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        int sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (int)ulong.PopCount(a[i] ^ b[i]);
        return sum;
    }
}
