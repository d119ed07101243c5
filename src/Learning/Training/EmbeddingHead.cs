using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>A head trained on the features of a frozen backbone: features [C,H,W] to embeddings in [-1,1]^D.</summary>
public sealed class EmbeddingHead : IDisposable
{
    private readonly IBackend _backend;
    private NetworkPlan? _plan;

    /// <summary>A head with initial weights.</summary>
    /// <param name="backend">Where it runs.</param>
    /// <param name="features">Shape of the features of an image.</param>
    /// <param name="options">Sizes and seed.</param>
    public EmbeddingHead(IBackend backend, SampleShape features, TrainingOptions options)
    {
        options.Network.Validate();
        _backend = backend;
        Parameters = new ParameterStore(backend, EmbeddingNetwork.Head(features, options.Network), options.Seed);
    }

    /// <summary>The weights.</summary>
    public ParameterStore Parameters { get; }

    /// <summary>Dimensions of an embedding.</summary>
    public int Dimensions => Parameters.Network.Output.Length;

    /// <summary>Trains a head.</summary>
    /// <param name="backend">Where it is trained.</param>
    /// <param name="features">Of the training images.</param>
    /// <param name="labels">Their labels.</param>
    /// <param name="options">How it is trained; pretraining, validation and checkpoints do not concern it.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Stops after the present step.</param>
    /// <exception cref="ArgumentException">An option is out of range, or labels and features differ in number.</exception>
    /// <exception cref="InvalidDataException">The loss is not finite, or mining found no triplet.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static EmbeddingHead Train(
        IBackend backend, FeatureCache features, LabelMatrix labels, TrainingOptions options, Action<TrainingMetrics>? progress = null,
        CancellationToken cancellation = default)
    {
        options.Validate();
        if (labels.Count != features.Count)
            throw new ArgumentException($"there are labels of {labels.Count} images and features of {features.Count}.", nameof(labels));
        var head = new EmbeddingHead(backend, features.Shape, options);
        try
        {
            using var phase = new EmbeddingPhase(backend, head.Parameters, new FeatureInput(backend, features, features.Count), labels, options);
            while (!phase.IsDone && phase.Prepare())
            {
                cancellation.ThrowIfCancellationRequested();
                TrainingMetrics metrics = phase.Step();
                metrics.RequireFinite();
                progress?.Invoke(metrics);
            }
            return head;
        }
        catch
        {
            head.Dispose();
            throw;
        }
    }

    /// <summary>Embeddings [N,D] of all images of a cache, plain variants.</summary>
    public float[] Embed(FeatureCache features)
    {
        _plan ??= new NetworkPlan(_backend, Parameters.Network, Parameters, 64, training: false);
        using var input = new FeatureInput(_backend, features, features.Count);
        return input.RunAll(_plan);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _plan?.Dispose();
        Parameters.Dispose();
    }
}
