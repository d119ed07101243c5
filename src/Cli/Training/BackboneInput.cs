using System.Globalization;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Training;

/// <summary>What a published backbone expects of images, and what its file of weights tells of it.</summary>
internal static class BackboneInput
{
    /// <summary>The sizes of a network, in the style of its weights.</summary>
    public static EmbeddingNetworkOptions InStyleOf(string weights, EmbeddingNetworkOptions network) =>
        PublishedBackbone.Find(network.Backbone) is { FromKeras: not null }
            ? network with { Style = PublishedBackbone.StyleOf(SafetensorsFile.Read(weights), network.Backbone) }
            : network;

    /// <summary>A data set whose images have the side and the normalisation that the backbone was made for, where its text gives none.</summary>
    public static DataSpec WithInput(this DataSpec spec, EmbeddingNetworkOptions network) =>
        PublishedBackbone.Find(network.Backbone) is not { } published
            ? spec
            : spec.WithDefault("size", published.Side.ToString(CultureInfo.InvariantCulture)).WithDefault("norm", NormalizationOf(network).Name)
                .WithDefault("channels", "3");

    private static Normalization NormalizationOf(EmbeddingNetworkOptions network) => (network.Backbone, network.Style) switch
    {
        (BackboneKind.Alexnet2012, _) => Normalization.AlexNet,
        (BackboneKind.Squeezenet, FrameworkStyle.Keras) => Normalization.Vgg,
        (BackboneKind.MobilenetV2, FrameworkStyle.Keras) => Normalization.Unit,
        _ => Normalization.ImageNet,
    };
}
