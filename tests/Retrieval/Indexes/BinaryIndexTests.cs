using JaccardKernels.Retrieval;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Retrieval.Indexes;

/// <summary>All kinds of indexes of binary codes against sorting, through additions, removals, compaction and reopening.</summary>
public class BinaryIndexTests
{
    private const long Ids = 1L << 40;

    [Test]
    public void EveryIndexFindsWhatSortingFinds(
        [Values] Kind kind, [Values(5, 64, 70, 128, 256, 512)] int bits, [Values] bool clustered, [Values(1, 3)] int threads)
    {
        using var folder = new TemporaryFolder();
        var model = new IndexModel(bits, seed: bits);
        string path = folder["i.jkx"];
        using (BinaryIndex made = Create(kind, bits))
        {
            model.AddTo(made, bits < 16 ? 20 : 3000, Ids, clustered);
            Compare(made, model, clustered);
            Save(made, kind, path);
        }
        using (BinaryIndex index = BinaryIndex.OpenAny(path, writable: true, threads))
        {
            Compare(index, model, clustered);
            Change(index, model, clustered);
            Compare(index, model, clustered);
            index.Compact();
            Assert.That(index.Changes, Is.EqualTo((0L, 0L)));
            Compare(index, model, clustered);
            Change(index, model, clustered);
            Compare(index, model, clustered);
        }
        using BinaryIndex again = BinaryIndex.OpenAny(path, threads: threads);
        Assert.That(again.Count, Is.EqualTo(model.Count));
        Compare(again, model, clustered);
        using ItemCursor cursor = again.Items();
        long[] ids = new long[model.Count + 1];
        Assert.That(cursor.Read(ids, new ulong[ids.Length * model.Words]), Is.EqualTo(model.Count));
        Assert.That(ids[..^1], Is.EqualTo(model.Ids));
    }

    [Test]
    public void NamesAndLabelsStayWithTheirIds([Values] Kind kind)
    {
        using var folder = new TemporaryFolder();
        string path = folder["i.jkx"];
        var content = new IndexContent(40) { HasNames = true, Classes = 2, Origin = "by hand" };
        using (BinaryIndex made = kind == Kind.Jaccard ? JaccardIndex.Create(content) : HammingIndex.Create(content))
        {
            made.Add([9, 2, 5], [0b111, 0b1, 0], ["nine", "", "fünf"], [9, 90, 2, 20, 5, 50]);
            Save(made, kind, path);
        }
        using BinaryIndex index = BinaryIndex.OpenAny(path, writable: true);
        Assert.That((index.Origin, index.HasNames, index.Classes, index.Count), Is.EqualTo(("by hand", true, 2, 3L)));
        index.Add([3, 10], [0b11, 0b10], ["three", "ten"], [3, 30, 10, 100]);
        Assert.That(index.Remove([2, 2, 77]), Is.EqualTo(1));
        index.Add([2], [0b1010], ["two again"], [22, 202]);
        for (int round = 0; round < 2; round++)
        {
            int[] labels = new int[2];
            foreach ((long id, string name, int[] counts) in ((long, string, int[])[])
                [(9, "nine", [9, 90]), (2, "two again", [22, 202]), (5, "fünf", [5, 50]), (3, "three", [3, 30]), (10, "ten", [10, 100])])
            {
                Assert.That(index.NameOf(id), Is.EqualTo(name));
                Assert.That(index.TryGetLabels(id, labels), Is.True);
                Assert.That(labels, Is.EqualTo(counts));
            }
            ulong[] code = new ulong[1];
            Assert.That(index.TryReconstruct(2, code) && code[0] == 0b1010);
            Assert.That(index.TryReconstruct(77, code) || index.NameOf(77) is not null || index.TryGetLabels(77, labels), Is.False);
            index.Compact();
        }
    }

