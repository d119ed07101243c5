using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>
/// VGG-16, configuration D (Simonyan, Zisserman, "Very deep convolutional networks for large-scale image recognition", 2014), without normalisations.
/// Images [3,H,W], 224 x 224 in the original. Parameters have the names of torchvision's state_dict.
/// </summary>
public static class Vgg16
{
    private const int Grid = 7, Hidden = 4096;

    private const float DropoutRate = 0.5f;

    // Filters of the 3x3 convolutions; 0 is a maximum pooling.
    private static readonly int[] s_layers = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0];

    /// <summary>The convolutions: [3,224,224] to [512,7,7].</summary>
    /// <param name="builder">Where the layers go.</param>
    /// <param name="x">The images.</param>
    /// <exception cref="ArgumentException">The images are too small for the windows.</exception>
    public static Node Features(NetworkBuilder builder, Node x)
    {
        ArgumentNullException.ThrowIfNull(builder);
        int number = 0;
        foreach (int filters in s_layers)
        {
            if (filters == 0)
            {
                x = builder.MaxPooling($"features.{number++}", x, kernel: 2);
                continue;
            }
            x = builder.Convolution($"features.{number++}", x, filters, kernel: 3, pad: 1);
            x = builder.Relu($"features.{number++}", x);
        }
        return x;
    }

    /// <summary>The whole network: images to logits.</summary>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Logits.</param>
    /// <exception cref="ArgumentException">The images' features make no grid of 7 x 7: sides that are no multiple of it, or too small.</exception>
    public static Network Classifier(SampleShape input, int classes)
    {
        var b = new NetworkBuilder(input);
        b.FullyConnected("classifier.6", HiddenLayers(b, Features(b, b.Input)), classes, Initialization.LeCunNormal);
        return b.Build();
    }

    /// <summary>The two hidden layers: features to [4096].</summary>
    /// <param name="builder">Where the layers go.</param>
    /// <param name="x">The features.</param>
    /// <exception cref="ArgumentException">They make no grid of 7 x 7.</exception>
    public static Node HiddenLayers(NetworkBuilder builder, Node x)
    {
        ArgumentNullException.ThrowIfNull(builder);
        x = AdaptivePooling.ToGrid(builder, "avgpool", x, Grid);
        x = builder.Relu("classifier.1", builder.FullyConnected("classifier.0", x, Hidden));
        x = builder.Dropout("classifier.2", x, DropoutRate);
        x = builder.Relu("classifier.4", builder.FullyConnected("classifier.3", x, Hidden));
        return builder.Dropout("classifier.5", x, DropoutRate);
    }
}
