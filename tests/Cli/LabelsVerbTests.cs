using System.Text.Json;
using JaccardKernels.Cli;
using JaccardKernels.Engine;
using JaccardKernels.Tests.Data;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

public sealed class LabelsVerbTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    // Six images: J of (0,1) is 1, of (0,2) and (1,2) 2/3, of (3,4) 1, all others 0; the last is empty.
    private const string List = "a.jpg 2 0 0\nb.jpg 2 0 0\nc.jpg 3 0 0\nd.jpg 0 1 1\ne.jpg 0 1 1\nf.jpg 0 0 0\n";

    [Test]
    public void AListIsDescribedWithoutItsImages()
    {
        string list = Fixtures.WriteGzip(_folder["list.txt.gz"], List);
        JsonElement report = Run("--labels", list, "--groups", "1", "--margin", "3").Json();
        JsonElement summary = report.GetProperty("summary"), pairs = report.GetProperty("pairs");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(summary.GetProperty("images").GetInt32(), Is.EqualTo(6));
            Assert.That(summary.GetProperty("withoutLabels").GetInt32(), Is.EqualTo(1));
            Assert.That(summary.GetProperty("meanObjects").GetDouble(), Is.EqualTo(11 / 6.0).Within(1e-12));
            Assert.That(summary.GetProperty("mostObjects").GetInt32(), Is.EqualTo(3));
            Assert.That(summary.GetProperty("distinctVectors").GetInt32(), Is.EqualTo(4));
            Assert.That(pairs.GetProperty("pairs").GetInt64(), Is.EqualTo(30));
            Assert.That(pairs.GetProperty("shareSharing").GetDouble(), Is.EqualTo(8 / 30.0).Within(1e-12));
            Assert.That(pairs.GetProperty("sharePositive").GetDouble(), Is.EqualTo(8 / 30.0).Within(1e-12));
            Assert.That(pairs.GetProperty("shareIdentical").GetDouble(), Is.EqualTo(0.5).Within(1e-12));
            Assert.That(report.GetProperty("plateau").GetDouble(), Is.EqualTo(3 * (4 + 4 * 2 / 3.0) / 8).Within(1e-6));
            Assert.That(report.GetProperty("triplets")[0].GetProperty("mean").GetDouble(), Is.EqualTo(8), "each has a negative");
        }
        Assert.That(JkRunner.Run("labels", "--labels", list, "--device", "host").Out, Does.Contain("0.26667, the mAP of chance").And.Contain("50"));
    }

    [Test]
    public void ArraysTablesAndDataSetsAreReadAlike()
    {
        NpyFile.Write<int>(_folder["l.npy"], [2, 0, 0, 2, 0, 0, 3, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0], 6, 3);
        string csv = Fixtures.Write(_folder["l.csv"], "image,x,y,z\na,2,0,0\nb,2,0,0\nc,3,0,0\nd,0,1,1\ne,0,1,1\nf,0,0,0\n");
        string text = Fixtures.Write(_folder["l.txt"], List);
        foreach (string labels in (string[])[_folder["l.npy"], csv, text])
            Assert.That(Run("--labels", labels).Json().GetProperty("pairs").GetProperty("shareSharing").GetDouble(), Is.EqualTo(8 / 30.0).Within(1e-12), labels);
        JsonElement with = Run("--labels", text, "--with", csv, "--empty", "1").Json();
        Assert.That(with.GetProperty("pairs").GetProperty("pairs").GetInt64(), Is.EqualTo(36));
        Assert.That(with.GetProperty("pairs").GetProperty("sharePositive").GetDouble(), Is.EqualTo(14 / 36.0).Within(1e-12), "each with itself, the empty one too");
        JsonElement scenes = Run("--labels", TinyScenes.Spec, "--split", "query").Json();
        Assert.That(scenes.GetProperty("summary").GetProperty("images").GetInt32(), Is.EqualTo(8));
    }

    [Test]
    public void BadInputIsOneLine()
    {
        string list = Fixtures.Write(_folder["list.txt"], List);
        Run("--labels", _folder["none.txt"]).AssertFailed(ExitCode.Failed, "none.txt");
        Run("--labels", Fixtures.Write(_folder["bad.txt"], "a.jpg 1 -3\n")).AssertFailed(ExitCode.Failed, "bad.txt:1", "-3");
        Run("--labels", Fixtures.Write(_folder["high.txt"], "a.jpg 16777216 1\n"))
            .AssertFailed(ExitCode.Failed, "high.txt:1", "16777217", "16777216");
        Run("--labels", list, "--with", Fixtures.Write(_folder["two.txt"], "a.jpg 1 0\n")).AssertFailed(ExitCode.Usage, "3 classes", "2");
        Run("--labels", list, "--kind", "shared-count").AssertFailed(ExitCode.Usage, "0 to 1");
        Run("--labels", list, "--tau", "1.5").AssertFailed(ExitCode.Usage, "--tau is 1.5");
        Run("--labels", list, "--groups", "0").AssertFailed(ExitCode.Usage, "--groups is 0");
    }

    private static JkResult Run(params string[] arguments) => JkRunner.Run(["labels", "--device", "host", "--json", .. arguments]);
}
