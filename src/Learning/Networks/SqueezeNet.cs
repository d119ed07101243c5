using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>
/// SqueezeNet 1.1 (Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and &lt;0.5MB model size", 2016; version 1.1 of the
/// authors' repository). Images [3,H,W], 224 x 224 or 227 x 227. Poolings round down, as in Keras; at 224 x 224 nothing is left over, and that is
/// torchvision's network too. Parameters have the names of torchvision's state_dict.
/// </summary>
public static class SqueezeNet
{
    private const float DropoutRate = 0.5f;

    // torchvision's numbers of the fire modules 2 to 9, and their squeezed channels; each of the two expansions has four times as many.
    private static readonly (int Number, int Squeezed)[] s_fires = [(3, 16), (4, 16), (6, 32), (7, 32), (9, 48), (10, 48), (11, 64), (12, 64)];

    /// <summary>The convolutions up to the last fire module: [3,224,224] to [512,13,13].</summary>
    /// <param name="builder">Where the layers go.</param>
    /// <param name="x">The images.</param>
    /// <exception cref="ArgumentException">The images are too small for the windows.</exception>
    public static Node Features(NetworkBuilder builder, Node x)
    {
        ArgumentNullException.ThrowIfNull(builder);
        x = builder.Relu("features.1", builder.Convolution("features.0", x, 64, kernel: 3, stride: 2));
        int next = 2;
        foreach ((int number, int squeezed) in s_fires)
        {
            // The numbers between are poolings.
            for (; next < number; next++) x = builder.MaxPooling($"features.{next}", x, kernel: 3, stride: 2);
            x = Fire(builder, x, $"features.{number}", squeezed);
            next = number + 1;
        }
        return x;
    }

    /// <summary>The whole network: images to logits, the means of a map a class.</summary>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Logits.</param>
    /// <exception cref="ArgumentException">The images are too small for the windows.</exception>
    public static Network Classifier(SampleShape input, int classes)
    {
        var b = new NetworkBuilder(input);
        Node x = b.Dropout("classifier.0", Features(b, b.Input), DropoutRate);
        x = b.Relu("classifier.2", b.Convolution("classifier.1", x, classes, kernel: 1));
        b.GlobalPooling("classifier.3", x);
        return b.Build();
    }

    /// <summary>Where a parameter lies in weights of Keras's SqueezeNet, stored as <c>fire2/squeeze1x1/kernel</c>.</summary>
    /// <exception cref="ArgumentException">The parameter is not of this network.</exception>
    public static WeightSource FromKeras(ParameterSpec parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        string[] words = parameter.Name.Split('.');
        string? layer = words switch
        {
            ["features", "0", _] => "conv1",
            ["classifier", "1", _] => "conv10",
            ["features", var number, "squeeze", _] when Fire(number) is { } fire => $"{fire}/squeeze1x1",
            ["features", var number, var expansion, _] when Fire(number) is { } fire => $"{fire}/{expansion}",
            _ => null,
        };
        return layer is null
            ? throw new ArgumentException($"'{parameter.Name}' is no parameter of SqueezeNet.", nameof(parameter))
            : KerasNames.Convolution(layer, words[^1]);
    }

    // A 1x1 convolution to few channels, and from these a 1x1 and a 3x3 one side by side.
    private static Node Fire(NetworkBuilder b, Node x, string name, int squeezed)
    {
        x = b.Relu($"{name}.squeeze_activation", b.Convolution($"{name}.squeeze", x, squeezed, kernel: 1));
        Node small = b.Relu($"{name}.expand1x1_activation", b.Convolution($"{name}.expand1x1", x, 4 * squeezed, kernel: 1));
        Node large = b.Relu($"{name}.expand3x3_activation", b.Convolution($"{name}.expand3x3", x, 4 * squeezed, kernel: 3, pad: 1));
        return b.Concatenate(name, small, large);
    }

    private static string? Fire(string number)
    {
        int index = Array.FindIndex(s_fires, fire => $"{fire.Number}" == number);
        return index < 0 ? null : $"fire{index + 2}";
    }
}
