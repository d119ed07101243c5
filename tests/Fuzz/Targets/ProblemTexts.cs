using JaccardKernels.Learning;
using JaccardKernels.Problems;

namespace JaccardKernels.Fuzz;

/// <summary>What has a text form: sound texts of a kind, and a text read and written again.</summary>
internal static class ProblemTexts
{
    /// <summary>By the name of the kind.</summary>
    public static IReadOnlyDictionary<string, (string[] Seeds, Func<string, string> Again)> All { get; } = new Dictionary<string, (string[], Func<string, string>)>
    {
        ["adam"] = Of<AdamProblem>("n4096rate0.1t7decay0.0005"),
        ["batchall"] = Of<BatchAllTripletProblem>("n12d4margin3delta0.1"),
        ["norm"] = Of<BatchNormalizationProblem>("mb2ic3sp4eps0.001mom0.1"),
        ["renorm"] = Of<BatchRenormalizationProblem>("mb2ic3sp4rmax3dmax5"),
        ["encode"] = Of<CompositeEncodingProblem>("n5d8m2s3seed4", "n5d8m2s0greedy1"),
        ["concat"] = Of<ConcatenateProblem>("mb2a3b4"),
        ["conv"] = Of<ConvolutionProblem>("mb8ic64ih56oc64kh3ph1", "mb2g2ic4ih9iw7oc6kh3kw2sh2sw1ph1pw0dh2dw1bias1relu1ceil6"),
        ["convcl"] = Of<ChannelsLastConvolutionProblem>("mb1ic4ih8oc4kh3ph1bias1relu1"),
        ["coords"] = Of<CoordinateChannelsProblem>("mb2ic3ih4scale50"),
        ["cosine"] = Of<CosineCrossEntropyProblem>("n5d8ic3scale4margin0.2"),
        ["dropout"] = Of<DropoutProblem>("n100rate0.5seed3step4"),
        ["elements"] = Of<ElementwiseProblem>("n7"),
        ["fc"] = Of<FullyConnectedProblem>("mb2ic3oc4"),
        ["gemm"] = Of<GemmProblem>("m512n512k64ta1", "m3n4k5tb1acc1", "m3n4k5bias1"),
        ["pool"] = Of<PoolingProblem>("mb1ic2ih8kh2", "mb1ic2ih9iw7kh3sh2ph1"),
        ["gpool"] = Of<GlobalPoolingProblem>("mb2ic3sp49"),
        ["hamming"] = Of<HammingProblem>("q100n1000000b64", "q1n10b7k3"),
        ["lookup"] = Of<LookupProblem>("q2n30m4k5term1", "q2n30m4w16"),
        ["lrn"] = Of<LocalResponseNormalizationProblem>("mb1ic8sp9win5alpha0.0001beta0.75k2"),
        ["logratio"] = Of<LogRatioProblem>("n5d4eps0.1"),
        ["sgd"] = Of<MomentumSgdProblem>("n4096rate0.3mom0.99decay0.0005"),
        ["pairwise"] = Of<PairwiseSimilarityProblem>("n5d4scale0.5"),
        ["quantloss"] = Of<QuantizationLossProblem>("n5d4weight0.5sign1"),
        ["reduce"] = Of<ReduceProblem>("m3n4"),
        ["relation"] = Of<RelationSumProblem>("mb2ob9ic4oc5"),
        ["relu"] = Of<ReluProblem>("n4096ceil6"),
        ["signs"] = Of<SignQuantizationProblem>("n5d70"),
        ["similarity"] = Of<SimilarityProblem>("m5n6c80", "m5c80"),
        ["similartop"] = Of<SimilarityTopKProblem>("m5n60c80k3"),
        ["softmax"] = Of<SoftmaxCrossEntropyProblem>("mb5ic10"),
        ["distance"] = Of<SquaredDistanceProblem>("m5n6d7"),
        ["triplet"] = Of<TripletProblem>("n5d6t7"),
        ["codes"] = (["composite:64", "sign:8"], text => QuantizerSpec.Parse(text).ToString()),
        ["variant"] = (["2", "3:64x64"], text => KernelChoice.Parse(text).ToString()),
    };

    private static (string[] Seeds, Func<string, string> Again) Of<T>(params string[] seeds)
        where T : struct, IProblem<T> => (seeds, text => T.Parse(text).ToString()!);
}
