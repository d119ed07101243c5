using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>Which halves an embedding has.</summary>
public enum HeadKind
{
    /// <summary>The fully connected branch.</summary>
    Fc,

    /// <summary>The relation branch, to which the other's result is context.</summary>
    Rn,

    /// <summary>The relation branch's, then the fully connected one's.</summary>
    Both,
}

/// <summary>The sizes of <see cref="EmbeddingBranches"/>; the paper's unless they are others.</summary>
public sealed record EmbeddingBranchOptions
{
    /// <summary>Which halves the embedding has.</summary>
    public HeadKind Kind { get; init; } = HeadKind.Both;

    /// <summary>Dimensions of a half.</summary>
    public int Dimensions { get; init; } = 64;

    /// <summary>Units of the two layers of g before the sum over pairs.</summary>
    public int PairUnits { get; init; } = 256;

    /// <summary>Units of g's last layer, behind the sum.</summary>
    public int SumUnits { get; init; } = 1024;

    /// <summary>Units of the two hidden layers of f.</summary>
    public int Hidden { get; init; } = 1024;

    /// <summary>Dropout after each of them, in [0, 1).</summary>
    public float Dropout { get; init; } = 0.5f;

    /// <summary>Coordinates of cells go from its negative to it.</summary>
    public float CoordinateScale { get; init; } = 50f;

    /// <summary>The largest r and d of the batch renormalisation.</summary>
    public float RMax { get; init; } = BatchRenormalizationProblem.FinalRMax;

    /// <inheritdoc cref="RMax"/>
    public float DMax { get; init; } = BatchRenormalizationProblem.FinalDMax;
}

/// <summary>
/// The embedding of Mojoo and Kurita 2021 over features and a map of cells, in [-1,1]^D through tanh: a fully connected branch, and a relation network
/// (Santoro et al. 2017) over all pairs of cells, with the first branch's result for context, in training and after it alike. g's first layer is linear in
/// [first ; second ; context], so each of these has a product of its own; its last layer commutes with the sum over pairs, and its bias is that of the sum.
/// </summary>
public static class EmbeddingBranches
{
    /// <summary>Adds both branches that the kind asks for, and joins them.</summary>
    /// <param name="builder">Where the layers go.</param>
    /// <param name="features">What the fully connected branch reads.</param>
    /// <param name="map">The cells [C,H,W] that are paired.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="fc">The name of the fully connected branch's layer.</param>
    public static Node Add(NetworkBuilder builder, Node features, Node map, EmbeddingBranchOptions options, string fc = "embedding")
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        Node context = builder.Tanh($"{fc}.tanh", builder.FullyConnected(fc, features, options.Dimensions, Initialization.LeCunNormal));
        if (options.Kind == HeadKind.Fc) return context;
        Node relation = Relation(builder, map, context, options);
        return options.Kind == HeadKind.Rn ? relation : builder.Concatenate("embedding.both", relation, context);
    }

    private static Node Relation(NetworkBuilder b, Node map, Node context, EmbeddingBranchOptions options)
    {
        Node cells = b.CoordinateChannels("relation.coordinates", map, options.CoordinateScale);
        int fanIn = 2 * cells.Shape.Channels + context.Shape.Length;
        Node objects = b.Convolution("relation.objects", cells, 2 * options.PairUnits, kernel: 1, bias: false, fanIn: fanIn);
        Node shared = b.FullyConnected("relation.context", context, options.PairUnits, fanIn: fanIn);
        Node x = b.RelationSum("relation.pairs", objects, shared, options.PairUnits);
        x = b.FullyConnected("relation.sum", x, options.SumUnits, Initialization.SmallNormal);
        x = b.Concatenate("relation.joined", b.BatchRenormalization("relation.norm", x, options.RMax, options.DMax), context);
        for (int i = 1; i <= 2; i++)
        {
            x = b.Relu($"relation.relu{i}", b.FullyConnected($"relation.hidden{i}", x, options.Hidden));
            x = b.Dropout($"relation.dropout{i}", x, options.Dropout);
        }
        return b.Tanh("relation.tanh", b.FullyConnected("relation.embedding", x, options.Dimensions, Initialization.LeCunNormal));
    }
}
