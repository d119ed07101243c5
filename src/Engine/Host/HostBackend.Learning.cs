using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

public sealed partial class HostBackend
{
    /// <inheritdoc/>
    public void SoftmaxCrossEntropy(
        in SoftmaxCrossEntropyProblem problem, DeviceSpan<float> logits, DeviceSpan<int> labels, DeviceSpan<float> loss,
        DeviceSpan<float> gradient) =>
        Host.SoftmaxCrossEntropy.Run(problem, Span(logits), Span(labels), Span(loss), Span(gradient), _team);

    /// <inheritdoc/>
    public void SquaredDistance(in SquaredDistanceProblem problem, DeviceSpan<float> x, DeviceSpan<float> y, DeviceSpan<float> distances) =>
        Host.SquaredDistance.Run(problem, Span(x), Span(y), Span(distances), _team);

    /// <inheritdoc/>
    public void CountSimilarity(in SimilarityProblem problem, DeviceSpan<int> a, DeviceSpan<int> b, DeviceSpan<float> similarity) =>
        Host.CountSimilarity.Run(problem, Span(a), Span(b), Span(similarity), _team);

    /// <inheritdoc/>
    public void SetSimilarity(in SimilarityProblem problem, DeviceSpan<ulong> a, DeviceSpan<ulong> b, DeviceSpan<float> similarity) =>
        Host.SetSimilarity.Run(problem, Span(a), Span(b), Span(similarity), _team);

    /// <inheritdoc/>
    public void CountSimilarityTopK(
        in SimilarityTopKProblem problem, DeviceSpan<int> a, DeviceSpan<int> b,
        DeviceSpan<float> similarities, DeviceSpan<int> rows, DeviceSpan<int> counts) =>
        Host.SimilarityTopK.Run(problem, Span(a), Span(b), Span(similarities), Span(rows), Span(counts), _team);

    /// <inheritdoc/>
    public void SetSimilarityTopK(
        in SimilarityTopKProblem problem, DeviceSpan<ulong> a, DeviceSpan<ulong> b,
        DeviceSpan<float> similarities, DeviceSpan<int> rows, DeviceSpan<int> counts) =>
        Host.SimilarityTopK.Run(problem, Span(a), Span(b), Span(similarities), Span(rows), Span(counts), _team);

    /// <inheritdoc/>
    public void TripletLoss(
        in TripletProblem problem, DeviceSpan<float> embeddings, DeviceSpan<int> triplets, DeviceSpan<float> margins,
        DeviceSpan<float> gradient, DeviceSpan<float> statistics, DeviceSpan<long> counts) =>
        Host.TripletLoss.Run(
            problem, Span(embeddings), Span(triplets), Span(margins), Span(gradient), Span(statistics), Span(counts), _team);

    /// <inheritdoc/>
    public void BatchAllTripletLoss(
        in BatchAllTripletProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> similarity, DeviceSpan<float> gradient,
        DeviceSpan<float> statistics, DeviceSpan<long> counts) =>
        Host.BatchAllTripletLoss.Run(problem, Span(embeddings), Span(similarity), Span(gradient), Span(statistics), Span(counts), _team);

    /// <inheritdoc/>
    public void LogRatioLoss(
        in LogRatioProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> similarity, DeviceSpan<float> gradient, DeviceSpan<float> loss) =>
        Host.LogRatioLoss.Run(problem, Span(embeddings), Span(similarity), Span(gradient), Span(loss), _team);

    /// <inheritdoc/>
    public void PairwiseSimilarityLoss(
        in PairwiseSimilarityProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> similarity, DeviceSpan<float> gradient,
        DeviceSpan<float> loss) =>
        Host.PairwiseSimilarityLoss.Run(problem, Span(embeddings), Span(similarity), Span(gradient), Span(loss), _team);

    /// <inheritdoc/>
    public void CosineCrossEntropy(
        in CosineCrossEntropyProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> targets, DeviceSpan<int> labels,
        DeviceSpan<float> gradient, DeviceSpan<float> loss) =>
        Host.CosineCrossEntropy.Run(problem, Span(embeddings), Span(targets), Span(labels), Span(gradient), Span(loss), _team);

    /// <inheritdoc/>
    public void SignQuantization(in SignQuantizationProblem problem, DeviceSpan<float> embeddings, DeviceSpan<ulong> codes) =>
        Host.SignQuantization.Run(problem, Span(embeddings), Span(codes), _team);

    /// <inheritdoc/>
    public void HammingDistance(
        in HammingProblem problem, DeviceSpan<ulong> queries, DeviceSpan<ulong> database, DeviceSpan<int> distances) =>
        Host.HammingDistance.Run(problem, Span(queries), Span(database), Span(distances), _team);

    /// <inheritdoc/>
    public void HammingTopK(
        in HammingProblem problem, DeviceSpan<ulong> queries, DeviceSpan<ulong> database, DeviceSpan<int> distances,
        DeviceSpan<int> rows) =>
        Host.HammingTopK.Run(problem, Span(queries), Span(database), Span(distances), Span(rows), _team);

    /// <inheritdoc/>
    public void QuantizationLoss(
        in QuantizationLossProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> targets, DeviceSpan<float> loss,
        DeviceSpan<float> gradient) =>
        Host.QuantizationLoss.Run(problem, Span(embeddings), Span(targets), Span(loss), Span(gradient), _team);

    /// <inheritdoc/>
    public void CompositeEncoding(in CompositeEncodingProblem problem, DeviceSpan<float> x, DeviceSpan<float> codebooks, DeviceSpan<byte> codes) =>
        Host.CompositeEncoding.Run(problem, Span(x), Span(codebooks), Span(codes), _team);

    /// <inheritdoc/>
    public void LookupDistance(
        in LookupProblem problem, DeviceSpan<float> tables, DeviceSpan<byte> codes, DeviceSpan<float> terms, DeviceSpan<float> distances) =>
        Host.LookupDistance.Run(problem, Span(tables), Span(codes), Span(terms), Span(distances), _team);

    /// <inheritdoc/>
    public void LookupTopK(
        in LookupProblem problem, DeviceSpan<float> tables, DeviceSpan<byte> codes, DeviceSpan<float> terms,
        DeviceSpan<float> distances, DeviceSpan<int> rows) =>
        _lookupTopK.Run(problem, Span(tables), Span(codes), Span(terms), Span(distances), Span(rows));

    /// <inheritdoc/>
    public void MomentumSgd(
        in MomentumSgdProblem problem, DeviceSpan<float> gradient, DeviceSpan<float> velocity, DeviceSpan<float> weights) =>
        Host.MomentumSgd.Run(problem, Span(gradient), Span(velocity), Span(weights), _team);

    /// <inheritdoc/>
    public void Adam(
        in AdamProblem problem, DeviceSpan<float> gradient, DeviceSpan<float> firstMoment, DeviceSpan<float> secondMoment,
        DeviceSpan<float> weights) =>
        Host.Adam.Run(problem, Span(gradient), Span(firstMoment), Span(secondMoment), Span(weights), _team);
}
