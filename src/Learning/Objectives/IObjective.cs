using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>What an objective said of a batch.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="PositiveDistance">Mean squared distance of anchor and positive; NaN where there are no triplets to speak of.</param>
/// <param name="NegativeDistance">Mean squared distance of anchor and negative; NaN likewise.</param>
/// <param name="Triplets">Triplets considered.</param>
/// <param name="Active">Triplets whose hinge is above 0.</param>
internal readonly record struct ObjectiveReport(float Loss, float PositiveDistance, float NegativeDistance, long Triplets, long Active)
{
    /// <summary>Of an objective that knows no triplets.</summary>
    public static ObjectiveReport Of(float loss) => new(loss, float.NaN, float.NaN, 0, 0);

    /// <summary>The objective is one of triplets, though the batch may have held none.</summary>
    public bool IsOfTriplets => !float.IsNaN(PositiveDistance);
}

/// <summary>What a step of embedding training minimises: a loss of the embeddings of a batch, given what the labels of its images are.</summary>
internal interface IObjective : IDisposable
{
    /// <summary>Computes the loss and overwrites its gradient.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    /// <param name="images">The images of the batch, as numbers in the set.</param>
    /// <param name="embeddings">[N,D], a row an image.</param>
    /// <param name="gradient">[N,D]; 0 where nothing pulls.</param>
    ObjectiveReport Run(int step, ReadOnlySpan<int> images, DeviceSpan<float> embeddings, DeviceSpan<float> gradient);
}
