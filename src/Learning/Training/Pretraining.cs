using System.Numerics.Tensors;
using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>The backbone's first lesson on its own: single objects told apart by softmax cross entropy.</summary>
public static class Pretraining
{
    /// <summary>Pretrains the backbone of an <see cref="EmbeddingNetwork"/>.</summary>
    /// <param name="backend">Where it is trained.</param>
    /// <param name="tiles">Single objects, one-hot labels.</param>
    /// <param name="images">The images that it shall take afterwards.</param>
    /// <param name="options">Sizes, epochs, rate, decay, seed.</param>
    /// <param name="heldOut">Single objects never trained on, to measure it by; or null.</param>
    /// <param name="threads">Threads that decode.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Stops after the present step.</param>
    /// <returns>The backbone, and the share of held-out objects it tells rightly: NaN without any.</returns>
    /// <exception cref="ArgumentException">The tiles do not fit the images, a batch, or the network.</exception>
    /// <exception cref="InvalidDataException">A tile shows not exactly one object.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static (FrozenBackbone Backbone, float HeldOutAccuracy) Run(
        IBackend backend, IImageSet tiles, IImageSet images, TrainingOptions options, IImageSet? heldOut = null, int threads = 1,
        Action<TrainingMetrics>? progress = null, CancellationToken cancellation = default)
    {
        options.Validate();
        using var phase = new PretrainingPhase(backend, new PretrainingTiles(tiles, images, options), options, threads);
        while (phase.Done < phase.Steps)
        {
            cancellation.ThrowIfCancellationRequested();
            TrainingMetrics metrics = phase.Step();
            metrics.RequireFinite();
            progress?.Invoke(metrics);
        }
        float accuracy = heldOut is null ? float.NaN : Accuracy(phase.Parameters, heldOut, threads, cancellation);
        var image = new SampleShape(images.Channels, images.Height, images.Width);
        return (FrozenBackbone.Of(backend, image, options.Network, phase.Parameters), accuracy);
    }

    private static float Accuracy(ParameterStore classifier, IImageSet tiles, int threads, CancellationToken cancellation)
    {
        using var plan = new NetworkPlan(classifier.Backend, classifier.Network, classifier, Math.Clamp(tiles.Count, 1, 64), training: false);
        float[] logits = Inference.Run(plan, tiles, threads: threads, cancellation: cancellation);
        int classes = plan.Network.Output.Length;
        int right = Enumerable.Range(0, tiles.Count)
            .Count(i => tiles.Labels(i)[TensorPrimitives.IndexOfMax(logits.AsSpan(i * classes, classes))] > 0);
        return (float)right / tiles.Count;
    }
}
