using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>How good embeddings of labelled images are, greater is better: what a run is stopped by, and its weights chosen.</summary>
public interface IValidationMeasure
{
    /// <summary>What it measures, for reports.</summary>
    string Name { get; }

    /// <summary>Measures images against each other.</summary>
    /// <param name="backend">Where distances are computed.</param>
    /// <param name="embeddings">[N,D].</param>
    /// <param name="labels">Of the N images.</param>
    /// <returns>A finite number.</returns>
    /// <exception cref="InvalidDataException">The labels leave nothing to measure, whatever the embeddings are.</exception>
    double Of(IBackend backend, float[] embeddings, LabelMatrix labels);
}
