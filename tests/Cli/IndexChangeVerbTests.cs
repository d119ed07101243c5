using System.Text.Json;
using JaccardKernels.Cli;
using JaccardKernels.Engine;
using JaccardKernels.Retrieval;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

/// <summary>The verbs that change an index, and those that take codes to and from other formats.</summary>
public sealed class IndexChangeVerbTests
{
    private const int Bytes = 6, Count = 60;

    private TemporaryFolder _folder = null!;
    private byte[] _items = null!, _queries = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _items = Samples.Codes(_folder["codes.npy"], 1, Count, Bytes);
        _queries = Samples.Codes(_folder["q.npy"], 2, 3, Bytes);
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void WhatIsAddedIsFoundAndWhatIsRemovedIsNot([Values("flat", "mih", "jaccard")] string structure)
    {
        // Rows as ids; the last ten come later, under ids of their own.
        NpyFile.Write<byte>(_folder["first.npy"], _items.AsSpan(0, 50 * Bytes), 50, Bytes);
        NpyFile.Write<byte>(_folder["later.npy"], _items.AsSpan(50 * Bytes), 10, Bytes);
        NpyFile.Write<long>(_folder["later-ids.npy"], [.. Enumerable.Range(50, 10).Select(i => 100L + i)], 10);
        JkRunner.Run("index", "build", "--codes", _folder["first.npy"], "--structure", structure, "--out", _folder["i.jkx"], "--json").Json();
        JsonElement added = JkRunner.Run("index", "add", _folder["i.jkx"], "--codes", _folder["later.npy"], "--ids", _folder["later-ids.npy"], "--json").Json();
        Assert.That((added.GetProperty("count").GetInt32(), added.GetProperty("added").GetInt32()), Is.EqualTo((60, 10)));
        JkResult removed = JkRunner.Run("index", "remove", _folder["i.jkx"], "--ids", "3", "150", "999", "--json");
        Assert.That(JsonDocument.Parse(removed.Out).RootElement.GetProperty("count").GetInt32(), Is.EqualTo(58));
        Assert.That(removed.Error, Does.Contain("1 of 3 ids are not there"));
        long[] left = [.. Enumerable.Range(0, 60).Select(i => i < 50 ? i : 100L + i).Where(id => id is not (3 or 150))];
        AssertFinds(structure, left);
        JsonElement compact = JkRunner.Run("index", "compact", _folder["i.jkx"], "--json").Json();
        Assert.That((compact.GetProperty("count").GetInt32(), compact.GetProperty("added").GetInt32(), compact.GetProperty("removed").GetInt32()), Is.EqualTo((58, 0, 0)));
        AssertFinds(structure, left);
        // The next ids follow the largest, whether codes come block by block or whole.
        JkRunner.Run("index", "add", _folder["i.jkx"], "--codes", _folder["q.npy"], "--origin", "by hand", "--json").Json();
        JkRunner.Run("index", "add", _folder["i.jkx"], "--codes", _folder["q.npy"], "--json").Json();
        JkRunner.Run("index", "remove", _folder["i.jkx"], "--ids", "160", "161", "162", "163", "164", "165", "--json").Json();
        AssertFinds(structure, left);
        NpyFile.Write<long>(_folder["some.npy"], [5, 7, 158, 3], 4);
        AssertFinds(structure, [5, 7, 158], "--only", _folder["some.npy"]);
        AssertFinds(structure, [.. left.Except([5, 7, 158])], "--except", _folder["some.npy"]);
    }

