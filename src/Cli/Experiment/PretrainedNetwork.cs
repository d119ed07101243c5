using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Experiment;

/// <summary>A network pretrained on ImageNet, of which a file of weights is at hand.</summary>
/// <param name="Id">For files.</param>
/// <param name="Name">For tables.</param>
/// <param name="Folder">The folder of its weights, within models.</param>
/// <param name="Normalization">What it takes.</param>
/// <param name="Features">Its layers.</param>
/// <param name="Map">Its parameters' names in the file.</param>
internal sealed record PretrainedNetwork(
    string Id, string Name, string Folder, Normalization Normalization, Func<NetworkBuilder, Node, Node> Features, Func<ParameterSpec, WeightSource> Map)
{
    /// <summary>Those of the experiment.</summary>
    public static IReadOnlyList<PretrainedNetwork> All { get; } =
    [
        new("squeezenet", "SqueezeNet 1.1", "squeezenet_v1.1_notop_float32", Normalization.Vgg, SqueezeNet.Features, SqueezeNet.FromKeras),
        new(
            "mobilenet", "MobileNetV2 0.35", "mobilenet_v2_035_224_float32", Normalization.Unit,
            (b, x) => MobileNetV2.Features(b, x, 0.35f, MobileNetStyle.Keras), MobileNetV2.FromKeras),
    ];

    /// <summary>The network with its weights, its last activation averaged over the image.</summary>
    public FrozenBackbone Load(IBackend backend, string models, int side)
    {
        var b = new NetworkBuilder(new SampleShape(3, side, side));
        b.GlobalPooling("pool", Features(b, b.Input));
        return FrozenBackbone.Filled(
            backend, b.Build(),
            parameters => WeightImport.Load(SafetensorsFile.Read(Path.Combine(models, Folder, "weights.safetensors")), parameters, Map));
    }
}
