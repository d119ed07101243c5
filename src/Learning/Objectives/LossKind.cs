namespace JaccardKernels.Learning;

/// <summary>What the training of embeddings minimises.</summary>
public enum LossKind
{
    /// <summary>Triplets whose margins grow with the difference of their similarities (Mojoo, Kurita 2021).</summary>
    AdaptiveTriplet,

    /// <summary>Triplets in the order of their similarities, all of one margin.</summary>
    FixedTriplet,

    /// <summary>Ratios of distances that follow the ratios of label distances (Kim et al., CVPR 2019).</summary>
    LogRatio,

    /// <summary>Inner products that follow the similarities of pairs (IDHN: Zhang et al., IEEE TMM 2019).</summary>
    PairwiseSimilarity,

    /// <summary>
    /// Cosines with a fixed binary target of each class (OrthoHash: Hoe et al., NeurIPS 2021): what a method that knows no pairs can do.
    /// </summary>
    OrthogonalTargets,
}
