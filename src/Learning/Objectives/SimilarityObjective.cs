using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>A loss of the similarities of a batch that knows no triplets: log-ratio, or pairwise similarity.</summary>
internal sealed class SimilarityObjective(IBackend backend, LabelMatrix labels, TrainingOptions options) : IObjective
{
    private readonly LabelSimilarity _similarity = new(backend, labels, options.Similarity, options.Batch);
    private readonly DeviceBuffer _loss = backend.Allocate<float>(1);
    private readonly float[] _value = new float[1];

    /// <inheritdoc/>
    public ObjectiveReport Run(int step, ReadOnlySpan<int> images, DeviceSpan<float> embeddings, DeviceSpan<float> gradient)
    {
        int dimensions = embeddings.Length / images.Length;
        DeviceSpan<float> similarity = _similarity.Matrix(images), loss = _loss.Slice<float>(0, 1);
        if (options.Loss == LossKind.LogRatio)
            backend.LogRatioLoss(new LogRatioProblem(images.Length, dimensions), embeddings, similarity, gradient, loss);
        else
            backend.PairwiseSimilarityLoss(new PairwiseSimilarityProblem(images.Length, dimensions), embeddings, similarity, gradient, loss);
        backend.Download(loss, _value.AsSpan());
        return ObjectiveReport.Of(_value[0]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _similarity.Dispose();
        _loss.Dispose();
    }
}
