using JaccardKernels.Cases.Operations;

namespace JaccardKernels.Cases;

/// <summary>Every operation there is.</summary>
public static class CaseCatalog
{
    /// <summary>All operations, in the order of the seam.</summary>
    public static IReadOnlyList<OperationCase> All { get; } =
    [
        GemmCases.Gemm,
        MemoryCases.ReduceColumns, MemoryCases.Fill, MemoryCases.Copy,
        FullyConnectedCases.Forward, FullyConnectedCases.BackwardData, FullyConnectedCases.BackwardWeights,
        ConvolutionCases.Forward, ConvolutionCases.BackwardData, ConvolutionCases.BackwardWeights, ConvolutionCases.BackwardBias,
        MaxPoolingCases.Forward, MaxPoolingCases.Backward,
        AveragePoolingCases.Forward, AveragePoolingCases.Backward,
        GlobalPoolingCases.Forward, GlobalPoolingCases.Backward,
        ElementwiseCases.ReluForward, ElementwiseCases.ReluBackward,
        ElementwiseCases.TanhForward, ElementwiseCases.TanhBackward,
        ElementwiseCases.Add,
        ConcatenateCases.Forward, ConcatenateCases.Backward,
        DropoutCases.Dropout,
        BatchNormalizationCases.Forward, BatchNormalizationCases.Inference, BatchNormalizationCases.Backward,
        BatchRenormalizationCases.Forward, BatchRenormalizationCases.Backward,
        LocalResponseNormalizationCases.Forward, LocalResponseNormalizationCases.Backward,
        CoordinateChannelsCases.CoordinateChannels,
        RelationSumCases.Forward, RelationSumCases.Backward,
        SoftmaxCrossEntropyCases.SoftmaxCrossEntropy,
        SquaredDistanceCases.SquaredDistance,
        SimilarityCases.Count, SimilarityCases.Set, SimilarityCases.CountTopK, SimilarityCases.SetTopK,
        TripletCases.List, TripletCases.BatchAll,
        EmbeddingLossCases.LogRatio, EmbeddingLossCases.PairwiseSimilarity, EmbeddingLossCases.CosineCrossEntropy,
        SignQuantizationCases.SignQuantization,
        HammingCases.Distance, HammingCases.TopK,
        QuantizationLossCases.QuantizationLoss, CompositeEncodingCases.CompositeEncoding, LookupCases.Distance, LookupCases.TopK,
        ChannelsLastCases.Convolution, ChannelsLastCases.MaxPooling, ChannelsLastCases.GlobalPooling,
        OptimizerCases.MomentumSgd, OptimizerCases.Adam,
    ];

    /// <summary>The operation of that name; upper and lower case are alike.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those with a similar name, or all.</exception>
    public static OperationCase Find(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        OperationCase? found = All.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (found is not null) return found;
        OperationCase[] near = [.. All.Where(c => c.Name.Contains(name, StringComparison.OrdinalIgnoreCase))];
        IEnumerable<OperationCase> listed = near.Length > 0 ? near : All;
        throw new ArgumentException($"there is no operation '{name}'; there are {string.Join(", ", listed)}.", nameof(name));
    }
}
