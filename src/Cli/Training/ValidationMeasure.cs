using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Training;

/// <summary>
/// mAP@0.5 of each held-out image among the others, by squared distance: all ranked, AP over all relevant ones, queries without any left out (of few
/// images many have none), ties in expectation.
/// </summary>
internal sealed class ValidationMeasure(int threads) : IValidationMeasure
{
    /// <summary>What it is called.</summary>
    public const string MeasureName = "mAP@0.5";

    private static readonly MeasureConventions s_conventions = MeasureConventions.Strict with { NoRelevant = NoRelevant.Drop };

    /// <inheritdoc/>
    public string Name => MeasureName;

    /// <inheritdoc/>
    public double Of(IBackend backend, float[] embeddings, LabelMatrix labels)
    {
        var matrix = new EmbeddingMatrix(embeddings, embeddings.Length / labels.Count);
        EvaluationReport report = Evaluation.OfEmbeddings(
            backend, matrix, matrix, EmbeddingDistance.SquaredEuclidean, labels, labels, new EvaluationOptions
            {
                Top = labels.Count - 1, LeaveOneOut = true, Relevances = [Relevance.MultisetJaccardAboveHalf], Gradings = [], Cutoffs = [],
                Conventions = [s_conventions], Threads = threads,
            });
        return report.Relevances[0].QueriesWithout < labels.Count
            ? report.Find(MeasureName, s_conventions).Value
            : throw new InvalidDataException($"no two of the {labels.Count} images held out for validation have a similarity above 0.5; hold out more.");
    }
}
