using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Fuzz;

/// <summary>A training run on kept features with everything that a checkpoint can hold: a mined list, codebooks, the best weights so far.</summary>
internal sealed class CheckpointRun : IDisposable, IValidationMeasure
{
    private const int Images = 6;

    private readonly HostBackend _backend = new(1);
    private readonly Scratch _scratch;
    private readonly FeatureCache _features;
    private readonly Network _network;
    private readonly LabelMatrix _labels = new([1, 0, 0, 1, 1, 1, 2, 0, 0, 2, 1, 0], 2);
    private readonly TrainingOptions _options = new()
    {
        Network = new EmbeddingNetworkOptions { Channels = [2], Grid = 1, Hidden = 2, Dimensions = 1, Dropout = 0 },
        PretrainingEpochs = 0, FreezeBackbone = false, Augment = false, Mining = MiningMode.Graded, MiningGroups = 1, Batch = 2, Steps = 6,
        QuantizeBits = 8, QuantizeEvery = 2, ValidateEvery = 1, Validation = 0.1f,
    };

    /// <summary>Makes it.</summary>
    public CheckpointRun(Scratch scratch)
    {
        _scratch = scratch;
        string features = scratch["kept.safetensors"];
        WriteFeatures(features, 2);
        _features = FeatureCache.Load(features, "these")!;
        _network = EmbeddingNetwork.Head(_features.Shape, _options.Network);
        _options.Validate();
    }

    /// <summary>Features of six images in so many variants, as many pieces each.</summary>
    public static void WriteFeatures(string path, int parts)
    {
        var file = new SafetensorsFile(path);
        (file.Metadata["format"], file.Metadata["fingerprint"]) = ("jaccardkernels-features-2", "these");
        (file.Metadata["variants"], file.Metadata["pieces"]) = ($"{parts}", $"{parts}");
        float[] values = [1, -1, 0.5f, 2, -2, 0, 1, 1, 3, 1, -1, -3];
        for (int i = 0; i < parts * parts; i++)
            file.Add<float>($"variant{i / parts}.{i % parts}", values.AsSpan(i % parts * 12 / parts, 12 / parts), Images / parts, 2, 1, 1);
        file.Write(path);
    }

    /// <summary>The checkpoint after some steps.</summary>
    public byte[] Bytes(int steps) => With(phase =>
    {
        for (int i = 0; i < steps; i++) phase.Step();
        return _scratch.BytesOf(path => CheckpointFile.Write(path, phase, _options.ToJson(), "data", 0, null));
    });

    /// <summary>Resumes as a run does, and takes a step.</summary>
    public void Resume(string path) => With(phase =>
    {
        SafetensorsFile file = CheckpointFile.Read(path, _options.ToJson(), "data");
        _ = CheckpointFile.Number(file, "metricsBytes");
        _ = CheckpointFile.Text(file, "phase");
        phase.Restore(file, CheckpointFile.Number(file, "done"));
        try
        {
            if (!phase.IsDone && phase.Prepare()) phase.Step();
        }
        catch (InvalidDataException)
        {
            // Weights that training refuses to go on from, as it may at any step: the file is not to blame.
        }
        return true;
    });

    /// <inheritdoc/>
    public string Name => "none";

    /// <inheritdoc/>
    public double Of(IBackend backend, float[] embeddings, LabelMatrix labels) => 0.5;

    /// <inheritdoc/>
    public void Dispose() => _backend.Dispose();

    private T With<T>(Func<EmbeddingPhase, T> use)
    {
        using var parameters = new ParameterStore(_backend, _network, 1);
        var validation = new Validation(parameters, new FeatureInput(_backend, _features, Images), _labels, this, _options);
        using var phase = new EmbeddingPhase(_backend, parameters, new FeatureInput(_backend, _features, Images), _labels, _options, validation);
        return use(phase);
    }
}
