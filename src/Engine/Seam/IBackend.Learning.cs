using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

public partial interface IBackend
{
    /// <summary>loss[1] = mean cross entropy, gradient[N,C] = (softmax - onehot) / N. Overwrites both. Labels outside 0..C-1 are undefined.</summary>
    void SoftmaxCrossEntropy(in SoftmaxCrossEntropyProblem problem, DeviceSpan<float> logits, DeviceSpan<int> labels, DeviceSpan<float> loss, DeviceSpan<float> gradient);

    /// <summary>distances[M,N] = squared Euclidean distances. Overwrites distances; y may be x.</summary>
    void SquaredDistance(in SquaredDistanceProblem problem, DeviceSpan<float> x, DeviceSpan<float> y, DeviceSpan<float> distances);

    /// <summary>similarity[M,N] of counts (multiset Jaccard, cosine). Overwrites similarity; b may be a.</summary>
    void CountSimilarity(in SimilarityProblem problem, DeviceSpan<int> a, DeviceSpan<int> b, DeviceSpan<float> similarity);

    /// <summary>similarity[M,N] of bit sets (set Jaccard, shared label, shared count). Overwrites similarity; b may be a.</summary>
    void SetSimilarity(in SimilarityProblem problem, DeviceSpan<ulong> a, DeviceSpan<ulong> b, DeviceSpan<float> similarity);

    /// <summary>
    /// The K most similar rows of b for each row of counts a, with the number of those that reach the least similarity. Overwrites similarities and
    /// rows [M,K] and counts [M]; b may be a.
    /// </summary>
    void CountSimilarityTopK(
        in SimilarityTopKProblem problem, DeviceSpan<int> a, DeviceSpan<int> b,
        DeviceSpan<float> similarities, DeviceSpan<int> rows, DeviceSpan<int> counts);

    /// <summary>The K most similar rows by bit sets; outputs as of <see cref="CountSimilarityTopK"/>.</summary>
    void SetSimilarityTopK(
        in SimilarityTopKProblem problem, DeviceSpan<ulong> a, DeviceSpan<ulong> b,
        DeviceSpan<float> similarities, DeviceSpan<int> rows, DeviceSpan<int> counts);

    /// <summary>
    /// Loss over a list of triplets int32 [B,3] (anchor, positive, negative) with a margin for each. gradient[N,D] is overwritten (zero where no
    /// triplet is active), and so are statistics and counts, laid out as in <see cref="TripletStatistics"/>.
    /// </summary>
    void TripletLoss(
        in TripletProblem problem, DeviceSpan<float> embeddings, DeviceSpan<int> triplets, DeviceSpan<float> margins,
        DeviceSpan<float> gradient, DeviceSpan<float> statistics, DeviceSpan<long> counts);

    /// <summary>Loss over all triplets of a batch; outputs as of <see cref="TripletLoss"/>.</summary>
    void BatchAllTripletLoss(
        in BatchAllTripletProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> similarity,
        DeviceSpan<float> gradient, DeviceSpan<float> statistics, DeviceSpan<long> counts);

    /// <summary>Log-ratio loss over all triplets of a batch, similarities in [0,1]. Overwrites gradient[N,D] and loss[1].</summary>
    void LogRatioLoss(
        in LogRatioProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> similarity, DeviceSpan<float> gradient, DeviceSpan<float> loss);

    /// <summary>Pairwise similarity loss of a batch, of a symmetric similarity. Overwrites gradient[N,D] and loss[1].</summary>
    void PairwiseSimilarityLoss(
        in PairwiseSimilarityProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> similarity,
        DeviceSpan<float> gradient, DeviceSpan<float> loss);

    /// <summary>
    /// Cross entropy of the cosines of embeddings and targets[C,D] of -1 and 1 with the shares of labels[N,C], which are at least 0. Overwrites
    /// gradient[N,D] and loss[1].
    /// </summary>
    void CosineCrossEntropy(
        in CosineCrossEntropyProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> targets, DeviceSpan<int> labels,
        DeviceSpan<float> gradient, DeviceSpan<float> loss);

    /// <summary>codes[N,words] = the signs of embeddings[N,D], packed. Overwrites codes.</summary>
    void SignQuantization(in SignQuantizationProblem problem, DeviceSpan<float> embeddings, DeviceSpan<ulong> codes);

    /// <summary>distances[Q,N]; the problem's K is 0. Overwrites distances.</summary>
    void HammingDistance(in HammingProblem problem, DeviceSpan<ulong> queries, DeviceSpan<ulong> database, DeviceSpan<int> distances);

    /// <summary>The K nearest of each query in order of (distance, row), -1 beyond N. Overwrites both outputs.</summary>
    void HammingTopK(in HammingProblem problem, DeviceSpan<ulong> queries, DeviceSpan<ulong> database, DeviceSpan<int> distances, DeviceSpan<int> rows);

    /// <summary>loss[1] = 1/N sum |e - t|^2, overwritten; gradient[N,D] += 2 weight (e - t) / N. targets are empty where they are the signs.</summary>
    void QuantizationLoss(
        in QuantizationLossProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> targets, DeviceSpan<float> loss,
        DeviceSpan<float> gradient);

    /// <summary>codes[N,M] of x[N,D] over codebooks[M,K,D]. Updates codes, below K, in place; overwrites them where the problem is greedy.</summary>
    void CompositeEncoding(in CompositeEncodingProblem problem, DeviceSpan<float> x, DeviceSpan<float> codebooks, DeviceSpan<byte> codes);

    /// <summary>distances[Q,N] by look-up tables; K is 0, terms are empty where there are none. Overwrites distances.</summary>
    void LookupDistance(
        in LookupProblem problem, DeviceSpan<float> tables, DeviceSpan<byte> codes, DeviceSpan<float> terms, DeviceSpan<float> distances);

    /// <summary>The K least distances of each query by look-up tables and their rows. Overwrites both outputs.</summary>
    void LookupTopK(
        in LookupProblem problem, DeviceSpan<float> tables, DeviceSpan<byte> codes, DeviceSpan<float> terms,
        DeviceSpan<float> distances, DeviceSpan<int> rows);

    /// <summary>velocity = momentum velocity + (gradient + decay weights); weights -= rate velocity. Both updated in place.</summary>
    void MomentumSgd(in MomentumSgdProblem problem, DeviceSpan<float> gradient, DeviceSpan<float> velocity, DeviceSpan<float> weights);

    /// <summary>Updates the two moments and the weights in place.</summary>
    void Adam(in AdamProblem problem, DeviceSpan<float> gradient, DeviceSpan<float> firstMoment, DeviceSpan<float> secondMoment, DeviceSpan<float> weights);
}
