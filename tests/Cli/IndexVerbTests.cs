using System.Text.Json;
using JaccardKernels.Cli;
using JaccardKernels.Engine;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

public sealed class IndexVerbTests
{
    private TemporaryFolder _folder = null!;
    private byte[] _items = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _items = Samples.Codes(_folder["codes.npy"], 1, 50, 6);
        _ = Samples.Counts(_folder["labels.npy"], 1, 50, 3);
        File.WriteAllLines(_folder["names.txt"], Enumerable.Range(0, 50).Select(i => $"photo {i}.jpg"));
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void WhatIsBuiltIsFound()
    {
        Build("--names", _folder["names.txt"], "--labels", _folder["labels.npy"], "--origin", "by hand").Json();
        JsonElement info = JkRunner.Run("index", "info", _folder["i.jkx"], "--json").Json();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(info.GetProperty("bits").GetInt32(), Is.EqualTo(48));
            Assert.That(info.GetProperty("count").GetInt32(), Is.EqualTo(50));
            Assert.That(info.GetProperty("classes").GetInt32(), Is.EqualTo(3));
            Assert.That(info.GetProperty("hasNames").GetBoolean(), Is.True);
            Assert.That(info.GetProperty("origin").GetString(), Is.EqualTo("by hand"));
        }
        byte[] queries = Samples.Codes(_folder["q.npy"], 2, 12, 6);
        JsonElement found = JkRunner.Run(
            "search", "--index", _folder["i.jkx"], "--codes", _folder["q.npy"], "-k", "4", "--out", _folder["r.npy"], "--distances", _folder["d.npy"], "--json").Json();
        int[] rows = NpyFile.Read(_folder["r.npy"]).ToInt32(), distances = NpyFile.Read(_folder["d.npy"]).ToInt32();
        for (int q = 0; q < 12; q++)
        {
            int query = q;
            int[] expected = [.. Enumerable.Range(0, 50).OrderBy(i => Distance(query, i)).ThenBy(i => i).Take(4)];
            JsonElement[] neighbours = [.. found.GetProperty("results")[q].GetProperty("neighbours").EnumerateArray()];
            using (Assert.EnterMultipleScope())
            {
                Assert.That(rows[(4 * q)..(4 * q + 4)], Is.EqualTo(expected));
                Assert.That(distances[(4 * q)..(4 * q + 4)], Is.EqualTo(expected.Select(i => Distance(query, i))));
                Assert.That(neighbours.Select(n => n.GetProperty("id").GetInt32()), Is.EqualTo(expected));
                Assert.That(neighbours.Select(n => n.GetProperty("name").GetString()), Is.EqualTo(expected.Select(i => $"photo {i}.jpg")));
            }
        }
        JkResult table = JkRunner.Run("search", "--index", _folder["i.jkx"], "--codes", _folder["q.npy"], "-k", "4");
        Assert.That(table.Out, Does.Contain("photo").And.Contain("2 queries more"));

        int Distance(int query, int item) => Samples.Hamming(queries.AsSpan(6 * query, 6), _items.AsSpan(6 * item, 6));
    }

    [Test]
    public void MoreNeighboursThanCodesAreNotListed()
    {
        Build().Json();
        _ = Samples.Codes(_folder["q.npy"], 2, 1, 6);
        JsonElement found = JkRunner.Run("search", "--index", _folder["i.jkx"], "--codes", _folder["q.npy"], "-k", "60", "--out", _folder["r.npy"], "--json").Json();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.GetProperty("results")[0].GetProperty("neighbours").GetArrayLength(), Is.EqualTo(50));
            Assert.That(NpyFile.Read(_folder["r.npy"]).ToInt32()[50..], Is.All.EqualTo(-1));
        }
    }

    [Test]
    public void BadInputIsOneLine()
    {
        Build("--bits", "64").AssertFailed(ExitCode.Failed, "codes.npy", "6 bytes", "64 bits");
        File.WriteAllText(_folder["names.txt"], "only one\n");
        Build("--names", _folder["names.txt"]).AssertFailed(ExitCode.Usage, "1 names", "50 codes");
        JkRunner.Run("index", "build", "--out", _folder["i.jkx"]).AssertFailed(ExitCode.Usage, "--codes");
        Assert.That(File.Exists(_folder["i.jkx"]), Is.False);

        Build().Json();
        byte[] file = File.ReadAllBytes(_folder["i.jkx"]);
        File.WriteAllBytes(_folder["short.jkx"], file[..^1]);
        JkRunner.Run("index", "info", _folder["short.jkx"]).AssertFailed(ExitCode.Failed, "short.jkx", "truncated");
        JkRunner.Run("index", "info", _folder["codes.npy"]).AssertFailed(ExitCode.Failed, "codes.npy", "not an index");
        _ = Samples.Codes(_folder["q.npy"], 2, 1, 8);
        JkRunner.Run("search", "--index", _folder["i.jkx"], "--codes", _folder["q.npy"], "--device", "host").AssertFailed(ExitCode.Failed, "q.npy", "8 bytes", "48 bits");
        JkRunner.Run("search", "--index", _folder["i.jkx"]).AssertFailed(ExitCode.Usage, "--codes");
        JkRunner.Run("search", "--index", _folder["i.jkx"], "--codes", _folder["q.npy"], "-k", "0").AssertFailed(ExitCode.Usage, "-k is 0");
    }

    private JkResult Build(params string[] more) =>
        JkRunner.Run(["index", "build", "--codes", _folder["codes.npy"], "--out", _folder["i.jkx"], "--json", .. more]);
}
