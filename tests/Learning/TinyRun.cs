using JaccardKernels.Cli.Training;
using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Tests.Learning;

/// <summary>A training run of a second: 48 scenes, 40 tiles, a network of 3,000 weights.</summary>
internal static class TinyRun
{
    public static TrainingOptions Options { get; } = new()
    {
        Seed = 5,
        Network = new EmbeddingNetworkOptions { Channels = [4, 8], Grid = 2, Hidden = 16, Dropout = 0.2f, Dimensions = 16 },
        PretrainingEpochs = 2,
        PretrainingBatch = 8,
        Steps = 22,
        Batch = 12,
        MiningGroups = 4,
        MinimumTripletsPerImage = 1,
        CheckpointEvery = 4,
    };

    public static TrainingOptions Unfrozen { get; } = Options with { PretrainingEpochs = 0, FreezeBackbone = false };

    /// <summary>The options of a way to train, by name.</summary>
    public static TrainingOptions Named(string name) => name switch
    {
        "batch-all" => Options,
        "batch-all from scratch" => Unfrozen,
        "batch-all unfrozen" => Options with { FreezeBackbone = false },
        "both branches" => Options with { Network = Options.Network with { Head = HeadKind.Both, PairUnits = 6, SumUnits = 10 } },
        "relation unfrozen" => Options with { FreezeBackbone = false, Network = Options.Network with { Head = HeadKind.Rn, PairUnits = 6, SumUnits = 10 } },
        "group-hard" => Options with { Mining = MiningMode.GroupHard, Optimizer = OptimizerKind.MomentumSgd, Rate = 1e-4f },
        "graded" => Options with { Mining = MiningMode.Graded },
        "binarise" => Options with { Binarise = 0.5f },
        "quantize" => Options with { QuantizeBits = 16, QuantizeWeight = 0.1f, QuantizeEvery = 6 },
        "graded quantize" => Options with { Mining = MiningMode.Graded, QuantizeBits = 16, QuantizeWeight = 0.1f, QuantizeEvery = 6 },
        "semi-hard" => Options with { Mining = MiningMode.SemiHard },
        "hard" => Options with { Mining = MiningMode.Hard },
        "distance-weighted, fixed margin" => Options with { Mining = MiningMode.DistanceWeighted, Loss = LossKind.FixedTriplet },
        "fixed margin" => Options with { Loss = LossKind.FixedTriplet },
        "log-ratio" => Options with { Loss = LossKind.LogRatio },
        "pairwise similarity" => Options with { Loss = LossKind.PairwiseSimilarity },
        "orthogonal targets" => Options with { Loss = LossKind.OrthogonalTargets },
        "validation" => Options with { Validation = 0.25f, ValidateEvery = 3, Patience = 0 },
        "graded validation" => Options with { Mining = MiningMode.Graded, Validation = 0.25f, ValidateEvery = 3, Patience = 0 },
        "validation unfrozen" => Unfrozen with { Validation = 0.25f, ValidateEvery = 3, Patience = 0, RateDrops = [6, 12] },
        "graded from scratch" => Unfrozen with { Mining = MiningMode.Graded },
        _ => throw new ArgumentException($"no options are named '{name}'."),
    };

    public static SyntheticImages Scenes(int count = 48) => new("tiny scenes", count, 12, seed: 1);

    public static SyntheticImages Tiles(int count = 40) => new("tiny tiles", count, 8, seed: 2, single: true);

    public static TrainingData Data() => new(Scenes(), Tiles());

    /// <summary>What images held out are measured by.</summary>
    public static IValidationMeasure Measure { get; } = new ValidationMeasure(1);

    /// <summary>The weights of the whole network before its first step.</summary>
    public static ParameterStore Parameters(IBackend backend, TrainingOptions options) =>
        new(backend, EmbeddingNetwork.Whole(new SampleShape(3, 12, 12), options.Network), options.Seed);

    /// <summary>Embedding training of the whole network on the scenes.</summary>
    public static EmbeddingPhase Phase(IBackend backend, ParameterStore parameters, TrainingOptions options)
    {
        SyntheticImages scenes = Scenes();
        int[] counts = [.. Enumerable.Range(0, scenes.Count).SelectMany(i => scenes.Labels(i).ToArray())];
        return new EmbeddingPhase(backend, parameters, new LoadedInput(backend, scenes, 1), new LabelMatrix(counts, 4), options);
    }

    /// <summary>Trains to the end without a stop.</summary>
    public static RunResult Train(string folder, TrainingOptions options, int threads = 1, int loaderThreads = 1)
    {
        using var backend = new HostBackend(threads);
        using EmbeddingModel? model = new Trainer(backend, Data(), options, new RunFolder(folder), loaderThreads, Measure)
            .Run(resume: false, CancellationToken.None);
        Assert.That(model, Is.Not.Null);
        return Result(folder);
    }

    /// <summary>What a run has come to.</summary>
    public static RunResult Result(string folder) =>
        new(File.ReadAllBytes(new RunFolder(folder).Model), File.ReadAllText(new RunFolder(folder).Metrics));
}

/// <summary>The two files in which runs are compared.</summary>
internal sealed record RunResult(byte[] Model, string Metrics)
{
    public void AssertSame(RunResult other)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Metrics, Is.EqualTo(other.Metrics));
            Assert.That(Model.AsSpan().SequenceEqual(other.Model), Is.True, "model.safetensors differs");
        }
    }
}
