using System.Text.Json;
using JaccardKernels.Cli;
using JaccardKernels.Engine;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

/// <summary>Indexes of tables from the command line: learned, built, added to and searched by embeddings.</summary>
public sealed class IndexTableVerbTests
{
    private const int D = 8, Count = 300;

    private TemporaryFolder _folder = null!;
    private float[] _items = null!, _queries = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _items = Samples("e.npy", 1, Count);
        _queries = Samples("q.npy", 2, 5);
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase("tables", "product:32")]
    [TestCase("tables", "sign:8")]
    [TestCase("ivf", "composite:16")]
    public void ExactDistancesDecide(string structure, string quantizer)
    {
        JsonElement built = Jk("index", "build", "--embeddings", _folder["e.npy"], "--structure", structure, "--quantizer", quantizer, "--keep-embeddings");
        Assert.That(built.GetProperty("structure").GetString(), Is.EqualTo(structure));
        Assert.That(built.GetProperty("keepsEmbeddings").GetBoolean(), Is.True);
        Assert.That(built.GetProperty("lists").ToString(), Is.EqualTo(structure == "ivf" ? "69" : ""));
        AssertFinds(_items);
        Jk("index", "add", "--embeddings", _folder["q.npy"]);
        AssertFinds([.. _items, .. _queries]);
        Assert.That(Jk("index", "compact").GetProperty("count").GetInt32(), Is.EqualTo(Count + 5));
        AssertFinds([.. _items, .. _queries]);
        JsonElement bench = JkRunner.Run("index", "bench", _folder["i.jkx"], "--queries", "3", "-k", "2", "--rerank", "9", "--json").Json();
        Assert.That(bench.GetProperty("count").GetInt32(), Is.EqualTo(Count + 5));
    }

    [Test]
    public void ListsThatAreLeftOutAreNotFound()
    {
        Jk("index", "build", "--embeddings", _folder["e.npy"], "--structure", "ivf", "--quantizer", "product:16", "--lists", "10");
        JkRunner.Run("search", "--index", _folder["i.jkx"], "--embeddings", _folder["q.npy"], "-k", $"{Count}", "--probes", "2", "--out", _folder["ids.npy"], "--json").Json();
        long[] ids = NpyFile.Read(_folder["ids.npy"]).ToInt64();
        Assert.That(ids.Count(id => id >= 0), Is.InRange(5, 5 * Count / 2));
    }

    [Test]
    public void WhatDoesNotGoTogetherIsNamed()
    {
        string e = _folder["e.npy"], q = _folder["q.npy"], i = _folder["i.jkx"], x = _folder["x.jkx"];
        Jk("index", "build", "--embeddings", e, "--structure", "tables", "--quantizer", "sign:8");
        JkRunner.Run("index", "build", "--embeddings", e, "--out", _folder["bits.jkx"], "--json").Json();
        Samples("narrow.npy", 3, 4, D - 1);
        Usage(["index", "build", "--codes", "random:10", "--structure", "tables", "--out", x], "--structure tables takes --embeddings");
        Usage(["index", "build", "--embeddings", e, "--lists", "3", "--out", x], "--lists goes with --structure tables or ivf, not with flat");
        Usage(["index", "build", "--embeddings", e, "--structure", "tables", "--lists", "3", "--out", x], "tables has one list");
        Usage(["index", "build", "--embeddings", e, "--structure", "tables", "--quantizer", "none:8", "--out", x], "'none:8' are no codes");
        Usage(["index", "build", "--embeddings", q, "--structure", "ivf", "--quantizer", "sign:8", "--lists", "6", "--out", x], "5 items; 6 lists");
        Usage(["index", "build", "--embeddings", e, "--bits", "8", "--out", x], "--bits goes with --codes");
        Usage(["index", "build", "--embeddings", e, "--structure", "ivf", "--lists", "1", "--out", x], "--lists is 1; the range is 2 to 1048576");
        Usage(["index", "build", "--embeddings", e, "--structure", "ivf", "--seed", "-1", "--out", x], "--seed is -1");
        Usage(["index", "bench", i, "--rerank", "3"], "keeps no embeddings");
        JkRunner.Run("index", "build", "--embeddings", e, "--structure", "ivf", "--quantizer", "none.safetensors", "--out", x)
            .AssertFailed(ExitCode.Failed, "none.safetensors: there is no such quantizer");
        Usage(["index", "add", i, "--codes", "random:3"], "takes --embeddings");
        Usage(["index", "add", i, "--embeddings", _folder["narrow.npy"]], "7 dimensions; those of the index have 8");
        Usage(["search", "--index", i, "--codes", q], "is searched by embeddings, not --codes");
        Usage(["search", "--index", i, "--embeddings", _folder["narrow.npy"]], "7 dimensions");
        Usage(["search", "--index", i, "--embeddings", q, "--rerank", "5"], "keeps no embeddings");
        Usage(["search", "--index", _folder["bits.jkx"], "--embeddings", q], "is searched by codes, not --embeddings");
        Usage(["search", "--index", _folder["bits.jkx"], "--codes", q, "--probes", "2"], "--probes and --rerank go with tables");
        Usage(["search", "--index", i, _folder["bits.jkx"], "--embeddings", q], "does not go with");
        Usage(["index", "convert", e, x, "--structure", "ivf"], "--structure is 'ivf'");
        Assert.That(File.Exists(x), Is.False);

        static void Usage(string[] arguments, string message) => JkRunner.Run(arguments).AssertFailed(ExitCode.Usage, message);
    }

    private JsonElement Jk(string noun, string verb, params string[] rest) => JkRunner.Run(
        [noun, verb, .. verb == "build" ? new[] { "--out" } : [], _folder["i.jkx"], .. rest, "--json"]).Json();

    // By codes alone the order is another; with all items to decide among it is that of the embeddings.
    private void AssertFinds(float[] items)
    {
        const int K = 7;
        int count = items.Length / D;
        JkRunner.Run(
            "search", "--index", _folder["i.jkx"], "--embeddings", _folder["q.npy"], "-k", $"{K}", "--rerank", "1000", "--out", _folder["ids.npy"],
            "--distances", _folder["d.npy"], "--json").Json();
        long[] ids = NpyFile.Read(_folder["ids.npy"]).ToInt64();
        float[] distances = NpyFile.Read(_folder["d.npy"]).ToSingle();
        for (int query = 0; query < 5; query++)
        {
            (double Distance, long Id)[] expected = [.. Enumerable.Range(0, count).Select(i => (Squared(query, i), (long)i)).Order().Take(K)];
            Assert.That(ids[(query * K)..((query + 1) * K)], Is.EqualTo(expected.Select(pair => pair.Id)));
            Assert.That(distances[(query * K)..((query + 1) * K)], Is.EqualTo(expected.Select(pair => pair.Distance)).Within(1e-5));
        }

        double Squared(int query, int item) => Enumerable.Range(0, D).Sum(d => Math.Pow((double)_queries[query * D + d] - items[item * D + d], 2));
    }

    private float[] Samples(string file, int seed, int count, int dimensions = D)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, count * dimensions).Select(_ => (float)(random.NextDouble() * 2 - 1))];
        NpyFile.Write<float>(_folder[file], values, count, dimensions);
        return values;
    }
}
