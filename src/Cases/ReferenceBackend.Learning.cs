using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Cases;

/// <content>Losses, similarities, codes and optimizers.</content>
public partial class ReferenceBackend
{
    /// <inheritdoc/>
    public void SoftmaxCrossEntropy(
        in SoftmaxCrossEntropyProblem problem, DeviceSpan<float> logits, DeviceSpan<int> labels,
        DeviceSpan<float> loss, DeviceSpan<float> gradient)
    {
        using var lossValues = new RealValues(loss);
        using var gradientValues = new RealValues(gradient);
        Reference.SoftmaxCrossEntropy.Run(problem, RealValues.Read(logits), Span(labels), lossValues.Span, gradientValues.Span);
    }

    /// <inheritdoc/>
    public void SquaredDistance(in SquaredDistanceProblem problem, DeviceSpan<float> x, DeviceSpan<float> y, DeviceSpan<float> distances)
    {
        using var distancesValues = new RealValues(distances);
        Reference.SquaredDistance.Run(problem, RealValues.Read(x), RealValues.Read(y), distancesValues.Span);
    }

    /// <inheritdoc/>
    public void CountSimilarity(in SimilarityProblem problem, DeviceSpan<int> a, DeviceSpan<int> b, DeviceSpan<float> similarity)
    {
        using var similarityValues = new RealValues(similarity);
        Reference.CountSimilarity.Run(problem, Span(a), Span(b), similarityValues.Span);
    }

    /// <inheritdoc/>
    public void SetSimilarity(in SimilarityProblem problem, DeviceSpan<ulong> a, DeviceSpan<ulong> b, DeviceSpan<float> similarity)
    {
        using var similarityValues = new RealValues(similarity);
        Reference.SetSimilarity.Run(problem, Span(a), Span(b), similarityValues.Span);
    }

    /// <inheritdoc/>
    public void CountSimilarityTopK(
        in SimilarityTopKProblem problem, DeviceSpan<int> a, DeviceSpan<int> b,
        DeviceSpan<float> similarities, DeviceSpan<int> rows, DeviceSpan<int> counts)
    {
        using var values = new RealValues(similarities);
        Reference.SimilarityTopK.Run(problem, Span(a), Span(b), values.Span, Span(rows), Span(counts));
    }

    /// <inheritdoc/>
    public void SetSimilarityTopK(
        in SimilarityTopKProblem problem, DeviceSpan<ulong> a, DeviceSpan<ulong> b,
        DeviceSpan<float> similarities, DeviceSpan<int> rows, DeviceSpan<int> counts)
    {
        using var values = new RealValues(similarities);
        Reference.SimilarityTopK.Run(problem, Span(a), Span(b), values.Span, Span(rows), Span(counts));
    }

    /// <inheritdoc/>
    public void TripletLoss(
        in TripletProblem problem, DeviceSpan<float> embeddings, DeviceSpan<int> triplets, DeviceSpan<float> margins,
        DeviceSpan<float> gradient, DeviceSpan<float> statistics, DeviceSpan<long> counts)
    {
        using var gradientValues = new RealValues(gradient);
        using var statisticsValues = new RealValues(statistics);
        Reference.TripletLoss.Run(
            problem, RealValues.Read(embeddings), Span(triplets), RealValues.Read(margins),
            gradientValues.Span, statisticsValues.Span, Span(counts));
    }

    /// <inheritdoc/>
    public void BatchAllTripletLoss(
        in BatchAllTripletProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> similarity, DeviceSpan<float> gradient,
        DeviceSpan<float> statistics, DeviceSpan<long> counts)
    {
        using var gradientValues = new RealValues(gradient);
        using var statisticsValues = new RealValues(statistics);
        Reference.BatchAllTripletLoss.Run(
            problem, RealValues.Read(embeddings), RealValues.Read(similarity),
            gradientValues.Span, statisticsValues.Span, Span(counts));
    }

    /// <inheritdoc/>
    public void LogRatioLoss(
        in LogRatioProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> similarity, DeviceSpan<float> gradient, DeviceSpan<float> loss)
    {
        using var gradientValues = new RealValues(gradient);
        using var lossValues = new RealValues(loss);
        Reference.LogRatioLoss.Run(problem, RealValues.Read(embeddings), RealValues.Read(similarity), gradientValues.Span, lossValues.Span);
    }

