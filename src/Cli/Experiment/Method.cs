using JaccardKernels.Learning;
using JaccardKernels.Problems;

namespace JaccardKernels.Cli.Experiment;

/// <summary>A way to train a head: a loss, the similarity it follows, and a size.</summary>
/// <param name="Id">For files and options.</param>
/// <param name="Name">For tables.</param>
/// <param name="Apply">What it changes of a part's options; null trains nothing, the features themselves are the embedding.</param>
/// <param name="Codes">The codes that its embeddings are measured as, besides real numbers.</param>
internal sealed record Method(string Id, string Name, Func<TrainingOptions, TrainingOptions>? Apply, IReadOnlyList<QuantizerSpec> Codes)
{
    /// <summary>The bits that codes are compared at.</summary>
    public static readonly IReadOnlyList<int> AllBits = [16, 32, 48, 64, 128];

    /// <summary>The bits at which all methods are compared.</summary>
    public const int MainBits = 64;

    /// <summary>No head at all.</summary>
    public static Method Frozen { get; } = new("frozen", "pretrained features, cosine", Apply: null, Codes: []);

    /// <summary>The paper's method, by which codes are compared.</summary>
    public static Method Multiset { get; } = new(
        "multiset", "multiset Jaccard, adaptive margin", o => o with { Similarity = SimilarityKind.MultisetJaccard },
        [
            .. AllBits.Select(bits => new QuantizerSpec(QuantizerKind.Composite, bits)),
            .. AllBits.Select(bits => new QuantizerSpec(QuantizerKind.Product, bits)),
            .. AllBits.Where(bits => bits <= MainBits).Select(bits => new QuantizerSpec(QuantizerKind.Itq, bits)),
            new QuantizerSpec(QuantizerKind.Sign, MainBits),
        ]);

    /// <summary>What it is compared with: other similarities, another margin, other losses.</summary>
    public static IReadOnlyList<Method> Others { get; } =
    [
        Compared("set", "set Jaccard, adaptive margin", o => o with { Similarity = SimilarityKind.SetJaccard }),
        Compared("cosine", "cosine, adaptive margin", o => o with { Similarity = SimilarityKind.Cosine }),
        Compared("shared", "shared label, fixed margin", o => o with { Similarity = SimilarityKind.SharedLabel }),
        Compared("fixed", "multiset Jaccard, fixed margin", o => o with { Loss = LossKind.FixedTriplet }),
        Compared("log-ratio", "multiset Jaccard, log-ratio loss", o => o with { Loss = LossKind.LogRatio, Margin = null }),
        Compared("pairwise", "multiset Jaccard, pairwise soft similarity (IDHN)", o => o with { Loss = LossKind.PairwiseSimilarity, Margin = null }),
        Compared("targets", "orthogonal class targets (OrthoHash)", o => o with { Loss = LossKind.OrthogonalTargets, Margin = null }),
    ];

    /// <summary>Embeddings that a sign loses less of, as their distances are of more sign flips.</summary>
    public static Method Wide { get; } = new(
        "wide", "multiset Jaccard, twice the margin", o => o with { Margin = 2 * o.Margin }, [new(QuantizerKind.Sign, MainBits), new(QuantizerKind.Itq, MainBits)]);

    /// <summary>The same, pulled to their signs while they are trained.</summary>
    public static Method Binarised { get; } = Wide with
    {
        Id = "binarised", Name = "multiset Jaccard, twice the margin, pulled to signs",
        Apply = o => Wide.Apply!(o) with { Binarise = BinariseWeight },
    };

    /// <summary>Ways to binary codes: a wide margin, the pull to the signs, and networks with as many outputs as a code has bits.</summary>
    public static IReadOnlyList<Method> Signs { get; } =
    [
        Wide,
        Binarised,
        .. AllBits.Where(bits => bits != MainBits).Select(bits => new Method(
            OutputsId(bits), $"multiset Jaccard, {bits} outputs", o => o with { Network = o.Network with { Dimensions = bits }, Margin = o.Margin * bits / MainBits },
            [new(QuantizerKind.Sign, bits)])),
    ];

    // The pull stands beside hinges of a few units. Of .01, .03, .1 and 1, tried on scenes of a seed that is not reported, .01 and .03 cost real
    // embeddings least.
    private const float BinariseWeight = .03f;

    /// <summary>The method of a network with so many outputs.</summary>
    public static string OutputsId(int bits) => FormattableString.Invariant($"outputs-{bits}");

    private static Method Compared(string id, string name, Func<TrainingOptions, TrainingOptions> apply) => new(
        id, name, apply,
        [.. new[] { QuantizerKind.Composite, QuantizerKind.Itq, QuantizerKind.Sign }.Select(kind => new QuantizerSpec(kind, MainBits))]);
}
