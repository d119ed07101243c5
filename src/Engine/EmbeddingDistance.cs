namespace JaccardKernels.Engine;

/// <summary>By what embeddings, or what codes stand for, are ranked.</summary>
public enum EmbeddingDistance
{
    /// <summary>Squared Euclidean distance, smallest first.</summary>
    SquaredEuclidean,

    /// <summary>Inner product, largest first.</summary>
    InnerProduct,
}
