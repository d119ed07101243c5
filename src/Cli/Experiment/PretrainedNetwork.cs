using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Experiment;

/// <summary>A network pretrained on ImageNet, of which a file of weights is at hand.</summary>
/// <param name="Id">For files.</param>
/// <param name="Name">For tables.</param>
/// <param name="Folder">The folder of its weights, within models.</param>
/// <param name="Normalization">What it takes.</param>
/// <param name="Network">Its kind, and what makes it that of the file; its last activation is averaged over the image.</param>
internal sealed record PretrainedNetwork(string Id, string Name, string Folder, Normalization Normalization, EmbeddingNetworkOptions Network)
{
    /// <summary>Those of the experiment.</summary>
    public static IReadOnlyList<PretrainedNetwork> All { get; } =
    [
        new(
            "squeezenet", "SqueezeNet 1.1", "squeezenet_v1.1_notop_float32", Normalization.Vgg,
            new EmbeddingNetworkOptions { Backbone = BackboneKind.Squeezenet, Style = FrameworkStyle.Keras, Grid = 1 }),
        new(
            "mobilenet", "MobileNetV2 0.35", "mobilenet_v2_035_224_float32", Normalization.Unit,
            new EmbeddingNetworkOptions { Backbone = BackboneKind.MobilenetV2, Width = 0.35f, Style = FrameworkStyle.Keras, Grid = 1 }),
    ];

    /// <summary>The network with its weights.</summary>
    public FrozenBackbone Load(IBackend backend, string models, int side) => FrozenBackbone.Filled(
        backend, EmbeddingNetwork.Backbone(new SampleShape(3, side, side), Network),
        parameters => PublishedBackbone.LoadWeights(SafetensorsFile.Read(Path.Combine(models, Folder, "weights.safetensors")), parameters, Network));
}
