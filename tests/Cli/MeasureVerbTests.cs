using System.Text.Json;
using JaccardKernels.Cli;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

public sealed class MeasureVerbTests
{
    private const int Queries = 9, Items = 60, Classes = 5, Top = 25;

    private TemporaryFolder _folder = null!;
    private int[] _queryLabels = null!, _itemLabels = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _queryLabels = Samples.Counts(_folder["ql.npy"], 1, Queries, Classes);
        _itemLabels = Samples.Counts(_folder["dl.npy"], 2, Items, Classes);
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase("l2")]
    [TestCase("inner")]
    [TestCase("hamming")]
    public void EmbeddingsAreMeasuredAsByDefinition(string distance)
    {
        float[] queries = Samples.Floats(_folder["q.npy"], 3, Queries, 16), items = Samples.Floats(_folder["d.npy"], 4, Items, 16);
        JsonElement report = Run("--distance", distance, "--normaliser", "min", "--no-relevant", "zero", "--ties", "listed");
        AssertMeasures(report, (q, i) => Enumerable.Range(0, 16).Sum(d =>
        {
            (double x, double y) = (queries[q * 16 + d], items[i * 16 + d]);
            return distance switch { "l2" => (x - y) * (x - y), "inner" => -x * y, _ => x >= 0 != y >= 0 ? 1 : 0 };
        }));
    }

    [Test]
    public void CodesAreMeasuredAsByDefinition()
    {
        byte[] queries = Samples.Codes(_folder["q.npy"], 3, Queries, 2), items = Samples.Codes(_folder["d.npy"], 4, Items, 2);
        JsonElement report = Run("--normaliser", "min", "--no-relevant", "zero");
        AssertMeasures(report, (q, i) => Samples.Hamming(queries.AsSpan(2 * q, 2), items.AsSpan(2 * i, 2)));
        Assert.That(report.GetProperty("distance").GetString(), Is.EqualTo("Hamming, 16 bits"));
    }

    [Test]
    public void WithoutAChoiceBothSetsOfConventionsAreReported()
    {
        _ = Samples.Codes(_folder["q.npy"], 3, Queries, 2);
        _ = Samples.Codes(_folder["d.npy"], 4, Items, 2);
        string[] named = [.. Run().GetProperty("measures").EnumerateArray().Select(m => m.GetProperty("conventions").GetString()!).Distinct()];
        Assert.That(named, Has.Length.EqualTo(2).And.All.Contains("ties").And.All.Contains("queries without relevant items"));
        JkResult table = JkRunner.Run(Arguments("--selection", "last epoch"));
        Assert.That(table.Out, Does.Contain("mAP@0.5").And.Contain("last epoch").And.Contain(named[0]).And.Contain(named[1]));
    }

    [Test]
    public void LeavingOneOutRanksTheOthers()
    {
        _ = Samples.Codes(_folder["q.npy"], 3, Queries, 2);
        JsonElement report = JkRunner.Run("measure", "--query", _folder["q.npy"], "--query-labels", _folder["ql.npy"], "--leave-one-out", "--json").Json();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.GetProperty("database").GetInt32(), Is.EqualTo(Queries - 1));
            Assert.That(report.GetProperty("leaveOneOut").GetBoolean(), Is.True);
        }
        JkRunner.Run(Arguments("--leave-one-out")).AssertFailed(ExitCode.Usage, "--database", "--leave-one-out");
    }

    [Test]
    public void WhatDoesNotFitIsOneLine()
    {
        _ = Samples.Codes(_folder["q.npy"], 3, Queries, 2);
        _ = Samples.Codes(_folder["d.npy"], 4, Items, 3);
        Fail().AssertFailed(ExitCode.Usage, "16 bits", "24");
        Fail("--bits", "16").AssertFailed(ExitCode.Failed, "d.npy", "3 bytes");
        _ = Samples.Codes(_folder["d.npy"], 4, Items - 1, 2);
        Fail().AssertFailed(ExitCode.Usage, $"{Items} rows", $"{Items - 1}");
        _ = Samples.Codes(_folder["d.npy"], 4, Items, 2);
        Fail("--distance", "l2").AssertFailed(ExitCode.Usage, "l2", "codes");
        Fail("--distance", "l3").AssertFailed(ExitCode.Usage, "l3");
        Fail("--relevance", "jaccard:7").AssertFailed(ExitCode.Usage, "7");
        Fail("--relevance", "similar").AssertFailed(ExitCode.Usage, "similar");
        Fail("--ties", "random").AssertFailed(ExitCode.Usage, "random");
        Fail("--top", "0").AssertFailed(ExitCode.Usage, "0");
        _ = Samples.Floats(_folder["d.npy"], 4, Items, 2);
        Fail().AssertFailed(ExitCode.Usage, "q.npy", "d.npy", "uint8");
        File.Delete(_folder["d.npy"]);
        Fail().AssertFailed(ExitCode.Failed, "d.npy");

        JkResult Fail(params string[] more) => JkRunner.Run([.. Arguments(more), "--device", "host"]);
    }

    private string[] Arguments(params string[] more) =>
    [
        "measure", "--query", _folder["q.npy"], "--database", _folder["d.npy"], "--query-labels", _folder["ql.npy"],
        "--database-labels", _folder["dl.npy"], .. more,
    ];

    private JsonElement Run(params string[] more) => JkRunner.Run([.. Arguments(more), "--top", $"{Top}", "--at", "10", "--json"]).Json();

    // mAP over min(R, relevant), queries without counting 0, and precision@10, from full sorts.
    private void AssertMeasures(JsonElement report, Func<int, int, double> distance)
    {
        double map = 0, precision = 0;
        for (int q = 0; q < Queries; q++)
        {
            int query = q;
            bool[] relevant = [.. Enumerable.Range(0, Items).Select(i =>
                Samples.MultisetJaccard(_queryLabels.AsSpan(query * Classes, Classes), _itemLabels.AsSpan(i * Classes, Classes)) > 0.5)];
            int[] ranking = [.. Enumerable.Range(0, Items).OrderBy(i => distance(query, i)).ThenBy(i => i).Take(Top)];
            int hits = 0;
            double sum = 0;
            for (int rank = 1; rank <= Top; rank++)
            {
                if (relevant[ranking[rank - 1]]) sum += (double)++hits / rank;
                if (rank == 10) precision += hits / 10.0;
            }
            int total = relevant.Count(r => r);
            if (total > 0) map += sum / Math.Min(Top, total);
        }
        using (Assert.EnterMultipleScope())
        {
            Assert.That(map, Is.GreaterThan(0));
            Assert.That(Find("mAP@0.5"), Is.EqualTo(map / Queries).Within(1e-12));
            Assert.That(Find("precision@10"), Is.EqualTo(precision / Queries).Within(1e-12));
        }

        double Find(string name) => report.GetProperty("measures").EnumerateArray()
            .Single(m => m.GetProperty("name").GetString() == name && m.GetProperty("relevance").GetString() == "multiset Jaccard > 0.5")
            .GetProperty("value").GetDouble();
    }
}
