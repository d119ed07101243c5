namespace JaccardKernels.Problems;

/// <summary>How alike two label vectors are; system of Mojoo and Kurita 2021, section 3, and what it is compared with.</summary>
public enum SimilarityKind
{
    /// <summary>Sum of minima over sum of maxima of the counts (Ruzicka), in [0,1].</summary>
    MultisetJaccard = 0,

    /// <summary>Cosine of the count vectors, in [0,1]: blind to scale.</summary>
    Cosine = 1,

    /// <summary>Shared classes over classes of either (multiplicity ignored), in [0,1].</summary>
    SetJaccard = 2,

    /// <summary>1 if any class is shared, else 0.</summary>
    SharedLabel = 3,

    /// <summary>The number of shared classes.</summary>
    SharedCount = 4,
}
