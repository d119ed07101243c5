using JaccardKernels.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Engine.Gpu;

public sealed partial class GpuBackend
{
    private readonly SoftmaxCrossEntropy _softmaxCrossEntropy;
    private readonly SquaredDistance _squaredDistance;
    private readonly CountSimilarity _countSimilarity;
    private readonly SetSimilarity _setSimilarity;
    private readonly SimilarityTopK _similarityTopK;
    private readonly TripletLoss _tripletLoss;
    private readonly BatchAllTripletLoss _batchAllTripletLoss;
    private readonly LogRatioLoss _logRatioLoss;
    private readonly PairwiseSimilarityLoss _pairwiseSimilarityLoss;
    private readonly CosineCrossEntropy _cosineCrossEntropy;
    private readonly SignQuantization _signQuantization;
    private readonly HammingDistance _hammingDistance;
    private readonly HammingTopK _hammingTopK;
    private readonly QuantizationLoss _quantizationLoss;
    private readonly CompositeEncoding _compositeEncoding;
    private readonly LookupDistance _lookupDistance;
    private readonly LookupTopK _lookupTopK;
    private readonly MomentumSgd _momentumSgd;
    private readonly Adam _adam;

    /// <inheritdoc/>
    public void SoftmaxCrossEntropy(
        in SoftmaxCrossEntropyProblem problem, DeviceSpan<float> logits, DeviceSpan<int> labels, DeviceSpan<float> loss, DeviceSpan<float> gradient)
    {
        problem.Check(logits.Length, labels.Length, loss.Length, gradient.Length);
        _softmaxCrossEntropy.Run(problem, View(logits), View(labels), View(loss), View(gradient));
    }

    /// <inheritdoc/>
    public void SquaredDistance(in SquaredDistanceProblem problem, DeviceSpan<float> x, DeviceSpan<float> y, DeviceSpan<float> distances)
    {
        problem.Check(x.Length, y.Length, distances.Length);
        _squaredDistance.Run(problem, View(x), View(y), View(distances));
    }

    /// <inheritdoc/>
    public void CountSimilarity(in SimilarityProblem problem, DeviceSpan<int> a, DeviceSpan<int> b, DeviceSpan<float> similarity)
    {
        problem.RequireOperands(bitSets: false);
        problem.Check(a.Length, b.Length, similarity.Length);
        _countSimilarity.Run(problem, View(a), View(b), View(similarity));
    }

    /// <inheritdoc/>
    public void SetSimilarity(in SimilarityProblem problem, DeviceSpan<ulong> a, DeviceSpan<ulong> b, DeviceSpan<float> similarity)
    {
        problem.RequireOperands(bitSets: true);
        problem.Check(a.Length, b.Length, similarity.Length);
        _setSimilarity.Run(problem, View(a), View(b), View(similarity));
    }

    /// <inheritdoc/>
    public void CountSimilarityTopK(
        in SimilarityTopKProblem problem, DeviceSpan<int> a, DeviceSpan<int> b,
        DeviceSpan<float> similarities, DeviceSpan<int> rows, DeviceSpan<int> counts)
    {
        problem.RequireOperands(bitSets: false);
        problem.Check(a.Length, b.Length, similarities.Length, rows.Length, counts.Length);
        _similarityTopK.Run(problem, View(a), View(b), View(similarities), View(rows), View(counts));
    }

    /// <inheritdoc/>
    public void SetSimilarityTopK(
        in SimilarityTopKProblem problem, DeviceSpan<ulong> a, DeviceSpan<ulong> b,
        DeviceSpan<float> similarities, DeviceSpan<int> rows, DeviceSpan<int> counts)
    {
        problem.RequireOperands(bitSets: true);
        problem.Check(a.Length, b.Length, similarities.Length, rows.Length, counts.Length);
        _similarityTopK.Run(problem, View(a), View(b), View(similarities), View(rows), View(counts));
    }

    /// <inheritdoc/>
    public void TripletLoss(
        in TripletProblem problem, DeviceSpan<float> embeddings, DeviceSpan<int> triplets, DeviceSpan<float> margins,
        DeviceSpan<float> gradient, DeviceSpan<float> statistics, DeviceSpan<long> counts)
    {
        problem.Check(embeddings.Length, triplets.Length, margins.Length, gradient.Length, statistics.Length, counts.Length);
        _tripletLoss.Run(problem, View(embeddings), View(triplets), View(margins), View(gradient), View(statistics), View(counts));
    }

    /// <inheritdoc/>
    public void BatchAllTripletLoss(
        in BatchAllTripletProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> similarity,
        DeviceSpan<float> gradient, DeviceSpan<float> statistics, DeviceSpan<long> counts)
    {
        problem.Check(embeddings.Length, similarity.Length, gradient.Length, statistics.Length, counts.Length);
        _batchAllTripletLoss.Run(problem, View(embeddings), View(similarity), View(gradient), View(statistics), View(counts));
    }

