using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>
/// Networks that embed: a backbone, which is the small one of 3x3 convolutions with batch normalisation, ReLU and pooling or a published one; average
/// pooling to a grid, so that where an object lies does not drown in one mean; a hidden layer, and an embedding through tanh in [-1,1]^D without L2
/// normalisation, as in Mojoo and Kurita 2021, of the branches that the options ask for (see <see cref="EmbeddingBranches"/>). The same parameters, by
/// name, serve four networks: a classifier of single objects for pretraining, the backbone alone (its features can be computed once when it is frozen),
/// the head alone, and the whole.
/// </summary>
public static class EmbeddingNetwork
{
    // Of the parameters that no published network has, and of the hidden layers that some have.
    private static readonly string[] s_new = ["classes", "cells", "hidden", "embedding", "relation"], s_hidden = ["classifier.", "fc"];

    /// <summary>Backbone, global pooling and one class a logit.</summary>
    public static Network Classifier(SampleShape tile, int classes, EmbeddingNetworkOptions options)
    {
        var b = new NetworkBuilder(tile);
        Node x = Convolutions(b, b.Input, options);
        x = b.GlobalPooling("pool", x);
        b.FullyConnected("classes", x, classes, Initialization.LeCunNormal);
        return b.Build();
    }

    /// <summary>Images to features on the grid.</summary>
    public static Network Backbone(SampleShape image, EmbeddingNetworkOptions options)
    {
        var b = new NetworkBuilder(image);
        ToGrid(b, Convolutions(b, b.Input, options), options);
        return b.Build();
    }

    /// <summary>Features on the grid to embeddings.</summary>
    public static Network Head(SampleShape features, EmbeddingNetworkOptions options)
    {
        var b = new NetworkBuilder(features);
        Embed(b, b.Input, options);
        return b.Build();
    }

    /// <summary>Images to embeddings.</summary>
    public static Network Whole(SampleShape image, EmbeddingNetworkOptions options)
    {
        var b = new NetworkBuilder(image);
        Embed(b, ToGrid(b, Convolutions(b, b.Input, options), options), options);
        return b.Build();
    }

    /// <summary>A parameter of the backbone, by its name.</summary>
    public static bool IsBackbone(ParameterSpec parameter) => IsPretrained(parameter) && !BeginsWithOneOf(parameter, s_hidden);

    /// <summary>A parameter that a pretrained network has: of the backbone, or of its own hidden layers.</summary>
    public static bool IsPretrained(ParameterSpec parameter) => !BeginsWithOneOf(parameter, s_new);

    private static bool BeginsWithOneOf(ParameterSpec parameter, string[] names) =>
        names.Any(name => parameter.Name.StartsWith(name, StringComparison.Ordinal));

    private static Node Convolutions(NetworkBuilder b, Node x, EmbeddingNetworkOptions options)
    {
        options.Validate();
        if (PublishedBackbone.Find(options.Backbone) is { } published) return published.Features(b, x, options);
        for (int i = 0; i < options.Channels.Count; i++)
        {
            if (i > 0 && Math.Min(x.Shape.Height, x.Shape.Width) < 2)
                throw new ArgumentException(
                    $"channels are '{string.Join(',', options.Channels)}'; images of {b.Input.Shape} have nothing left to pool after {i} of these.");
            if (i > 0) x = b.MaxPooling($"pool{i}", x, 2);
            for (int j = 1; j <= options.Repeats; j++)
            {
                int n = i * options.Repeats + j;
                x = Convolution(b, x, ($"conv{n}", $"norm{n}", $"relu{n}"), options.Channels[i], kernel: 3);
            }
        }
        return x;
    }

    // The normalisation has its own shift: a bias before it would be taken out again.
    private static Node Convolution(
        NetworkBuilder b, Node x, (string Convolution, string Normalization, string Relu) names, int filters, int kernel)
    {
        x = b.Convolution(names.Convolution, x, filters, kernel, pad: kernel / 2, bias: false);
        return b.Relu(names.Relu, b.BatchNormalization(names.Normalization, x));
    }

    private static Node ToGrid(NetworkBuilder b, Node x, EmbeddingNetworkOptions options) => options.Grid == 1 && x.Shape.Height == x.Shape.Width
        ? b.GlobalPooling("grid", x)
        : b.AveragePooling("grid", x, Math.Max(1, Math.Min(x.Shape.Height, x.Shape.Width) / options.Grid));

    private static Node Embed(NetworkBuilder b, Node x, EmbeddingNetworkOptions options)
    {
        for (int i = 0; i < options.Cells.Count; i++)
        {
            string name = $"cells{i + 1}";
            x = Convolution(b, x, (name, $"{name}.norm", $"{name}.relu"), options.Cells[i], kernel: i == 0 ? 3 : 1);
        }
        Node cells = x;
        if (options.Cells.Count > 0) x = b.GlobalPooling("cells.mean", x);
        return EmbeddingBranches.Add(b, Hidden(b, x, options), cells, new EmbeddingBranchOptions
        {
            Kind = options.Head, Dimensions = options.Head == HeadKind.Both ? options.Dimensions / 2 : options.Dimensions,
            PairUnits = options.PairUnits, SumUnits = options.SumUnits, Hidden = options.Hidden, Dropout = options.Dropout,
        });
    }

    private static Node Hidden(NetworkBuilder b, Node x, EmbeddingNetworkOptions options)
    {
        if (options.BackboneHidden) return PublishedBackbone.Find(options.Backbone)!.HiddenLayers!(b, x);
        // Features behind a ReLU have a large common part, which would saturate the tanh before the first step: the normalisation takes it out.
        x = b.BatchNormalization("hidden.norm", b.FullyConnected("hidden", x, options.Hidden));
        x = b.Relu("hidden.relu", x);
        return b.Dropout("hidden.dropout", x, options.Dropout);
    }
}
