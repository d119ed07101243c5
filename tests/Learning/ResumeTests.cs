using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Learning;

public sealed class ResumeTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase("batch-all")]
    [TestCase("batch-all from scratch")]
    [TestCase("batch-all unfrozen")]
    [TestCase("both branches")]
    [TestCase("relation unfrozen")]
    [TestCase("group-hard")]
    [TestCase("graded")]
    [TestCase("graded from scratch")]
    [TestCase("binarise")]
    [TestCase("quantize")]
    [TestCase("graded quantize")]
    [TestCase("hard")]
    [TestCase("distance-weighted, fixed margin")]
    [TestCase("log-ratio")]
    [TestCase("pairwise similarity")]
    [TestCase("orthogonal targets")]
    [TestCase("validation")]
    [TestCase("graded validation")]
    [TestCase("validation unfrozen")]
    public void StoppedAnywhereARunEndsWithTheSameBits(string name)
    {
        TrainingOptions options = TinyRun.Named(name);
        RunResult whole = TinyRun.Train(_folder["whole"], options);
        (string Phase, int Step)[] stops = options.PretrainingEpochs > 0
            ? [("pretraining", 3), ("pretraining", 10), ("embedding", 1), ("embedding", 8), ("embedding", 15)]
            : [("embedding", 1), ("embedding", 8), ("embedding", 15)];
        foreach (((string phase, int step), int i) in stops.Select((stop, i) => (stop, i)))
            Assert.That(Run("parts", options, i > 0, (cancel, m) => Stop(cancel, (m.Phase, m.Step) == (phase, step))), Is.False);
        Assert.That(Run("parts", options, resume: true, (_, _) => { }), Is.True);
        TinyRun.Result(_folder["parts"]).AssertSame(whole);
        if (options.Mining == MiningMode.BatchAll) return;
        SafetensorsFile checkpoint = SafetensorsFile.Read(new RunFolder(_folder["parts"]).Checkpoint);
        Assert.That(int.Parse(checkpoint.Metadata["mined.epoch"]), Is.GreaterThan(0), "the run must mine anew on its way");
    }

    [Test]
    public void StoppedWhileFeaturesAreComputed()
    {
        RunResult whole = TinyRun.Train(_folder["whole"], TinyRun.Options);
        using var stop = new CancellationTokenSource();
        using var backend = new HostBackend(1);
        var trainer = new Trainer(backend, TinyRun.Data(), TinyRun.Options, new RunFolder(_folder["parts"]))
        {
            Preparing = (_, done, _) => Stop(stop, done > 40),
        };
        Assert.That(trainer.Run(resume: false, stop.Token), Is.Null);
        Assert.That(Run("parts", TinyRun.Options, resume: true, (_, _) => { }), Is.True);
        TinyRun.Result(_folder["parts"]).AssertSame(whole);
    }

    [TestCase("batch-all")]
    [TestCase("graded")]
    public void AfterACrashTheLastCheckpointCounts(string name)
    {
        TrainingOptions options = TinyRun.Named(name);
        RunResult whole = TinyRun.Train(_folder["whole"], options);
        // Checkpoints are at steps 4, 8, ...: the lines of steps 9 and 10 are in the file and must go.
        Assert.That(
            () => Run("parts", options, resume: false, (_, m) => Crash(m.Phase == "embedding" && m.Step == 10)), Throws.TypeOf<TimeoutException>());
        Assert.That(File.ReadAllText(new RunFolder(_folder["parts"]).Metrics), Does.Contain("\"embedding\",\"step\":10,"));
        Assert.That(Run("parts", options, resume: true, (_, _) => { }), Is.True);
        TinyRun.Result(_folder["parts"]).AssertSame(whole);

        static void Crash(bool now)
        {
            if (now) throw new TimeoutException();
        }
    }

    // As a version that did not know an option yet has left it behind.
    [Test]
    public void OptionsYoungerThanARunAreAsByDefault()
    {
        RunResult whole = TinyRun.Train(_folder["whole"], TinyRun.Options);
        Assert.That(Run("parts", TinyRun.Options, resume: false, (cancel, m) => Stop(cancel, (m.Phase, m.Step) == ("embedding", 8))), Is.False);
        var folder = new RunFolder(_folder["parts"]);
        SafetensorsFile checkpoint = SafetensorsFile.Read(folder.Checkpoint);
        string old = Without(File.ReadAllText(folder.Options));
        File.WriteAllText(folder.Options, old);
        checkpoint.Metadata["options"] = Without(checkpoint.Metadata["options"]);
        checkpoint.Write(folder.Checkpoint);
        Assert.That(Run("parts", TinyRun.Options, resume: true, (_, _) => { }), Is.True);
        TinyRun.Result(_folder["parts"]).AssertSame(whole);

        static string Without(string options)
        {
            string[] lines = options.Split('\n'), kept = [.. lines.Where(line => !line.Contains("\"patience\"") && !line.Contains("\"validateEvery\""))];
            Assert.That(kept, Has.Length.EqualTo(lines.Length - 2));
            return string.Join('\n', kept);
        }
    }

    [Test]
    public void WhatWasTrainedBeforeAnUnreadableImageIsKept()
    {
        TrainingOptions options = TinyRun.Unfrozen with { CheckpointEvery = 1000 };
        RunResult whole = TinyRun.Train(_folder["whole"], options);
        SyntheticImages scenes = TinyRun.Scenes();
        int loads = 0;
        // Image 9 is taken once in each pass of four steps: its second time is in the second pass.
        scenes.OnLoad = index =>
        {
            if (index == 9 && Interlocked.Increment(ref loads) == 2) throw new InvalidDataException("tiny scenes/9: is damaged.");
        };
        using var backend = new HostBackend(1);
        Assert.That(
            () => new Trainer(backend, new TrainingData(scenes, null), options, new RunFolder(_folder["parts"]))
                .Run(resume: false, CancellationToken.None),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("tiny scenes/9"));
        SafetensorsFile checkpoint = SafetensorsFile.Read(new RunFolder(_folder["parts"]).Checkpoint);
        Assert.That(int.Parse(checkpoint.Metadata["done"]), Is.InRange(4, 7));
        Assert.That(Run("parts", options, resume: true, (_, _) => { }), Is.True);
        TinyRun.Result(_folder["parts"]).AssertSame(whole);
    }

    [TestCase("batch-all")]
    [TestCase("graded from scratch")]
    [TestCase("group-hard")]
    [TestCase("quantize")]
    public void ThreadsDoNotChangeABit(string name)
    {
        TrainingOptions options = TinyRun.Named(name);
        RunResult one = TinyRun.Train(_folder["one"], options, threads: 1, loaderThreads: 1);
        TinyRun.Train(_folder["three"], options, threads: 3, loaderThreads: 4).AssertSame(one);
    }

    [Test]
    public void AnotherSeedIsAnotherRun()
    {
        RunResult one = TinyRun.Train(_folder["one"], TinyRun.Options), two = TinyRun.Train(_folder["two"], TinyRun.Options with { Seed = 6 });
        Assert.That(two.Model.AsSpan().SequenceEqual(one.Model), Is.False);
    }

    [TestCase("batch-all")]
    [TestCase("log-ratio")]
    [TestCase("validation")]
    public void MetricsAreReadAsTheyWereReported(string name)
    {
        var reported = new List<TrainingMetrics>();
        Run("run", TinyRun.Named(name), resume: false, (_, m) => reported.Add(m));
        IReadOnlyList<TrainingMetrics> read = new RunFolder(_folder["run"]).ReadMetrics();
        Assert.That(read, Is.EqualTo(reported.Select(m => m with { ImagesPerSecond = 0 })));
        File.AppendAllText(new RunFolder(_folder["run"]).Metrics, "{\"phase\":\"embedding\"}\n");
        Assert.That(
            () => new RunFolder(_folder["run"]).ReadMetrics(),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains($"metrics.jsonl:{read.Count + 1}:"));
    }

    // True when the run came to its end.
    private bool Run(string name, TrainingOptions options, bool resume, Action<CancellationTokenSource, TrainingMetrics> onStep)
    {
        using var stop = new CancellationTokenSource();
        using var backend = new HostBackend(1);
        var trainer = new Trainer(backend, TinyRun.Data(), options, new RunFolder(_folder[name]), measure: TinyRun.Measure) { Progress = m => onStep(stop, m) };
        using EmbeddingModel? model = trainer.Run(resume, stop.Token);
        return model is not null;
    }

    private static void Stop(CancellationTokenSource source, bool now)
    {
        if (now) source.Cancel();
    }
}