    [Test]
    public void ShardsAreSearchedAsOne([Values("flat", "jaccard")] string structure)
    {
        long[] ids = [.. Enumerable.Range(0, Count).Select(i => (long)i)];
        for (int shard = 0; shard < 3; shard++)
        {
            int first = shard * 20;
            NpyFile.Write<byte>(_folder["part.npy"], _items.AsSpan(first * Bytes, 20 * Bytes), 20, Bytes);
            NpyFile.Write<long>(_folder["part-ids.npy"], ids.AsSpan(first, 20), 20);
            JkRunner.Run(
                "index", "build", "--codes", _folder["part.npy"], "--ids", _folder["part-ids.npy"], "--structure", structure, "--out", _folder[$"{shard}.jkx"], "--json").Json();
        }
        JkRunner.Run("index", "build", "--codes", _folder["codes.npy"], "--structure", structure, "--out", _folder["i.jkx"], "--json").Json();
        Search("one.npy", _folder["i.jkx"]);
        Search("three.npy", _folder["0.jkx"], _folder["1.jkx"], _folder["2.jkx"]);
        Assert.That(NpyFile.Read(_folder["three.npy"]).ToInt64(), Is.EqualTo(NpyFile.Read(_folder["one.npy"]).ToInt64()));
        JkRunner.Run("index", "build", "--codes", "random:5", "--out", _folder["wide.jkx"], "--json").Json();
        JkRunner.Run("search", "--index", _folder["i.jkx"], _folder["wide.jkx"], "--codes", _folder["q.npy"]).AssertFailed(ExitCode.Usage, "wide.jkx", "does not go with");

        void Search(string file, params string[] indexes) => JkRunner.Run(
            ["search", "--index", .. indexes, "--codes", _folder["q.npy"], "-k", "25", "--device", "host", "--out", _folder[file], "--json"]).Json();
    }

    [Test]
    public void CodesGoToOtherFormatsAndComeBack()
    {
        NpyFile.Write<long>(_folder["ids.npy"], [.. Enumerable.Range(0, Count).Select(i => 1000L - i)], Count);
        JkRunner.Run("index", "convert", _folder["codes.npy"], _folder["a.jkx"], "--ids", _folder["ids.npy"], "--structure", "mih", "--json").Json();
        JsonElement report = JkRunner.Run("index", "convert", _folder["a.jkx"], _folder["b.faiss"], "--json").Json();
        Assert.That(report.GetProperty("hasIds").GetBoolean(), Is.True);
        JkRunner.Run("index", "convert", _folder["b.faiss"], _folder["c.jkx"], "--json").Json();
        JkRunner.Run("index", "convert", _folder["c.jkx"], _folder["d.npy"], "--ids-out", _folder["d-ids.npy"], "--json").Json();
        // The ids fell from 1000: by id the rows are the other way round.
        Assert.That(NpyFile.Read(_folder["d-ids.npy"]).ToInt64(), Is.EqualTo(Enumerable.Range(1001 - Count, Count)));
        Assert.That(NpyFile.Read(_folder["d.npy"]).AsSpan<byte>().ToArray(), Is.EqualTo(_items.Chunk(Bytes).Reverse().SelectMany(code => code)));

        JkRunner.Run("index", "convert", _folder["codes.npy"], _folder["e.bvecs"], "--json").Json();
        JkRunner.Run("index", "convert", _folder["e.bvecs"], _folder["f.npy"], "--json").Json();
        Assert.That(File.ReadAllBytes(_folder["f.npy"]), Is.EqualTo(File.ReadAllBytes(_folder["codes.npy"])));
    }

