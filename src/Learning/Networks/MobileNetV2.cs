using System.Globalization;
using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>Which of two frameworks' networks is meant: their weights are not exchangeable.</summary>
public enum FrameworkStyle
{
    /// <summary>PyTorch's. MobileNetV2: windows of stride 2 with one zero on each side; normalisations with epsilon 1e-5.</summary>
    Torchvision,

    /// <summary>Keras's. MobileNetV2: windows of stride 2 with a zero below and at the right only, where sides are even; normalisations with epsilon 1e-3.</summary>
    Keras,
}

/// <summary>
/// MobileNetV2 (Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", 2018): blocks that expand, filter each channel by itself
/// (depthwise) and project to few channels again. Images [3,H,W], 224 x 224 in the original. A width multiplies the channels of all but the last
/// convolution, which grows beyond 1280 with widths above 1. Parameters have the names of torchvision's state_dict.
/// </summary>
public static class MobileNetV2
{
    private const int FirstChannels = 32, LastChannels = 1280;

    private const float DropoutRate = 0.2f, Ceiling = 6f;

    // Table 2 of the paper: the factor of the expansion, the channels that come out, how many blocks, the stride of the first.
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] s_stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    /// <summary>All convolutions: [3,224,224] to [1280,7,7].</summary>
    /// <param name="builder">Where the layers go.</param>
    /// <param name="x">The images.</param>
    /// <param name="width">Factor of the channels, above 0: 0.35, 0.5, 0.75, 1, 1.3 and 1.4 are those that weights are published for.</param>
    /// <param name="style">Whose network.</param>
    /// <exception cref="ArgumentException">The width is out of range, or the images do not go with the windows.</exception>
    public static Node Features(NetworkBuilder builder, Node x, float width = 1f, FrameworkStyle style = FrameworkStyle.Torchvision)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!(width > 0 && width <= 16))
            throw new ArgumentOutOfRangeException(nameof(width), string.Create(CultureInfo.InvariantCulture, $"width is {width}; the range is above 0 to 16."));
        var b = new Blocks(builder, style);
        x = b.Convolution(x, "features.0.0", "features.0.1", Rounded(FirstChannels * width), kernel: 3, stride: 2);
        int number = 1;
        foreach ((int expansion, int channels, int blocks, int stride) in s_stages)
        {
            for (int i = 0; i < blocks; i++)
                x = b.InvertedResidual(x, $"features.{number++}", expansion, Rounded(channels * width), i == 0 ? stride : 1);
        }
        return b.Convolution(x, $"features.{number}.0", $"features.{number}.1", Rounded(LastChannels * Math.Max(width, 1f)), kernel: 1);
    }

    /// <summary>The whole network: images to logits.</summary>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Logits.</param>
    /// <param name="width">As of <see cref="Features"/>.</param>
    /// <param name="style">Whose network.</param>
    /// <exception cref="ArgumentException">As of <see cref="Features"/>.</exception>
    public static Network Classifier(SampleShape input, int classes, float width = 1f, FrameworkStyle style = FrameworkStyle.Torchvision)
    {
        var b = new NetworkBuilder(input);
        Node x = b.GlobalPooling("avgpool", Features(b, b.Input, width, style));
        x = b.Dropout("classifier.0", x, DropoutRate);
        b.FullyConnected("classifier.1", x, classes, Initialization.LeCunNormal);
        return b.Build();
    }

    /// <summary>Where a parameter lies in weights of Keras's MobileNetV2, stored as <c>block_1_expand/kernel</c>.</summary>
    /// <exception cref="ArgumentException">The parameter is not of this network.</exception>
    public static WeightSource FromKeras(ParameterSpec parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        string[] words = parameter.Name.Split('.');
        string kind = words[^1];
        return words switch
        {
            ["features", "0", "0", _] => KerasNames.Convolution("Conv1", kind),
            ["features", "0", "1", _] => KerasNames.Normalisation("bn_Conv1", kind),
            ["features", "18", "0", _] => KerasNames.Convolution("Conv_1", kind),
            ["features", "18", "1", _] => KerasNames.Normalisation("Conv_1_bn", kind),
            ["classifier", "1", _] => KerasNames.FullyConnected("predictions", kind),
            // The first block does not expand; its parts have the numbers of the others' less one.
            ["features", "1", "conv", var part, .. var rest] => OfBlock("expanded_conv", part == "0" ? 1 : part == "1" ? 2 : 3, rest, kind),
            ["features", var number, "conv", var part, .. var rest] when int.TryParse(number, out int block) && int.TryParse(part, out int index) =>
                OfBlock($"block_{block - 1}", index, rest, kind),
            _ => throw new ArgumentException($"'{parameter.Name}' is no parameter of MobileNetV2.", nameof(parameter)),
        };
    }

    // To the next multiple of eight, and up where rounding down would take more than a tenth.
    internal static int Rounded(float channels)
    {
        int rounded = Math.Max(8, (int)(channels + 4) / 8 * 8);
        return rounded < 0.9f * channels ? rounded + 8 : rounded;
    }

    // Parts of a block: expansion and depthwise, each a convolution (0) and its normalisation (1); projection; its normalisation.
    private static WeightSource OfBlock(string block, int part, string[] rest, string kind) => (part, rest) switch
    {
        (0, ["0", _]) => KerasNames.Convolution($"{block}_expand", kind),
        (0, _) => KerasNames.Normalisation($"{block}_expand_BN", kind),
        (1, ["0", _]) => KerasNames.Depthwise($"{block}_depthwise", kind),
        (1, _) => KerasNames.Normalisation($"{block}_depthwise_BN", kind),
        (2, _) => KerasNames.Convolution($"{block}_project", kind),
        _ => KerasNames.Normalisation($"{block}_project_BN", kind),
    };

    private sealed class Blocks(NetworkBuilder builder, FrameworkStyle style)
    {
        public Node Convolution(Node x, string convolution, string normalisation, int filters, int kernel, int stride = 1, int groups = 1) =>
            builder.Relu($"{normalisation}.relu6", Normalised(x, convolution, normalisation, filters, kernel, stride, groups), Ceiling);

        public Node InvertedResidual(Node x, string name, int expansion, int filters, int stride)
        {
            Node input = x;
            int part = 0, expanded = expansion * x.Shape.Channels;
            if (expansion > 1) x = Convolution(x, $"{name}.conv.{part}.0", $"{name}.conv.{part++}.1", expanded, kernel: 1);
            x = Convolution(x, $"{name}.conv.{part}.0", $"{name}.conv.{part++}.1", expanded, kernel: 3, stride, groups: expanded);
            x = Normalised(x, $"{name}.conv.{part}", $"{name}.conv.{part + 1}", filters, kernel: 1, stride: 1, groups: 1);
            return x.Shape == input.Shape ? builder.Add(name, input, x) : x;
        }

        private Node Normalised(Node x, string convolution, string normalisation, int filters, int kernel, int stride, int groups)
        {
            (int pad, int trail) = Padding(x.Shape, kernel, stride);
            x = builder.Convolution(convolution, x, filters, kernel, stride, pad, groups: groups, bias: false, trail: trail);
            // Keras's momentum is the share that stays, this one the share that moves.
            return style == FrameworkStyle.Keras
                ? builder.BatchNormalization(normalisation, x, epsilon: 1e-3f, momentum: 0.001f)
                : builder.BatchNormalization(normalisation, x);
        }

        private (int Pad, int Trail) Padding(SampleShape x, int kernel, int stride)
        {
            bool even = x.Height % 2 == 0;
            if (style == FrameworkStyle.Torchvision || stride == 1 || kernel == 1) return (kernel / 2, 0);
            if (even != (x.Width % 2 == 0))
                throw new ArgumentException(
                    $"images of {builder.Input.Shape} become {x} before a stride of 2; Keras's padding needs height and width both even or both odd.", nameof(x));
            return even ? (kernel / 2 - 1, 1) : (kernel / 2, 0);
        }
    }
}
