using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>
/// AlexNet in one stream, as torchvision builds it (Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014), without local
/// response normalisation: the network of 2012 had it behind its first two convolutions, VGG found that it gains nothing, and torchvision's weights are
/// of a network without. Images [3,H,W], 224 x 224 in the original. Parameters have the names of torchvision's state_dict.
/// </summary>
public static class AlexNet
{
    // Of the grid of features that the first fully connected layer reads.
    private const int Grid = 6, Hidden = 4096;

    private const float DropoutRate = 0.5f;

    /// <summary>The convolutions: [3,224,224] to [256,6,6].</summary>
    /// <param name="builder">Where the layers go.</param>
    /// <param name="x">The images.</param>
    /// <exception cref="ArgumentException">The images are too small for the windows.</exception>
    public static Node Features(NetworkBuilder builder, Node x)
    {
        ArgumentNullException.ThrowIfNull(builder);
        x = builder.Relu("features.1", builder.Convolution("features.0", x, 64, kernel: 11, stride: 4, pad: 2));
        x = builder.MaxPooling("features.2", x, kernel: 3, stride: 2);
        x = builder.Relu("features.4", builder.Convolution("features.3", x, 192, kernel: 5, pad: 2));
        x = builder.MaxPooling("features.5", x, kernel: 3, stride: 2);
        x = builder.Relu("features.7", builder.Convolution("features.6", x, 384, kernel: 3, pad: 1));
        x = builder.Relu("features.9", builder.Convolution("features.8", x, 256, kernel: 3, pad: 1));
        x = builder.Relu("features.11", builder.Convolution("features.10", x, 256, kernel: 3, pad: 1));
        return builder.MaxPooling("features.12", x, kernel: 3, stride: 2);
    }

    /// <summary>The whole network: images to logits.</summary>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Logits.</param>
    /// <exception cref="ArgumentException">The images' features make no grid of 6 x 6: sides that are no multiple of it, or too small.</exception>
    public static Network Classifier(SampleShape input, int classes)
    {
        var b = new NetworkBuilder(input);
        b.FullyConnected("classifier.6", HiddenLayers(b, Features(b, b.Input)), classes, Initialization.LeCunNormal);
        return b.Build();
    }

    /// <summary>The two hidden layers: features to [4096].</summary>
    /// <param name="builder">Where the layers go.</param>
    /// <param name="x">The features.</param>
    /// <exception cref="ArgumentException">They make no grid of 6 x 6.</exception>
    public static Node HiddenLayers(NetworkBuilder builder, Node x)
    {
        ArgumentNullException.ThrowIfNull(builder);
        x = builder.Dropout("classifier.0", AdaptivePooling.ToGrid(builder, "avgpool", x, Grid), DropoutRate);
        x = builder.Relu("classifier.2", builder.FullyConnected("classifier.1", x, Hidden));
        x = builder.Dropout("classifier.3", x, DropoutRate);
        return builder.Relu("classifier.5", builder.FullyConnected("classifier.4", x, Hidden));
    }
}