    [Test]
    public void SignsOfEmbeddingsAreCodes()
    {
        float[] embeddings = [.. Enumerable.Range(0, 3 * 16).Select(i => i % 3 == 0 ? -0.5f : i % 5)];
        using (FvecsSink sink = FvecsFile.Create(_folder["e.fvecs"], 16, 3))
        {
            sink.Write(embeddings);
            sink.Commit();
        }
        JkRunner.Run("index", "convert", _folder["e.fvecs"], _folder["e.npy"], "--json").Json();
        byte[] expected = [.. embeddings.Chunk(8).Select(eight => (byte)eight.Index().Sum(e => e.Item >= 0 ? 1 << e.Index : 0))];
        Assert.That(NpyFile.Read(_folder["e.npy"]).AsSpan<byte>().ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void ABenchTellsPercentiles([Values("flat", "mih", "jaccard")] string structure)
    {
        JkRunner.Run("index", "build", "--codes", "clustered:5000", "--bits", "128", "--structure", structure, "--out", _folder["i.jkx"], "--json").Json();
        JsonElement report = JkRunner.Run("index", "bench", _folder["i.jkx"], "--queries", "20", "--clients", "2", "--threads", "1", "-k", "5", "--json").Json();
        double p50 = report.GetProperty("p50").GetDouble(), slowest = report.GetProperty("slowest").GetDouble();
        Assert.That(p50, Is.GreaterThan(0).And.LessThanOrEqualTo(slowest));
        Assert.That(report.GetProperty("count").GetInt32(), Is.EqualTo(5000));
        Assert.That(report.GetProperty("readSeconds").ValueKind, Is.EqualTo(structure == "flat" ? JsonValueKind.Number : JsonValueKind.Null));
    }

    [Test]
    public void BadInputIsOneLine()
    {
        JkRunner.Run("index", "build", "--codes", _folder["codes.npy"], "--out", _folder["i.jkx"], "--json").Json();
        NpyFile.Write<long>(_folder["same.npy"], [.. Enumerable.Range(0, Count).Select(i => (long)i)], Count);
        JkRunner.Run("index", "add", _folder["i.jkx"], "--codes", _folder["codes.npy"], "--ids", _folder["same.npy"]).AssertFailed(ExitCode.Usage, "id 0 is there already");
        _ = Samples.Codes(_folder["wide.npy"], 1, 2, Bytes + 2);
        JkRunner.Run("index", "add", _folder["i.jkx"], "--codes", _folder["wide.npy"]).AssertFailed(ExitCode.Usage, "wide.npy", "64 bits", "48");
        JkRunner.Run("index", "add", _folder["none.jkx"], "--codes", _folder["codes.npy"]).AssertFailed(ExitCode.Failed, "none.jkx", "there is no such index");
        JkRunner.Run("index", "remove", _folder["i.jkx"]).AssertFailed(ExitCode.Usage, "--ids");
        JkRunner.Run("index", "build", "--codes", _folder["codes.npy"], "--structure", "tree", "--out", _folder["j.jkx"]).AssertFailed(ExitCode.Usage, "'tree'", "mih");
        JkRunner.Run("index", "build", "--codes", "random:0", "--out", _folder["j.jkx"]).AssertFailed(ExitCode.Usage, "random:0");
        JkRunner.Run("index", "convert", _folder["i.jkx"], _folder["i.npy"], "--structure", "mih").AssertFailed(ExitCode.Usage, "--structure");
        JkRunner.Run("index", "convert", _folder["q.npy"], _folder["none/i.jkx"]).AssertFailed(ExitCode.Failed, "none", "does not exist");
        JkRunner.Run("search", "--index", _folder["i.jkx"], "--codes", _folder["q.npy"], "--only", "a", "--except", "b").AssertFailed(ExitCode.Usage, "exclude each other");
        NpyFile.Write<long>(_folder["gap.npy"], [5, 500], 2);
        JkRunner.Run("index", "convert", _folder["codes.npy"], _folder["j.jkx"], "--ids", _folder["gap.npy"]).AssertFailed(ExitCode.Failed, "gap.npy", "2");
        Assert.That(File.Exists(_folder["j.jkx"]), Is.False);
        using (BinaryIndex held = BinaryIndex.OpenAny(_folder["i.jkx"], writable: true))
            JkRunner.Run("index", "compact", _folder["i.jkx"]).AssertFailed(ExitCode.Failed, "i.jkx", "being written by another process");
    }

    private void AssertFinds(string structure, long[] left, params string[] more)
    {
        JkRunner.Run(
            ["search", "--index", _folder["i.jkx"], "--codes", _folder["q.npy"], "-k", "70", "--device", "host", "--out", _folder["r.npy"], "--json", .. more]).Json();
        long[] found = NpyFile.Read(_folder["r.npy"]).ToInt64();
        for (int query = 0; query < 3; query++)
        {
            byte[] q = _queries[(query * Bytes)..((query + 1) * Bytes)];
            long[] expected = [.. left.OrderBy(id => Distance(q, Code(id))).ThenBy(id => id)];
            Assert.That(found.AsSpan(query * 70, 70).ToArray().TakeWhile(id => id >= 0), Is.EqualTo(expected));
        }

        byte[] Code(long id) => _items[(int)((id < 50 ? id : id - 100) * Bytes)..][..Bytes];

        double Distance(byte[] a, byte[] b) => structure == "jaccard"
            ? -(double)a.Zip(b, (x, y) => int.PopCount(x & y)).Sum() / a.Zip(b, (x, y) => int.PopCount(x | y)).Sum()
            : Samples.Hamming(a, b);
    }
}