    /// <inheritdoc/>
    public void LogRatioLoss(
        in LogRatioProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> similarity, DeviceSpan<float> gradient, DeviceSpan<float> loss)
    {
        problem.Check(embeddings.Length, similarity.Length, gradient.Length, loss.Length);
        _logRatioLoss.Run(problem, View(embeddings), View(similarity), View(gradient), View(loss));
    }

    /// <inheritdoc/>
    public void PairwiseSimilarityLoss(
        in PairwiseSimilarityProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> similarity,
        DeviceSpan<float> gradient, DeviceSpan<float> loss)
    {
        problem.Check(embeddings.Length, similarity.Length, gradient.Length, loss.Length);
        _pairwiseSimilarityLoss.Run(problem, View(embeddings), View(similarity), View(gradient), View(loss));
    }

    /// <inheritdoc/>
    public void CosineCrossEntropy(
        in CosineCrossEntropyProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> targets, DeviceSpan<int> labels,
        DeviceSpan<float> gradient, DeviceSpan<float> loss)
    {
        problem.Check(embeddings.Length, targets.Length, labels.Length, gradient.Length, loss.Length);
        _cosineCrossEntropy.Run(problem, View(embeddings), View(targets), View(labels), View(gradient), View(loss));
    }

    /// <inheritdoc/>
    public void SignQuantization(in SignQuantizationProblem problem, DeviceSpan<float> embeddings, DeviceSpan<ulong> codes)
    {
        problem.Check(embeddings.Length, codes.Length);
        _signQuantization.Run(problem, View(embeddings), View(codes));
    }

    /// <inheritdoc/>
    public void HammingDistance(in HammingProblem problem, DeviceSpan<ulong> queries, DeviceSpan<ulong> database, DeviceSpan<int> distances)
    {
        RequireK(problem, wanted: false);
        problem.Check(queries.Length, database.Length, distances.Length, 0);
        _hammingDistance.Run(problem, View(queries), View(database), View(distances));
    }

    /// <inheritdoc/>
    public void HammingTopK(
        in HammingProblem problem, DeviceSpan<ulong> queries, DeviceSpan<ulong> database, DeviceSpan<int> distances, DeviceSpan<int> rows)
    {
        RequireK(problem, wanted: true);
        problem.Check(queries.Length, database.Length, distances.Length, rows.Length);
        _hammingTopK.Run(problem, View(queries), View(database), View(distances), View(rows));
    }

    /// <inheritdoc/>
    public void QuantizationLoss(
        in QuantizationLossProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> targets, DeviceSpan<float> loss,
        DeviceSpan<float> gradient)
    {
        problem.Check(embeddings.Length, targets.Length, loss.Length, gradient.Length);
        _quantizationLoss.Run(problem, View(embeddings), View(targets), View(loss), View(gradient));
    }

    /// <inheritdoc/>
    public void CompositeEncoding(in CompositeEncodingProblem problem, DeviceSpan<float> x, DeviceSpan<float> codebooks, DeviceSpan<byte> codes)
    {
        problem.Check(x.Length, codebooks.Length, codes.Length);
        _compositeEncoding.Run(problem, View(x), View(codebooks), View(codes));
    }

    /// <inheritdoc/>
    public void LookupDistance(
        in LookupProblem problem, DeviceSpan<float> tables, DeviceSpan<byte> codes, DeviceSpan<float> terms, DeviceSpan<float> distances)
    {
        problem.RequireSearch(wanted: false);
        problem.Check(tables.Length, codes.Length, terms.Length, distances.Length, 0);
        _lookupDistance.Run(problem, View(tables), View(codes), View(terms), View(distances));
    }

    /// <inheritdoc/>
    public void LookupTopK(
        in LookupProblem problem, DeviceSpan<float> tables, DeviceSpan<byte> codes, DeviceSpan<float> terms,
        DeviceSpan<float> distances, DeviceSpan<int> rows)
    {
        problem.RequireSearch(wanted: true);
        problem.Check(tables.Length, codes.Length, terms.Length, distances.Length, rows.Length);
        _lookupTopK.Run(problem, View(tables), View(codes), View(terms), View(distances), View(rows));
    }

    /// <inheritdoc/>
    public void MomentumSgd(in MomentumSgdProblem problem, DeviceSpan<float> gradient, DeviceSpan<float> velocity, DeviceSpan<float> weights)
    {
        problem.Check(gradient.Length, velocity.Length, weights.Length);
        _momentumSgd.Run(problem, View(gradient), View(velocity), View(weights));
    }

    /// <inheritdoc/>
    public void Adam(
        in AdamProblem problem, DeviceSpan<float> gradient, DeviceSpan<float> firstMoment, DeviceSpan<float> secondMoment, DeviceSpan<float> weights)
    {
        problem.Check(gradient.Length, firstMoment.Length, secondMoment.Length, weights.Length);
        _adam.Run(problem, View(gradient), View(firstMoment), View(secondMoment), View(weights));
    }

    private static void RequireK(in HammingProblem problem, bool wanted)
    {
        if (problem.K > 0 == wanted) return;
        throw new ArgumentException($"K is {problem.K}; {(wanted ? "a search needs at least 1" : "the distance matrix takes 0")}.", nameof(problem));
    }
}
