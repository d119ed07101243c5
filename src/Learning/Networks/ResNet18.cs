using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>
/// ResNet-18 (He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2015), with projections where a stage changes its size. Images
/// [3,H,W], 224 x 224 in the original. Parameters have the names of torchvision's state_dict.
/// </summary>
public static class ResNet18
{
    private const int BlocksOfStage = 2;

    // Filters of each stage; all but the first halve height and width.
    private static readonly int[] s_stages = [64, 128, 256, 512];

    /// <summary>All but the mean and the classes: [3,224,224] to [512,7,7].</summary>
    /// <param name="builder">Where the layers go.</param>
    /// <param name="x">The images.</param>
    /// <exception cref="ArgumentException">The images are too small for the windows.</exception>
    public static Node Features(NetworkBuilder builder, Node x)
    {
        ArgumentNullException.ThrowIfNull(builder);
        x = Normalised(builder, x, "conv1", "bn1", 64, kernel: 7, stride: 2);
        x = builder.MaxPooling("maxpool", builder.Relu("relu", x), kernel: 3, stride: 2, pad: 1);
        for (int stage = 0; stage < s_stages.Length; stage++)
        {
            for (int block = 0; block < BlocksOfStage; block++)
                x = Block(builder, x, $"layer{stage + 1}.{block}", s_stages[stage], stage > 0 && block == 0 ? 2 : 1);
        }
        return x;
    }

    /// <summary>The whole network: images to logits.</summary>
    /// <param name="input">Shape of an image.</param>
    /// <param name="classes">Logits.</param>
    /// <exception cref="ArgumentException">The images are too small for the windows.</exception>
    public static Network Classifier(SampleShape input, int classes)
    {
        var b = new NetworkBuilder(input);
        Node x = b.GlobalPooling("avgpool", Features(b, b.Input));
        b.FullyConnected("fc", x, classes, Initialization.LeCunNormal);
        return b.Build();
    }

    // Two 3x3 convolutions beside the identity, or beside a projection where the sizes differ.
    private static Node Block(NetworkBuilder b, Node x, string name, int filters, int stride)
    {
        Node inner = b.Relu($"{name}.relu1", Normalised(b, x, $"{name}.conv1", $"{name}.bn1", filters, kernel: 3, stride));
        inner = Normalised(b, inner, $"{name}.conv2", $"{name}.bn2", filters, kernel: 3, stride: 1);
        if (x.Shape != inner.Shape) x = Normalised(b, x, $"{name}.downsample.0", $"{name}.downsample.1", filters, kernel: 1, stride);
        return b.Relu($"{name}.relu2", b.Add($"{name}.sum", inner, x));
    }

    private static Node Normalised(NetworkBuilder b, Node x, string convolution, string normalisation, int filters, int kernel, int stride) =>
        b.BatchNormalization(normalisation, b.Convolution(convolution, x, filters, kernel, stride, pad: kernel / 2, bias: false));
}
