using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Learning;

public sealed class TrainerErrorTests
{
    private TemporaryFolder _folder = null!;
    private HostBackend _backend = null!;

    [SetUp]
    public void SetUp() => (_folder, _backend) = (new TemporaryFolder(), new HostBackend(1));

    [TearDown]
    public void TearDown()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    private static IEnumerable<TestCaseData> OptionsOutOfRange()
    {
        TrainingOptions o = TinyRun.Options;
        EmbeddingNetworkOptions n = o.Network;
        yield return new(o with { Steps = 0 }, "steps is 0");
        yield return new(o with { Batch = 2 }, "batch is 2; the least is 3");
        yield return new(o with { Batch = 0, Mining = MiningMode.Graded }, "batch is 0");
        yield return new(o with { PretrainingBatch = 1 }, "pretrainingBatch is 1");
        yield return new(o with { PretrainingEpochs = -1 }, "pretrainingEpochs is -1");
        yield return new(o with { PretrainingEpochs = 0 }, "freezeBackbone is true and pretrainingEpochs is 0");
        yield return new(o with { Rate = float.NaN }, "rate is NaN");
        yield return new(o with { PretrainingRate = -1 }, "pretrainingRate is -1");
        yield return new(o with { Decay = 2 }, "decay is 2");
        yield return new(o with { Margin = -1 }, "margin is -1");
        yield return new(o with { Delta = 1.5f }, "delta is 1.5");
        yield return new(o with { Tau = -0.5f }, "tau is -0.5");
        yield return new(o with { MiningGroups = 0 }, "miningGroups is 0");
        yield return new(o with { CheckpointEvery = 0 }, "checkpointEvery is 0");
        yield return new(o with { FeatureVariants = 0 }, "featureVariants is 0");
        yield return new(o with { Mining = (MiningMode)7 }, "mining is '7'");
        yield return new(o with { Loss = (LossKind)7 }, "loss is '7'");
        yield return new(o with { Loss = LossKind.LogRatio, Mining = MiningMode.Hard }, "mining is Hard; the loss LogRatio takes whole batches");
        yield return new(o with { Validation = .6f }, "validation is 0.6; the range is 0 to 0.5");
        yield return new(o with { ValidateEvery = 0 }, "validateEvery is 0; the least is 1");
        yield return new(o with { Patience = -1 }, "patience is -1; the least is 0");
        yield return new(o with { RateDrops = [9, 9] }, "rateDrops are '9,9'");
        yield return new(o with { Loss = LossKind.OrthogonalTargets, Margin = 3 }, "margin is 3; the range is 0 to 2");
        yield return new(o with { Loss = LossKind.PairwiseSimilarity, Margin = 3 }, "margin is 3; the loss PairwiseSimilarity has none");
        yield return new(o with { Loss = LossKind.LogRatio, Similarity = SimilarityKind.SharedCount }, "similarity is SharedCount");
        yield return new(o with { Similarity = (SimilarityKind)9 }, "similarity is '9'");
        yield return new(o with { Network = n with { Channels = [] } }, "channels");
        yield return new(o with { Network = n with { Channels = [4, 0] } }, "channels are '4,0'");
        yield return new(o with { Network = n with { Hidden = 0 } }, "hidden is 0");
        yield return new(o with { Network = n with { Dimensions = 0 } }, "dimensions is 0");
        yield return new(o with { Network = n with { Dropout = 1 } }, "dropout is 1");
        yield return new(o with { Network = n with { Grid = 0 } }, "grid is 0");
        yield return new(o with { Network = n with { Head = (HeadKind)5 } }, "head is '5'");
        yield return new(o with { Network = n with { Head = HeadKind.Rn, PairUnits = 0 } }, "pairUnits is 0");
        yield return new(o with { Network = n with { Head = HeadKind.Rn, SumUnits = -1 } }, "sumUnits is -1");
        yield return new(o with { Network = n with { Head = HeadKind.Both, Dimensions = 15 } }, "dimensions is 15");
    }

    [TestCaseSource(nameof(OptionsOutOfRange))]
    public void OptionsOutOfRangeAreNamed(TrainingOptions options, string mention) =>
        AssertRefused<ArgumentException>(TinyRun.Data(), options, mention);

