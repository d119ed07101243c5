using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Retrieval;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Retrieval.Indexes;

/// <summary>
/// Indexes by look-up tables against sorting, through additions, removals, compaction and reopening. Codewords and queries are small integers: all distances
/// are exact, and many are equal.
/// </summary>
public class TableIndexTests
{
    private const int D = 6, M = 3, Codewords = AdditiveCodebooks.Codewords;

    private readonly Random _random = new(5);

    [Test]
    public void EveryIndexFindsWhatSortingFinds([Values(1, 7)] int lists, [Values(1, 3)] int threads, [Values(-1, 0, 50)] int rerank)
    {
        // Below 0 there are no embeddings to decide by.
        bool embeddings = rerank >= 0;
        rerank = Math.Max(rerank, 0);
        using var folder = new TemporaryFolder();
        string path = folder["i.jkx"];
        (byte[] quantizer, float[] words) = Codebooks();
        var items = new SortedDictionary<long, (byte[] Code, float[] Embedding)>();
        using (TableIndex made = TableIndex.Create(new TableContent(quantizer) { KeepsEmbeddings = embeddings }, threads))
        {
            made.Rerank = rerank;
            Add(made, items, 5000);
            Compare(made, items, words);
            made.Save(path, lists);
        }
        using (TableIndex index = TableIndex.Open(path, writable: true, threads))
        {
            Assert.That(index.Structure, Is.EqualTo(lists == 1 ? IndexStructure.Tables : IndexStructure.InvertedFile));
            Assert.That((index.Lists, index.Bits, index.QueryLength), Is.EqualTo((lists, 8 * M, D)));
            index.Rerank = rerank;
            Compare(index, items, words);
            for (int round = 0; round < 2; round++)
            {
                Add(index, items, 300);
                long[] gone = [.. items.Keys.Where((_, i) => i % 5 == round)];
                Assert.That(index.Remove(gone), Is.EqualTo(gone.Length));
                foreach (long id in gone) items.Remove(id);
                Compare(index, items, words);
                index.Compact();
                Assert.That(index.Changes, Is.EqualTo((0L, 0L)));
                Compare(index, items, words);
            }
        }
        using StoredIndex again = StoredIndex.OpenAny(path, threads: threads);
        Compare((TableIndex)again, items, words);
        again.Check();
    }

    [Test]
    public void OnlyTheNearestListsAreSearched([Values(1, 2, 5)] int probes)
    {
        const int Lists = 9;
        using var folder = new TemporaryFolder();
        (byte[] quantizer, float[] words) = Codebooks();
        var items = new SortedDictionary<long, (byte[] Code, float[] Embedding)>();
        Make(folder["i.jkx"], new TableContent(quantizer), items, 2000, Lists);
        using TableIndex index = TableIndex.Open(folder["i.jkx"], writable: true);
        float[] centroids = index.Centroids.ToArray();
        long[] stored = [.. items.Keys];
        Add(index, items, 50);
        index.Probes = probes;
        foreach (float[] query in Queries())
        {
            double[] away = [.. Enumerable.Range(0, Lists).Select(list => Squared(query, centroids.AsSpan(list * D, D)))];
            int[] near = [.. Enumerable.Range(0, Lists).OrderBy(list => away[list]).Take(probes)];
            HashSet<long> searched = [.. items.Keys.Except(stored), .. stored.Where(id => near.Contains(ListOf(items[id].Code)))];
            (float Distance, long Id)[] expected = [.. items.Where(item => searched.Contains(item.Key)).Select(item => (Distance(query, item.Value.Code, words), item.Key)).Order()];
            var found = new List<Found<float>>();
            index.SearchRange(query, float.PositiveInfinity, found);
            Assert.That(found.Select(f => (f.Distance, f.Id)), Is.EqualTo(expected));
        }

        int ListOf(byte[] code)
        {
            float[] sum = Sum(code, words);
            return Enumerable.Range(0, Lists).MinBy(list => Squared(sum, centroids.AsSpan(list * D, D)));
        }
    }

