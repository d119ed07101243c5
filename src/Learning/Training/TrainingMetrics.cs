using System.Globalization;

namespace JaccardKernels.Learning;

/// <summary>What one training step reports.</summary>
/// <param name="Phase">"pretraining" or "embedding".</param>
/// <param name="Step">Number of the step in its phase, from 1.</param>
/// <param name="Steps">Steps of the phase.</param>
/// <param name="Loss">The loss of the batch.</param>
/// <param name="Accuracy">Share of tiles classified rightly; NaN in embedding training.</param>
/// <param name="Triplets">Triplets considered; 0 in pretraining, and of a loss that knows none.</param>
/// <param name="Active">Triplets whose hinge is above 0.</param>
/// <param name="PositiveDistance">Mean squared distance of anchor and positive; NaN in pretraining, and of a loss that knows no triplets.</param>
/// <param name="NegativeDistance">Mean squared distance of anchor and negative; NaN likewise.</param>
/// <param name="Variance">Variance of the embedding over the batch, mean over dimensions; 0 when collapsed.</param>
/// <param name="Saturation">Share of the batch's elements above 0.99 in magnitude.</param>
/// <param name="Rate">Learning rate.</param>
/// <param name="ImagesPerSecond">Images of this step over its time.</param>
/// <param name="Collapsed">The embeddings sit at the collapsed point: nearly all triplets active, all distances far below the margin; of a loss that
/// knows no triplets, no variance to speak of.</param>
public readonly record struct TrainingMetrics(
    string Phase, int Step, int Steps, float Loss, float Accuracy, long Triplets, long Active, float PositiveDistance, float NegativeDistance,
    float Variance, float Saturation, float Rate, double ImagesPerSecond, bool Collapsed)
{
    /// <summary>The measure of the validation images after this step; NaN where none was due.</summary>
    public float Validation { get; init; } = float.NaN;

    /// <summary>Nothing has gone to infinity or NaN. The loss alone does not tell: a hinge of NaN counts as inactive.</summary>
    public bool IsFinite => float.IsFinite(Loss + Variance);

    /// <summary>Nearly all elements are where tanh lets no gradient through: the embeddings cannot move any more.</summary>
    public bool Saturated => Saturation > 0.95f;

    /// <summary>The loss is one of triplets.</summary>
    public bool IsOfTriplets => !float.IsNaN(PositiveDistance);

    /// <summary>Refuses a step whose numbers went to infinity or NaN.</summary>
    /// <exception cref="InvalidDataException">They did; the message names phase, step, values and rate.</exception>
    public void RequireFinite()
    {
        if (!IsFinite)
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"{Phase} step {Step}: the loss is {Loss}, the variance of the embeddings {Variance}; lower the rate ({Rate})."));
    }

    /// <summary>Active triplets over triplets considered; 0 when there are none.</summary>
    public float ActiveShare => Triplets == 0 ? 0 : (float)((double)Active / Triplets);
}