    [Test]
    public void WhatCannotBeAddedLeavesEverythingAsItWas()
    {
        using var folder = new TemporaryFolder();
        using (HammingIndex made = HammingIndex.Create(new IndexContent(10)))
        {
            made.Add([4], [1]);
            made.Save(folder["i.jkx"]);
            Assert.That(() => made.Add([5, 5], [1, 2]), Throws.ArgumentException.With.Message.StartsWith("id 5 is given twice"));
        }
        using HammingIndex index = HammingIndex.Open(folder["i.jkx"], writable: true);
        long log = new FileInfo(folder["i.jkx.log"]).Length;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => index.Add([5, 4], [1, 2]), Throws.ArgumentException.With.Message.StartsWith("id 4 is there already"));
            Assert.That(() => index.Add([7, 6, 7], [1, 2, 3]), Throws.ArgumentException.With.Message.StartsWith("id 7 is given twice"));
            Assert.That(() => index.Add([-1], [1]), Throws.ArgumentException.With.Message.StartsWith("id -1 is negative"));
            Assert.That(() => index.Add([5], [1 << 10]), Throws.ArgumentException.With.Message.Contains("bit beyond its 10"));
            Assert.That(() => index.Add([5], [1, 2]), Throws.ArgumentException.With.Message.Contains("codes has 2 elements"));
            Assert.That(() => index.Add([5], [1], ["name"]), Throws.ArgumentException.With.Message.Contains("names has 1"));
            Assert.That(() => index.Search([1], 0, [], []), Throws.InstanceOf<ArgumentException>().With.Message.Contains("k is 0"));
            Assert.That(() => index.Search([1 << 10], 1, new int[1], new long[1]), Throws.InstanceOf<ArgumentException>());
            Assert.That(index.Count, Is.EqualTo(1));
            Assert.That(new FileInfo(folder["i.jkx.log"]).Length, Is.EqualTo(log));
            Assert.That(() => HammingIndex.Open(folder["i.jkx"], writable: true), Throws.InstanceOf<IOException>().With.Message.Contains("another process"));
            Assert.That(() => index.Save(folder["i.jkx"]), Throws.InstanceOf<IOException>().With.Message.Contains("another process"));
            Assert.That(() => JaccardIndex.Open(folder["i.jkx"]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("structure is Flat; Jaccard is"));
        }
        using HammingIndex reader = HammingIndex.Open(folder["i.jkx"]);
        Assert.That(() => reader.Add([5], [1]), Throws.InvalidOperationException.With.Message.Contains("open for reading"));
    }

    [Test]
    public void AnEmptyIndexFindsNothing([Values] Kind kind)
    {
        using var folder = new TemporaryFolder();
        using BinaryIndex made = Create(kind, 64);
        Save(made, kind, folder["i.jkx"]);
        using BinaryIndex index = BinaryIndex.OpenAny(folder["i.jkx"]);
        foreach (BinaryIndex empty in new[] { made, index })
        {
            (double[] distances, long[] ids) = Find(empty, [1, 2], 2, null);
            Assert.That(ids, Is.All.EqualTo(-1));
            Assert.That(distances, Is.All.EqualTo(kind == Kind.Jaccard ? double.PositiveInfinity : -1));
        }
    }

    [Test]
    public void AReaderTakesUpWhatAWriterHasWritten()
    {
        using var folder = new TemporaryFolder();
        string path = folder["i.jkx"];
        using (HammingIndex made = HammingIndex.Create(new IndexContent(64))) made.Save(path);
        using HammingIndex early = HammingIndex.Open(path);
        using HammingIndex writer = HammingIndex.Open(path, writable: true);
        Assert.That(early.Refresh(), Is.False);
        writer.Add([1, 2, 3], [1, 2, 3]);
        Assert.That(early.Count, Is.Zero);
        Assert.That(early.Refresh(), Is.True);
        Assert.That(early.Count, Is.EqualTo(3));
        writer.Compact();
        Assert.That(writer.Remove([2]), Is.EqualTo(1));
        Assert.That(early.Refresh(), Is.True);
        Assert.That((early.Count, early.Changes), Is.EqualTo((2L, (0L, 1L))));
        writer.Compact();
        writer.Compact();
        Assert.That(early.Refresh(), Is.True);
        Assert.That((early.Count, early.Changes), Is.EqualTo((2L, (0L, 0L))));
    }

    [Test]
    public void ASearchThatIsCancelledEnds()
    {
        using HammingIndex index = HammingIndex.Create(new IndexContent(64));
        index.Add([1], [1]);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.That(() => index.Search([1], 1, new int[1], new long[1], null, cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
        index.Search([1], 1, new int[1], new long[1]);
    }

    [Test]
    public void ASearchAllocatesNothingOnceWarm([Values(Kind.Flat, Kind.MultiIndex)] Kind kind)
    {
        using var folder = new TemporaryFolder();
        var model = new IndexModel(64, seed: 3);
        using (BinaryIndex made = Create(kind, 64))
        {
            model.AddTo(made, 20_000, Ids, clustered: true);
            Save(made, kind, folder["i.jkx"]);
        }
        using HammingIndex index = HammingIndex.Open(folder["i.jkx"], threads: 1);
        ulong[] queries = [.. Enumerable.Range(0, 40).SelectMany(_ => model.Code(clustered: true))];
        int[] distances = new int[400];
        long[] ids = new long[400];
        for (int i = 0; i < 3; i++) index.Search(queries, 10, distances, ids);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) index.Search(queries, 10, distances, ids);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void WhatIsClosedTwiceIsClosedOnce()
    {
        using var folder = new TemporaryFolder();
        using (HammingIndex made = HammingIndex.Create(new IndexContent(64)))
        {
            made.Add([1], [7]);
            made.Save(folder["i.jkx"]);
        }
        using HammingIndex index = HammingIndex.Open(folder["i.jkx"]);
        ItemCursor cursor = index.Items();
        cursor.Dispose();
        cursor.Dispose();
        Assert.That(() => cursor.Read(new long[1], new ulong[1]), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(index.TryReconstruct(1, new ulong[1]), Is.True, "the file is still mapped");
    }

    [Test]
    public void ARangeOfNoDistanceFindsTheSameSetsOnly()
    {
        using JaccardIndex index = JaccardIndex.Create(new IndexContent(64));
        index.Add([1, 2, 3], [0b111, 0b111, 0b110]);
        var found = new List<Found<float>>();
        foreach (float none in (float[])[0f, -0f])
        {
            index.SearchRange([0b111], none, found);
            Assert.That(found.Select(f => f.Id), Is.EqualTo(new[] { 1L, 2 }));
        }
        index.SearchRange([0b111], 1f / 3, found);
        Assert.That(found, Has.Count.EqualTo(3));
        index.SearchRange([0b111], float.NaN, found);
        Assert.That(found, Is.Empty);
    }

    public enum Kind
    {
        Flat,
        MultiIndex,
        Jaccard,
    }

    internal static BinaryIndex Create(Kind kind, int bits) =>
        kind == Kind.Jaccard ? JaccardIndex.Create(new IndexContent(bits)) : HammingIndex.Create(new IndexContent(bits));

    internal static void Save(BinaryIndex index, Kind kind, string path)
    {
        if (kind == Kind.MultiIndex) ((HammingIndex)index).Save(path, IndexStructure.MultiIndexHashing);
        else index.Save(path);
    }

    internal static (double[] Distances, long[] Ids) Find(BinaryIndex index, ReadOnlySpan<ulong> queries, int k, IdFilter? filter)
    {
        int count = queries.Length / index.QueryLength * k;
        long[] ids = new long[count];
        if (index is HammingIndex hamming)
        {
            int[] d = new int[count];
            hamming.Search(queries, k, d, ids, filter);
            return ([.. d.Select(x => (double)x)], ids);
        }
        float[] j = new float[count];
        ((JaccardIndex)index).Search(queries, k, j, ids, filter);
        return ([.. j.Select(x => (double)x)], ids);
    }

    private static void Change(BinaryIndex index, IndexModel model, bool clustered)
    {
        int some = Math.Min(200, model.Count / 4);
        model.AddTo(index, some / 4 + 1, Ids, clustered);
        long[] gone = model.SomeIds(some);
        Assert.That(index.Remove(gone), Is.EqualTo(model.Remove(gone)));
        // One of those that went comes back as another.
        ulong[] code = model.Code(clustered);
        index.Add([gone[0]], code);
        model.Add(gone[0], code);
        model.AddTo(index, some / 4 + 1, Ids, clustered);
    }

    private static void Compare(BinaryIndex index, IndexModel model, bool clustered)
    {
        bool jaccard = index is JaccardIndex;
        ulong[][] queries = [.. Enumerable.Range(0, 5).Select(_ => model.Code(clustered)), model[model.SomeIds(1)[0]]];
        ulong[] all = [.. queries.SelectMany(query => query)];
        (IdFilter? Filter, Func<long, bool>? Rule)[] filters =
            [(null, null), (IdFilter.Where(id => id % 3 == 0), id => id % 3 == 0), (IdBitmap.Of(model.SomeIds(1)).Not(), null)];
        long left = filters[2].Filter is { } not ? model.Ids.First(id => !not.Admits(id)) : -1;
        filters[2].Rule = id => id != left;
        foreach ((IdFilter? filter, Func<long, bool>? rule) in filters)
        {
            foreach (int k in (ReadOnlySpan<int>)[1, 10, 40, model.Count + 7])
            {
                (double[] distances, long[] ids) = Find(index, all, k, filter);
                for (int query = 0; query < queries.Length; query++)
                {
                    (double Distance, long Id)[] expected = [.. model.Nearest(queries[query], jaccard, rule).Take(k)];
                    (double Distance, long Id)[] actual =
                        [.. Enumerable.Range(query * k, k).Select(i => (distances[i], ids[i])).TakeWhile(pair => pair.Item2 >= 0)];
                    Assert.That(actual.Select(a => a.Id), Is.EqualTo(expected.Select(e => e.Id)), $"query {query}, k {k}");
                    Assert.That(actual.Select(a => a.Distance), Is.EqualTo(expected.Select(e => jaccard ? (float)e.Distance : e.Distance)));
                }
            }
            ulong[] one = queries[0];
            (double Distance, long Id)[] near = model.Nearest(one, jaccard, rule);
            double limit = near[near.Length / 3].Distance;
            if (index is HammingIndex hamming)
            {
                var found = new List<Found<int>>();
                hamming.SearchRange(one, (int)limit, found, filter);
                Assert.That(found.Select(f => ((double)f.Distance, f.Id)), Is.EqualTo(near.TakeWhile(n => n.Distance <= limit)));
                hamming.SearchRange(one, -1, found, filter);
                Assert.That(found, Is.Empty);
            }
            else
            {
                var found = new List<Found<float>>();
                ((JaccardIndex)index).SearchRange(one, (float)limit, found, filter);
                Assert.That(found.Select(f => f.Id), Is.EqualTo(near.TakeWhile(n => (float)n.Distance <= (float)limit).Select(n => n.Id)));
            }
        }
    }
}
