namespace JaccardKernels.Retrieval;

/// <summary>By what real-valued embeddings are ranked.</summary>
public enum EmbeddingDistance
{
    /// <summary>Squared Euclidean distance, smallest first.</summary>
    SquaredEuclidean,

    /// <summary>Inner product, largest first.</summary>
    InnerProduct,
}
