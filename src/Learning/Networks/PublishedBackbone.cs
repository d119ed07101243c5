using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>What makes features of images.</summary>
public enum BackboneKind
{
    /// <summary>The small one, of the options' own convolutions.</summary>
    Scene,

    /// <summary><see cref="AlexNet"/>, torchvision's.</summary>
    Alexnet,

    /// <summary><see cref="AlexNet2012"/>, the paper's.</summary>
    Alexnet2012,

    /// <summary><see cref="Learning.Vgg16"/>, the paper's other.</summary>
    Vgg16,

    /// <summary><see cref="ResNet18"/>.</summary>
    Resnet18,

    /// <summary><see cref="SqueezeNet"/> 1.1.</summary>
    Squeezenet,

    /// <summary><see cref="Learning.MobileNetV2"/>, of a width and a style.</summary>
    MobilenetV2,
}

/// <summary>A network of the literature as a backbone.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Side">The side of the images that it was made for.</param>
/// <param name="Features">Its convolutions, of images.</param>
/// <param name="HiddenLayers">Its two fully connected layers of 4096 behind a grid of features, or null.</param>
/// <param name="FromKeras">Where a parameter lies in a file with Keras's names, or null: other files have the names of torchvision, or of Caffe for
/// <see cref="AlexNet2012"/>.</param>
public sealed record PublishedBackbone(
    BackboneKind Kind, int Side, Func<NetworkBuilder, Node, EmbeddingNetworkOptions, Node> Features, Func<NetworkBuilder, Node, Node>? HiddenLayers = null,
    Func<ParameterSpec, WeightSource>? FromKeras = null)
{
    private const int UsualSide = 224;

    private static readonly IReadOnlyList<PublishedBackbone> s_all =
    [
        new(BackboneKind.Alexnet, UsualSide, (b, x, _) => AlexNet.Features(b, x), AlexNet.HiddenLayers),
        new(BackboneKind.Alexnet2012, AlexNet2012.Side, (b, x, _) => AlexNet2012.Features(b, x), AlexNet2012.HiddenLayers),
        new(BackboneKind.Vgg16, UsualSide, (b, x, _) => Vgg16.Features(b, x), Vgg16.HiddenLayers),
        new(BackboneKind.Resnet18, UsualSide, (b, x, _) => ResNet18.Features(b, x)),
        new(BackboneKind.Squeezenet, UsualSide, (b, x, _) => SqueezeNet.Features(b, x), FromKeras: SqueezeNet.FromKeras),
        new(
            BackboneKind.MobilenetV2, UsualSide, (b, x, options) => MobileNetV2.Features(b, x, options.Width, options.Style),
            FromKeras: MobileNetV2.FromKeras),
    ];

    /// <summary>The network of a kind; null for <see cref="BackboneKind.Scene"/>.</summary>
    public static PublishedBackbone? Find(BackboneKind kind) => s_all.FirstOrDefault(one => one.Kind == kind);

    /// <summary>Sets the weights of the backbone, and of its own hidden layers where the network has them; a new head's stay as they are.</summary>
    /// <param name="file">Of a published network, with the names of torchvision, Keras or Caffe, or of a network of this library.</param>
    /// <param name="parameters">Of an <see cref="EmbeddingNetwork"/>; all that are meant are set, or none.</param>
    /// <param name="options">Its sizes.</param>
    /// <exception cref="ArgumentException">The style is not that of the file.</exception>
    /// <exception cref="InvalidDataException">As of <see cref="WeightImport.Load"/>.</exception>
    public static void LoadWeights(SafetensorsFile file, ParameterStore parameters, EmbeddingNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        foreach ((int parameter, float[] values) in ReadWeights(file, parameters.Network, options)) parameters.Upload(parameter, values);
    }

    /// <summary>What <see cref="LoadWeights"/> sets, by the parameters' numbers.</summary>
    internal static IReadOnlyDictionary<int, float[]> ReadWeights(SafetensorsFile file, Network network, EmbeddingNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        FrameworkStyle style = StyleOf(file, options.Backbone);
        if (options.Backbone != BackboneKind.Scene && style != options.Style)
            throw new ArgumentException($"style is {options.Style}; the weights of {file.Name} are {style}'s.");
        bool own = EmbeddingModel.IsModel(file);
        Func<ParameterSpec, WeightSource>? map = Find(options.Backbone) switch
        {
            { FromKeras: { } fromKeras } when !own && style == FrameworkStyle.Keras => fromKeras,
            { Kind: BackboneKind.Alexnet2012 } => spec => AlexNet2012.FromCaffe(spec, file),
            _ => null,
        };
        return WeightImport.Read(file, network, map, EmbeddingNetwork.IsPretrained);
    }

    /// <summary>Whose weights of a network a file has: as a model of this library says, or by the names of its tensors.</summary>
    /// <exception cref="InvalidDataException">A model's description is not sound.</exception>
    public static FrameworkStyle StyleOf(SafetensorsFile file, BackboneKind kind)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (EmbeddingModel.IsModel(file)) return EmbeddingModel.DescriptionIn(file).Network.Style;
        if (Find(kind) is not { FromKeras: { } fromKeras } published) return FrameworkStyle.Torchvision;
        var b = new NetworkBuilder(new SampleShape(3, published.Side, published.Side));
        published.Features(b, b.Input, new EmbeddingNetworkOptions());
        return file.TryGet(fromKeras(b.Build().Parameters[0]).Tensor, out _) ? FrameworkStyle.Keras : FrameworkStyle.Torchvision;
    }
}