    /// <inheritdoc/>
    public void PairwiseSimilarityLoss(
        in PairwiseSimilarityProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> similarity, DeviceSpan<float> gradient,
        DeviceSpan<float> loss)
    {
        using var gradientValues = new RealValues(gradient);
        using var lossValues = new RealValues(loss);
        Reference.PairwiseSimilarityLoss.Run(problem, RealValues.Read(embeddings), RealValues.Read(similarity), gradientValues.Span, lossValues.Span);
    }

    /// <inheritdoc/>
    public void CosineCrossEntropy(
        in CosineCrossEntropyProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> targets, DeviceSpan<int> labels,
        DeviceSpan<float> gradient, DeviceSpan<float> loss)
    {
        using var gradientValues = new RealValues(gradient);
        using var lossValues = new RealValues(loss);
        Reference.CosineCrossEntropy.Run(
            problem, RealValues.Read(embeddings), RealValues.Read(targets), Span(labels), gradientValues.Span, lossValues.Span);
    }

    /// <inheritdoc/>
    public void SignQuantization(in SignQuantizationProblem problem, DeviceSpan<float> embeddings, DeviceSpan<ulong> codes) =>
        Reference.SignQuantization.Run(problem, RealValues.Read(embeddings), Span(codes));

    /// <inheritdoc/>
    public void HammingDistance(in HammingProblem problem, DeviceSpan<ulong> queries, DeviceSpan<ulong> database, DeviceSpan<int> distances) =>
        Reference.HammingDistance.Run(problem, Span(queries), Span(database), Span(distances));

    /// <inheritdoc/>
    public void HammingTopK(
        in HammingProblem problem, DeviceSpan<ulong> queries, DeviceSpan<ulong> database, DeviceSpan<int> distances, DeviceSpan<int> rows) =>
        Reference.HammingTopK.Run(problem, Span(queries), Span(database), Span(distances), Span(rows));

    /// <inheritdoc/>
    public void QuantizationLoss(
        in QuantizationLossProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> targets, DeviceSpan<float> loss,
        DeviceSpan<float> gradient)
    {
        using var lossValues = new RealValues(loss);
        using var gradientValues = new RealValues(gradient);
        Reference.QuantizationLoss.Run(problem, RealValues.Read(embeddings), RealValues.Read(targets), lossValues.Span, gradientValues.Span);
    }

    /// <inheritdoc/>
    public void CompositeEncoding(in CompositeEncodingProblem problem, DeviceSpan<float> x, DeviceSpan<float> codebooks, DeviceSpan<byte> codes) =>
        Reference.CompositeEncoding.Run(problem, RealValues.Read(x), RealValues.Read(codebooks), Span(codes));

    /// <inheritdoc/>
    public void LookupDistance(
        in LookupProblem problem, DeviceSpan<float> tables, DeviceSpan<byte> codes, DeviceSpan<float> terms, DeviceSpan<float> distances)
    {
        using var distancesValues = new RealValues(distances);
        Reference.LookupDistance.Run(problem, RealValues.Read(tables), Span(codes), RealValues.Read(terms), distancesValues.Span);
    }

    /// <inheritdoc/>
    public void LookupTopK(
        in LookupProblem problem, DeviceSpan<float> tables, DeviceSpan<byte> codes, DeviceSpan<float> terms,
        DeviceSpan<float> distances, DeviceSpan<int> rows)
    {
        using var distancesValues = new RealValues(distances);
        Reference.LookupTopK.Run(problem, RealValues.Read(tables), Span(codes), RealValues.Read(terms), distancesValues.Span, Span(rows));
    }

    /// <inheritdoc/>
    public void MomentumSgd(
        in MomentumSgdProblem problem, DeviceSpan<float> gradient, DeviceSpan<float> velocity, DeviceSpan<float> weights)
    {
        using var velocityValues = new RealValues(velocity);
        using var weightsValues = new RealValues(weights);
        Reference.MomentumSgd.Run(problem, RealValues.Read(gradient), velocityValues.Span, weightsValues.Span);
    }

    /// <inheritdoc/>
    public void Adam(
        in AdamProblem problem, DeviceSpan<float> gradient, DeviceSpan<float> firstMoment,
        DeviceSpan<float> secondMoment, DeviceSpan<float> weights)
    {
        using var firstMomentValues = new RealValues(firstMoment);
        using var secondMomentValues = new RealValues(secondMoment);
        using var weightsValues = new RealValues(weights);
        Reference.Adam.Run(problem, RealValues.Read(gradient), firstMomentValues.Span, secondMomentValues.Span, weightsValues.Span);
    }
}
