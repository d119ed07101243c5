using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>All triplets of a batch in the order of a similarity, with margins that follow it or one that does not.</summary>
internal sealed class BatchAllObjective(IBackend backend, LabelMatrix labels, TrainingOptions options) : IObjective
{
    private readonly LabelSimilarity _similarity = new(backend, labels, options.Similarity, options.Batch);
    private readonly TripletReadings _readings = new(backend);

    /// <inheritdoc/>
    public ObjectiveReport Run(int step, ReadOnlySpan<int> images, DeviceSpan<float> embeddings, DeviceSpan<float> gradient)
    {
        bool isFixed = options.Loss == LossKind.FixedTriplet;
        var problem = new BatchAllTripletProblem(
            images.Length, embeddings.Length / images.Length, isFixed ? 0 : options.EffectiveMargin, options.Delta, options.Reduction,
            offset: isFixed ? options.EffectiveMargin : 0);
        backend.BatchAllTripletLoss(problem, embeddings, _similarity.Matrix(images), gradient, _readings.Statistics, _readings.Counts);
        return _readings.Read();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _similarity.Dispose();
        _readings.Dispose();
    }
}