    [Test]
    public void WhatDoesNotFitTheDataIsRefusedBeforeAnythingIsWritten()
    {
        SyntheticImages scenes = TinyRun.Scenes(), tiles = TinyRun.Tiles();
        TrainingOptions o = TinyRun.Options;
        AssertRefused<ArgumentException>(new(scenes, tiles), o with { Batch = 49 }, "batch is 49", "48 images");
        AssertRefused<ArgumentException>(new(scenes, tiles), o with { PretrainingBatch = 41 }, "pretrainingBatch is 41", "40 images");
        AssertRefused<ArgumentException>(new(scenes, null), o, "tiny scenes has no single objects", "pretrainingEpochs to 0");
        AssertRefused<ArgumentException>(new(TinyRun.Scenes(2), tiles), o, "2 images", "needs 3");
        AssertRefused<ArgumentException>(new(scenes, new SyntheticImages("grey tiles", 40, 8, 1, single: true) { Channels = 1 }), o,
            "grey tiles has 1 channels", "3");
        AssertRefused<ArgumentException>(new(scenes, tiles), o with { Network = o.Network with { Channels = [4, 4, 4, 4, 4] } },
            "channels are '4,4,4,4,4'", "images of 3x12x12");
        AssertRefused<InvalidDataException>(new(scenes, new SyntheticImages("pairs", 40, 8, 1)), o, "pairs/", "not exactly one object");
        AssertRefused<InvalidDataException>(new(Labelled([.. Enumerable.Repeat(1, 12 * 4)]), tiles), o with { Batch = 3 },
            "all 12 images have the same labels");
        int[] negative = new int[12 * 4];
        negative[6] = -2;
        AssertRefused<InvalidDataException>(new(Labelled(negative), tiles), o with { Batch = 3 }, "row 1, class 2 is -2");
    }

