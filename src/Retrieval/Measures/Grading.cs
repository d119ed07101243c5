using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>How much an item is worth: its grade g in ACG and WAP, its gain in NDCG.</summary>
public enum Grading
{
    /// <summary>g = r, the number of shared classes; gain 2^r - 1, as in the multi-label hashing literature.</summary>
    SharedClasses,

    /// <summary>g = gain = J, the multiset Jaccard.</summary>
    MultisetJaccard,

    /// <summary>g = J; gain 2^J - 1.</summary>
    ExponentialMultisetJaccard,
}

/// <summary>The arithmetic of grades.</summary>
internal static class Gradings
{
    public static SimilarityKind Kind(this Grading grading) =>
        grading == Grading.SharedClasses ? SimilarityKind.SharedCount : SimilarityKind.MultisetJaccard;

    public static double Gain(this Grading grading, double grade) => grading switch
    {
        Grading.MultisetJaccard => grade,
        // Integers: the exact power, without the cost of a general one.
        Grading.SharedClasses => Math.ScaleB(1, (int)grade) - 1,
        _ => Math.Pow(2, grade) - 1,
    };

    public static string GradeText(this Grading grading) => grading == Grading.SharedClasses ? "shared classes" : "multiset Jaccard";

    public static string GainText(this Grading grading) => grading switch
    {
        Grading.SharedClasses => "2^(shared classes) - 1",
        Grading.MultisetJaccard => "multiset Jaccard",
        _ => "2^(multiset Jaccard) - 1",
    };
}