    [Test]
    public void ListsThatAreLearnedAnewHoldTheirItems()
    {
        const int Lists = 5;
        using var folder = new TemporaryFolder();
        (byte[] quantizer, float[] words) = Codebooks();
        var items = new SortedDictionary<long, (byte[] Code, float[] Embedding)>();
        Make(folder["i.jkx"], new TableContent(quantizer), items, 1000, Lists);
        using TableIndex index = TableIndex.Open(folder["i.jkx"], writable: true);
        long[] gone = [.. items.Keys.Take(800)];
        index.Remove(gone);
        foreach (long id in gone) items.Remove(id);
        index.Save(folder["j.jkx"], Lists, seed: 2);
        using TableIndex again = TableIndex.Open(folder["j.jkx"]);
        Assert.That(again.Centroids.SequenceEqual(index.Centroids), Is.False, "other items, and another seed");
        Compare(again, items, words);
        again.Probes = 1;
        float[] centroids = again.Centroids.ToArray();
        foreach (float[] query in Queries())
        {
            int near = Nearest(query);
            var found = new List<Found<float>>();
            again.SearchRange(query, float.PositiveInfinity, found);
            Assert.That(found.Select(f => f.Id).Order(), Is.EqualTo(items.Where(item => Nearest(Sum(item.Value.Code, words)) == near).Select(item => item.Key)));
        }

        int Nearest(float[] vector) => Enumerable.Range(0, Lists).MinBy(list => Squared(vector, centroids.AsSpan(list * D, D)));
    }

    [Test]
    public void AQueryFindsTheSameInAnyBatch()
    {
        const int Dimensions = 24, K = 20;
        using var backend = new HostBackend(1);
        float[] embeddings = [.. Enumerable.Range(0, 500 * Dimensions).Select(_ => (float)_random.NextDouble())];
        JaccardKernels.Learning.Quantizer learned = new QuantizerSpec(QuantizerKind.Product, 64).Train(backend, embeddings, Dimensions);
        using TableIndex index = TableIndex.Create(new TableContent(learned.ToBytes()));
        index.AddCodes([.. Enumerable.Range(0, 500).Select(i => (long)i)], learned.Encode(backend, embeddings));
        float[] together = new float[70 * K], alone = new float[K];
        long[] ids = new long[together.Length], own = new long[K];
        index.Search(embeddings.AsSpan(0, 70 * Dimensions), K, together, ids);
        for (int query = 0; query < 70; query++)
        {
            index.Search(embeddings.AsSpan(query * Dimensions, Dimensions), K, alone, own);
            Assert.That(alone, Is.EqualTo(together[(query * K)..((query + 1) * K)]));
            Assert.That(own, Is.EqualTo(ids[(query * K)..((query + 1) * K)]));
        }
    }

    [Test]
    public void EmbeddingsAreEncodedAndFoundByThemselves([Values(QuantizerKind.Product, QuantizerKind.Composite)] QuantizerKind kind)
    {
        const int Dimensions = 16, Count = 600;
        using var folder = new TemporaryFolder();
        using var backend = new HostBackend(threads: 1);
        float[] embeddings = [.. Enumerable.Range(0, Count * Dimensions).Select(_ => (float)(_random.NextDouble() * 2 - 1))];
        JaccardKernels.Learning.Quantizer learned = new QuantizerSpec(kind, 32).Train(backend, embeddings, Dimensions);
        using (TableIndex made = TableIndex.Create(new TableContent(learned.ToBytes()) { KeepsEmbeddings = true, HasNames = true, Classes = 1, Origin = "a test" }))
        {
            Assert.That(() => made.Add([1], embeddings.AsSpan(0, Dimensions), ["a"], [1]), Throws.InvalidOperationException.With.Message.Contains("encoder"));
            made.Encoder = x => learned.Encode(backend, x);
            made.Add([.. Enumerable.Range(0, Count).Select(i => (long)i)], embeddings, [.. Enumerable.Range(0, Count).Select(i => $"name {i}")], [.. Enumerable.Range(0, Count)]);
            made.Save(folder["i.jkx"], lists: 4);
        }
        using TableIndex index = TableIndex.Open(folder["i.jkx"], writable: true);
        Assert.That(JaccardKernels.Learning.Quantizer.Load([.. index.Quantizer], "q").Kind, Is.EqualTo(kind));
        float[] distances = new float[Count * 3], terms = new float[Dimensions];
        long[] ids = new long[Count * 3];
        index.Search(embeddings, 3, distances, ids);
        byte[] codes = learned.Encode(backend, embeddings);
        float[] sums = learned.Codebooks.Reconstruct(codes);
        for (int i = 0; i < Count; i += 17)
        {
            double expected = Enumerable.Range(0, Count).Min(j => Squared(embeddings.AsSpan(i * Dimensions, Dimensions), sums.AsSpan(j * Dimensions, Dimensions)));
            Assert.That(distances[3 * i], Is.EqualTo(expected).Within(1e-4));
        }
        index.Rerank = Count;
        index.Search(embeddings, 3, distances, ids);
        for (int i = 0; i < Count; i++) Assert.That((distances[3 * i], ids[3 * i], index.NameOf(ids[3 * i])), Is.EqualTo((0f, (long)i, $"name {i}")));
        (double, long)[] exact = [.. Enumerable.Range(0, Count).Select(j => (Squared(embeddings.AsSpan(0, Dimensions), embeddings.AsSpan(j * Dimensions, Dimensions)), (long)j)).Order()];
        Assert.That(ids[..3], Is.EqualTo(exact[..3].Select(e => e.Item2)));
        Assert.That(index.TryReconstruct(7, terms), Is.True);
        Assert.That(terms, Is.EqualTo(embeddings[(7 * Dimensions)..(8 * Dimensions)]));
    }

