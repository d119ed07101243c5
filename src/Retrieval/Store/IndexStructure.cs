namespace JaccardKernels.Retrieval;

/// <summary>How an index arranges its codes and searches them. All are exact, but an inverted file of which only the nearest lists are searched.</summary>
public enum IndexStructure
{
    /// <summary>Binary codes by Hamming distance: all are compared.</summary>
    Flat = 1,

    /// <summary>
    /// Binary codes by Hamming distance: tables of substrings find those that can be near (Norouzi, Punjani, Fleet, "Fast Exact Search in Hamming Space with
    /// Multi-Index Hashing", IEEE TPAMI 36(6), 2014).
    /// </summary>
    MultiIndexHashing = 2,

    /// <summary>Binary codes by the Jaccard similarity of their sets of bits, arranged by the number of bits set.</summary>
    Jaccard = 3,

    /// <summary>Codes that stand for sums of codewords, by look-up tables: all are compared.</summary>
    Tables = 4,

    /// <summary>
    /// The same in lists around centroids, of which all or the nearest are searched (Jegou, Douze, Schmid, "Product Quantization for Nearest Neighbor
    /// Search", IEEE TPAMI 33(1), 2011, section 4; codes stand for the embeddings themselves here, not for what is left beyond the centroid).
    /// </summary>
    InvertedFile = 5,
}
