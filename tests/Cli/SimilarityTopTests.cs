using System.Text.Json;
using JaccardKernels.Cli;
using JaccardKernels.Engine;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

/// <summary><c>jk similarity --top</c> against sorting everything.</summary>
public sealed class SimilarityTopTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase("multiset-jaccard", 5, 0.25)]
    [TestCase("multiset-jaccard", 50, 0)]
    [TestCase("set-jaccard", 7, 0.5)]
    [TestCase("shared-count", 3, 2)]
    public void ListsAreTheHeadOfTheWholeOrder(string kind, int k, double least)
    {
        int[] a = Samples.Counts(_folder["a.npy"], 1, 33, 9), b = Samples.Counts(_folder["b.npy"], 2, 41, 9);
        JsonElement report = JkRunner.Run(
            "similarity", "--labels", _folder["a.npy"], "--with", _folder["b.npy"], "--kind", kind, "--top", $"{k}", "--least", $"{least}",
            "--out", _folder["s.npy"], "--rows", _folder["r.npy"], "--counts", _folder["c.npy"], "--json").Json();
        StoredArray similarities = NpyFile.Read(_folder["s.npy"]), rows = NpyFile.Read(_folder["r.npy"]), counts = NpyFile.Read(_folder["c.npy"]);
        similarities.RequireShape(33, k);
        rows.RequireShape(33, k);
        counts.RequireShape(33);
        int whole = 0;
        for (int i = 0; i < 33; i++)
        {
            int[] own = a[(9 * i)..(9 * i + 9)];
            (float Value, int Row)[] all = [.. Enumerable.Range(0, 41).Select(j => (Define(kind, own, b[(9 * j)..(9 * j + 9)]), j))];
            (float, int)[] reach = [.. all.Where(pair => pair.Value >= least).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Row)];
            if (reach.Length <= k) whole++;
            (float, int)[] expected = [.. reach.Concat(Enumerable.Repeat((0f, -1), k)).Take(k)];
            for (int place = 0; place < k; place++)
            {
                (float, int) found = (similarities.AsSpan<float>()[i * k + place], rows.AsSpan<int>()[i * k + place]);
                Assert.That(found, Is.EqualTo(expected[place]), $"{i},{place}");
            }
            Assert.That(counts.AsSpan<int>()[i], Is.EqualTo(reach.Length), $"{i}");
        }
        Assert.That(report.GetProperty("wholeLists").GetInt32(), Is.EqualTo(whole));
    }

    [Test]
    public void OptionsThatDoNotFitAreOneLineAndNoFile()
    {
        _ = Samples.Counts(_folder["a.npy"], 1, 5, 4);
        Run("--top", "0", "--rows", _folder["r.npy"]).AssertFailed(ExitCode.Usage, "--top is 0");
        Run("--top", "3").AssertFailed(ExitCode.Usage, "--top needs --rows");
        Run("--top", "3", "--rows", _folder["r.npy"], "--least", "-1").AssertFailed(ExitCode.Usage, "--least is -1");
        Run("--rows", _folder["r.npy"]).AssertFailed(ExitCode.Usage, "--rows needs --top");
        Run("--least", "0.5").AssertFailed(ExitCode.Usage, "--least needs --top");
        Run("--counts", _folder["c.npy"]).AssertFailed(ExitCode.Usage, "--counts needs --top");
        Assert.That(File.Exists(_folder["s.npy"]) || File.Exists(_folder["r.npy"]), Is.False);
    }

    private JkResult Run(params string[] more) => JkRunner.Run(
        ["similarity", "--labels", _folder["a.npy"], "--kind", "multiset-jaccard", "--out", _folder["s.npy"], "--device", "host", .. more]);

    private static float Define(string kind, int[] a, int[] b)
    {
        int shared = a.Zip(b).Count(pair => pair.First > 0 && pair.Second > 0), either = a.Zip(b).Count(pair => pair.First > 0 || pair.Second > 0);
        return kind switch
        {
            "shared-count" => shared,
            "set-jaccard" => either == 0 ? 1 : (float)((double)shared / either),
            _ => (float)Samples.MultisetJaccard(a, b),
        };
    }
}