    [Test]
    public void NothingIsAllocatedBySearchesOnceWarm()
    {
        (byte[] quantizer, _) = Codebooks();
        var items = new SortedDictionary<long, (byte[] Code, float[] Embedding)>();
        using var folder = new TemporaryFolder();
        Make(folder["i.jkx"], new TableContent(quantizer) { KeepsEmbeddings = true }, items, 3000, lists: 5);
        using TableIndex index = TableIndex.Open(folder["i.jkx"], threads: 1);
        (index.Probes, index.Rerank) = (3, 40);
        float[] queries = [.. Queries().SelectMany(query => query)], distances = new float[queries.Length / D * 10];
        long[] ids = new long[distances.Length];
        for (int i = 0; i < 20; i++) index.Search(queries, 10, distances, ids);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < 20; i++) index.Search(queries, 10, distances, ids);
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(1000));
    }

    [Test]
    public void WhatDoesNotFitIsNamed()
    {
        using var folder = new TemporaryFolder();
        (byte[] quantizer, _) = Codebooks();
        using TableIndex index = TableIndex.Create(new TableContent(quantizer));
        index.AddCodes([1, 2], new byte[2 * M]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => new TableContent([1, 2, 3], "q"), Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith("q: "));
            Assert.That(() => index.Search(new float[D - 1], 1, [], []), Throws.ArgumentException);
            Assert.That(() => index.Search([float.NaN, 0, 0, 0, 0, 0], 1, new float[1], new long[1]), Throws.ArgumentException.With.Message.Contains("dimension 0 is NaN"));
            Assert.That(() => index.AddCodes([3], new byte[M], new float[D]), Throws.ArgumentException);
            Assert.That(() => index.Rerank = 5, Throws.InvalidOperationException.With.Message.Contains("keeps no embeddings"));
            Assert.That(() => HammingIndex.Create(new TableContent(quantizer)), Throws.ArgumentException.With.Message.Contains("not searched by bits"));
            Assert.That(() => index.Probes = -1, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => index.Save(folder["i.jkx"], lists: 3), Throws.ArgumentException.With.Message.Contains("2 items; 3 lists"));
            Assert.That(File.Exists(folder["i.jkx"]), Is.False);
        }
        index.Save(folder["i.jkx"]);
        Assert.That(() => BinaryIndex.OpenAny(folder["i.jkx"]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("structure is Tables"));
        using (var flat = HammingIndex.Create(new IndexContent(8))) flat.Save(folder["b.jkx"]);
        Assert.That(() => TableIndex.Open(folder["b.jkx"]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("structure is Flat"));
    }

    [Test]
    public void EveryTruncationIsRefusedAndEveryByteThatChangesIsToldOrHarmless()
    {
        using var folder = new TemporaryFolder();
        (byte[] quantizer, float[] words) = Codebooks();
        var items = new SortedDictionary<long, (byte[] Code, float[] Embedding)>();
        Make(folder["i.jkx"], new TableContent(quantizer) { KeepsEmbeddings = true }, items, 40, lists: 2);
        byte[] bytes = File.ReadAllBytes(folder["i.jkx"]);
        File.WriteAllBytes(folder["t.jkx"], bytes);
        for (int length = bytes.Length - 1; length >= 0; length--)
        {
            folder.Truncate("t.jkx", length);
            Assert.That(
                () => TableIndex.Open(folder["t.jkx"]), Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith(folder["t.jkx"] + ": "), $"{length} bytes");
        }
        File.WriteAllBytes(folder["t.jkx"], bytes);
        for (int at = 0; at < bytes.Length; at++)
        {
            folder.Overwrite("t.jkx", at, (byte)(bytes[at] ^ (1 << (at % 8))));
            try
            {
                using TableIndex index = TableIndex.Open(folder["t.jkx"], threads: 1);
                index.Rerank = 20;
                Compare(index, items, words);
            }
            catch (InvalidDataException exception)
            {
                Assert.That(exception.Message, Does.StartWith(folder["t.jkx"]).And.Not.Contains("\n"), $"byte {at}");
            }
            folder.Overwrite("t.jkx", at, bytes[at]);
        }
    }

    private static (byte[] Bytes, float[] Words) Codebooks()
    {
        var random = new Random(3);
        float[] words = [.. Enumerable.Range(0, M * Codewords * D).Select(_ => (float)random.Next(-3, 4))];
        var file = new SafetensorsFile();
        new AdditiveCodebooks(words, D).AddTo(file);
        using var stream = new MemoryStream();
        file.Write(stream);
        return (stream.ToArray(), words);
    }

    private static float[] Sum(byte[] code, float[] words)
    {
        float[] sum = new float[D];
        for (int m = 0; m < M; m++)
            for (int d = 0; d < D; d++) sum[d] += words[(m * Codewords + code[m]) * D + d];
        return sum;
    }

    private static double Squared(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return sum;
    }

    private static float Distance(float[] query, byte[] code, float[] words) => (float)Squared(query, Sum(code, words));

    private float[][] Queries() => [.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, D).Select(_ => (float)_random.Next(-6, 7)).ToArray())];

    private void Make(string path, TableContent content, SortedDictionary<long, (byte[] Code, float[] Embedding)> items, int count, int lists)
    {
        using TableIndex made = TableIndex.Create(content);
        Add(made, items, count);
        made.Save(path, lists);
    }

    private void Add(TableIndex index, SortedDictionary<long, (byte[] Code, float[] Embedding)> items, int count)
    {
        var ids = new HashSet<long>();
        while (ids.Count < count)
            if (_random.NextInt64(1L << 40) is var id && !items.ContainsKey(id)) ids.Add(id);
        byte[] codes = new byte[count * M];
        _random.NextBytes(codes);
        float[] embeddings = [.. Enumerable.Range(0, count * D).Select(_ => (float)_random.Next(-6, 7))];
        index.AddCodes([.. ids], codes, index.KeepsEmbeddings ? embeddings : default);
        int i = 0;
        foreach (long id in ids) items.Add(id, (codes[(i * M)..((i + 1) * M)], embeddings[(i * D)..(++i * D)]));
    }

    private void Compare(TableIndex index, SortedDictionary<long, (byte[] Code, float[] Embedding)> items, float[] words)
    {
        Assert.That(index.Count, Is.EqualTo(items.Count));
        float[][] queries = Queries();
        foreach (int k in (int[])[1, 10, items.Count + 3])
        {
            foreach (IdFilter? filter in (IdFilter?[])[null, IdFilter.Where(id => id % 3 == 0)])
            {
                float[] distances = new float[queries.Length * k];
                long[] ids = new long[distances.Length];
                index.Search([.. queries.SelectMany(query => query)], k, distances, ids, filter);
                for (int q = 0; q < queries.Length; q += 7)
                {
                    (float, long)[] expected = Expected(queries[q], k, filter);
                    Assert.That(distances[(q * k)..(q * k + expected.Length)].Zip(ids[(q * k)..]), Is.EqualTo(expected));
                    Assert.That(ids[(q * k + expected.Length)..((q + 1) * k)], Is.All.EqualTo(-1));
                    Assert.That(distances[(q * k + expected.Length)..((q + 1) * k)], Is.All.EqualTo(float.PositiveInfinity));
                }
            }
        }
        var found = new List<Found<float>>();
        index.SearchRange(queries[0], 30, found);
        Assert.That(found.Select(f => (f.Distance, f.Id)), Is.EqualTo(ByCodes(queries[0], null).Where(pair => pair.Item1 <= 30)));

        (float, long)[] ByCodes(float[] query, IdFilter? filter) =>
            [.. items.Where(item => filter?.Admits(item.Key) != false).Select(item => (Distance(query, item.Value.Code, words), item.Key)).Order()];

        (float, long)[] Expected(float[] query, int k, IdFilter? filter)
        {
            (float, long)[] all = ByCodes(query, filter);
            if (index.Rerank == 0) return [.. all.Take(k)];
            return [.. all.Take(Math.Max(k, index.Rerank)).Select(pair => ((float)Squared(query, items[pair.Item2].Embedding), pair.Item2)).Order().Take(k)];
        }
    }
}
