using System.Globalization;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>When a database item is relevant to a query: the similarity of their labels exceeds a threshold, strictly, both as floats.</summary>
public readonly record struct Relevance
{
    private Relevance(SimilarityKind kind, float threshold) => (Kind, Threshold) = (kind, threshold);

    /// <summary>At least one shared class: the relevance of mAP.</summary>
    public static Relevance SharedLabel { get; } = new(SimilarityKind.SharedCount, 0);

    /// <summary>Multiset Jaccard above one half: the relevance of mAP@0.5, the multi-object measure.</summary>
    public static Relevance MultisetJaccardAboveHalf { get; } = MultisetJaccardAbove(0.5f);

    /// <summary>The similarity.</summary>
    public SimilarityKind Kind { get; }

    /// <summary>What it must exceed.</summary>
    public float Threshold { get; }

    /// <summary>What follows the names of measures of this relevance: nothing for a shared label, <c>@0.5</c> for a threshold.</summary>
    public string Suffix => Kind == SimilarityKind.SharedCount ? "" : string.Create(CultureInfo.InvariantCulture, $"@{Threshold}");

    /// <summary>Multiset Jaccard above a threshold.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is outside [0,1].</exception>
    public static Relevance MultisetJaccardAbove(float threshold) => new(SimilarityKind.MultisetJaccard, (float)Guard.InRange(threshold, 0, 1));

    /// <summary>
    /// Reads <c>shared</c>, or <c>jaccard:T</c>, <c>set-jaccard:T</c>, <c>cosine:T</c> with T in [0,1]; <c>jaccard</c> is the multiset
    /// Jaccard.
    /// </summary>
    /// <exception cref="ArgumentException">The text is none of these.</exception>
    public static Relevance Parse(string text)
    {
        if (text == "shared") return SharedLabel;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        SimilarityKind? kind = (colon < 0 ? text : text[..colon]) switch
        {
            "jaccard" or "multiset-jaccard" => SimilarityKind.MultisetJaccard,
            "set-jaccard" => SimilarityKind.SetJaccard,
            "cosine" => SimilarityKind.Cosine,
            _ => null,
        };
        return kind is SimilarityKind known && colon > 0 && float.TryParse(text.AsSpan(colon + 1), CultureInfo.InvariantCulture, out float threshold)
            ? new Relevance(known, (float)Guard.InRange(threshold, 0, 1))
            : throw new ArgumentException(
                $"the relevance is '{text}'; it is shared, jaccard:T, set-jaccard:T or cosine:T with T in [0,1].", nameof(text));
    }

    /// <summary>In words.</summary>
    public override string ToString() => Kind switch
    {
        SimilarityKind.SharedCount => "shared label",
        SimilarityKind.MultisetJaccard => string.Create(CultureInfo.InvariantCulture, $"multiset Jaccard > {Threshold}"),
        SimilarityKind.SetJaccard => string.Create(CultureInfo.InvariantCulture, $"set Jaccard > {Threshold}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"cosine > {Threshold}"),
    };
}