    [Test]
    public void NoTripletAnywhereIsSaid()
    {
        // Every image has its class to itself: nothing is similar to anything.
        SyntheticImages alone = Labelled([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
        var trainer = new Trainer(
            _backend, new TrainingData(alone, null), TinyRun.Unfrozen with { Mining = MiningMode.Graded, Batch = 2 }, new RunFolder(_folder["run"]));
        Assert.That(
            () => trainer.Run(resume: false, CancellationToken.None),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("no triplet in 4 images"));
    }

    [Test]
    public void FoldersAreNotMixedUp()
    {
        TrainingOptions o = TinyRun.Options with { Steps = 6 };
        RunFolder run = new(_folder["run"]), empty = new(_folder["empty"]);
        Assert.That(
            () => Trainer(o, empty).Run(resume: true, CancellationToken.None),
            Throws.TypeOf<FileNotFoundException>().With.Message.Contains("no run to resume"));
        Assert.That(Directory.Exists(empty.Path), Is.False);
        Trainer(o, run).Run(resume: false, CancellationToken.None)!.Dispose();
        Assert.That(
            () => Trainer(o, run).Run(resume: false, CancellationToken.None),
            Throws.TypeOf<IOException>().With.Message.Contains("holds a run already"));
        Assert.That(
            () => Trainer(o with { Rate = 0.5f }, run).Run(resume: true, CancellationToken.None),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("other options"));
        File.WriteAllText(_folder["file"], "");
        Assert.That(() => Trainer(o, new RunFolder(_folder["file"])).Run(resume: false, CancellationToken.None), Throws.InstanceOf<IOException>());
    }

    [Test]
    public void ACheckpointOfAnotherRunIsRefused()
    {
        TrainingOptions o = TinyRun.Options with { Steps = 6 };
        TrainingOptions wide = o with { Network = o.Network with { Hidden = 24 } };
        RunFolder run = new(_folder["run"]), other = new(_folder["other"]);
        Trainer(o, run).Run(resume: false, CancellationToken.None)!.Dispose();
        Trainer(wide, other).Run(resume: false, CancellationToken.None)!.Dispose();
        byte[] own = File.ReadAllBytes(run.Checkpoint);
        string metricsBytes = SafetensorsFile.Read(run.Checkpoint).Metadata["metricsBytes"];

        File.Copy(other.Checkpoint, run.Checkpoint, overwrite: true);
        AssertResumeFails(run, o, TinyRun.Data(), "checkpoint.safetensors", "other options");
        // The other network's tensors under this run's options.
        SafetensorsFile foreign = SafetensorsFile.Read(other.Checkpoint);
        foreign.Metadata["options"] = o.ToJson();
        foreign.Metadata["metricsBytes"] = metricsBytes;
        foreign.Write(run.Checkpoint);
        AssertResumeFails(run, o, TinyRun.Data(), "checkpoint.safetensors", "hidden.weight", "shape");
        File.WriteAllBytes(run.Checkpoint, own);
        AssertResumeFails(run, o, new TrainingData(new SyntheticImages("others", 48, 12, seed: 9), TinyRun.Tiles()), "other data");
        AssertResumeFails(run, o, new TrainingData(TinyRun.Scenes(47), TinyRun.Tiles()), "48 images", "47 images");
        File.Copy(run.Model, run.Checkpoint, overwrite: true);
        AssertResumeFails(run, o, TinyRun.Data(), "jaccardkernels-checkpoint-1");
        File.WriteAllBytes(run.Checkpoint, own[..(own.Length / 2)]);
        AssertResumeFails(run, o, TinyRun.Data(), "checkpoint.safetensors");
        File.WriteAllBytes(run.Checkpoint, own);
        File.WriteAllText(run.Metrics, "");
        AssertResumeFails(run, o, TinyRun.Data(), "metrics.jsonl", "0 bytes");
    }

    [Test]
    public void ALossThatIsNotFiniteEndsTheRun()
    {
        SyntheticImages scenes = TinyRun.Scenes();
        scenes.Spoil = (index, pixels) =>
        {
            if (index == 9) pixels[5] = float.NaN;
        };
        var trainer = new Trainer(_backend, new TrainingData(scenes, null), TinyRun.Unfrozen, new RunFolder(_folder["run"]));
        var error = Assert.Throws<InvalidDataException>(() => trainer.Run(resume: false, CancellationToken.None))!;
        AssertLine(error, ["embedding step", "NaN", "lower the rate"]);
        Assert.That(File.Exists(new RunFolder(_folder["run"]).Model), Is.False);
    }

    [TestCase("{\"stepz\": 3}", "stepz")]
    [TestCase("{\"network\": {\"chanels\": [4]}}", "chanels")]
    [TestCase("{\"network\": null}", "network")]
    [TestCase("{\"steps\": \"many\"}", "steps")]
    [TestCase("{\"mining\": \"everything\"}", "mining")]
    [TestCase("{\"steps\": 3", "options.json")]
    [TestCase("null", "object")]
    [TestCase("{\"steps\": 3, \"steps\": 4}", "steps")]
    [TestCase("[3]", "object")]
    [TestCase("", "options.json")]
    public void OptionsThatCannotBeReadAreOneLine(string json, string mention) => Assert.That(
        () => TrainingOptions.Parse(json, "options.json"),
        Throws.TypeOf<InvalidDataException>().With.Message.StartsWith("options.json: ").And.Message.Contains(mention).And.Message.Not.Contains("\n"));

    [Test]
    public void OptionsSurviveTheirTextForm()
    {
        TrainingOptions options = TinyRun.Options with { Margin = 3.5f, Mining = MiningMode.GroupHard, Similarity = SimilarityKind.Cosine };
        string json = options.ToJson();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(TrainingOptions.Parse(json, "o").ToJson(), Is.EqualTo(json));
            Assert.That(TrainingOptions.Parse("{ /* all defaults */ }", "o").ToJson(), Is.EqualTo(new TrainingOptions().ToJson()));
            TrainingOptions some = TrainingOptions.Parse("{\"steps\": 3, \"network\": {\"hidden\": 32},}", "o");
            Assert.That(some.ToJson(), Is.EqualTo((new TrainingOptions() with { Steps = 3, Network = new() { Hidden = 32 } }).ToJson()),
                "the rest keeps its defaults");
            Assert.That(new TrainingOptions { Network = new() { Dimensions = 128 } }.EffectiveMargin, Is.EqualTo(192), "1.5 a dimension");
        }
    }

    private static SyntheticImages Labelled(int[] counts) => new("labelled", counts.Length / 4, 12, seed: 1, counts: counts);

    private Trainer Trainer(TrainingOptions options, RunFolder folder) => new(_backend, TinyRun.Data(), options, folder);

    private void AssertResumeFails(RunFolder run, TrainingOptions options, TrainingData data, params string[] mentions)
    {
        var error = Assert.Throws<InvalidDataException>(() => new Trainer(_backend, data, options, run).Run(resume: true, CancellationToken.None))!;
        AssertLine(error, mentions);
    }

    private void AssertRefused<T>(TrainingData data, TrainingOptions options, params string[] mentions)
        where T : Exception
    {
        RunFolder run = new(_folder["refused"]);
        var error = Assert.Catch<T>(() => new Trainer(_backend, data, options, run))!;
        AssertLine(error, mentions);
        Assert.That(Directory.Exists(run.Path), Is.False, "a refused run leaves nothing behind");
    }

    private static void AssertLine(Exception error, string[] mentions)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Message, Does.Not.Contain('\n'));
            foreach (string mention in mentions) Assert.That(error.Message, Does.Contain(mention));
        }
    }
}
