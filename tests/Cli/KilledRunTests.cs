using System.Diagnostics;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

/// <summary><c>jk train</c> as a process that is killed, anywhere: what is left goes on, and ends with the same bits.</summary>
public sealed class KilledRunTests
{
    private const int MostKills = 8;

    private const string Options = """
        {
          "network": { "channels": [4, 8], "grid": 2, "hidden": 16, "dimensions": 16 },
          "pretrainingEpochs": 100, "pretrainingBatch": 16, "steps": 1500, "batch": 16, "checkpointEvery": 20, "validation": 0.2, "validateEvery": 50, "patience": 0
        }
        """;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        File.WriteAllText(_folder["options.json"], Options);
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void ARunThatIsKilledAnywhereEndsWithTheSameBits()
    {
        TinyScenes.Train(_folder["whole"], _folder["options.json"]);
        string run = _folder["parts"];
        string[] begin = ["train", "--data", TinyScenes.Spec, "--config", _folder["options.json"], "--out", run, "--device", "host"];
        string[] resume = ["train", "--resume", "--out", run, "--device", "host"];
        var random = new Random(3);
        int killed = 0;
        for (int i = 0; i < MostKills; i++)
        {
            using Process process = Process.Start(JkProcess.Of(File.Exists(Path.Combine(run, "options.json")) ? resume : begin))!;
            bool ended = process.WaitForExit(random.Next(300, 1500));
            if (ended) Assert.That(process.ExitCode, Is.Zero, process.StandardError.ReadToEnd());
            if (ended) break;
            process.Kill();
            process.WaitForExit();
            killed++;
        }
        Assert.That(killed, Is.GreaterThan(0));
        JkRunner.Run([.. File.Exists(Path.Combine(run, "options.json")) ? resume : begin, "--json"]).Json();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(File.ReadAllText(Path.Combine(run, "metrics.jsonl")), Is.EqualTo(File.ReadAllText(_folder["whole/metrics.jsonl"])));
            Assert.That(File.ReadAllBytes(Path.Combine(run, "model.safetensors")).AsSpan().SequenceEqual(File.ReadAllBytes(_folder["whole/model.safetensors"])), Is.True);
        }
    }
}
