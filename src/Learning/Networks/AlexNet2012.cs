using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>
/// AlexNet with the filters and the local response normalisation of 2012 (Krizhevsky, Sutskever, Hinton), in one tower without groups, as Mojoo and Kurita
/// 2021 take it: the normalisation lies between the first two convolutions and their ReLU. Images [3,227,227], in the order blue, green, red, less
/// <see cref="Mean"/>. Caffe's networks have the ReLU first, and its weights an alpha of a mean. Layers bear Caffe's names.
/// </summary>
public static class AlexNet2012
{
    private const int Hidden = 4096, Towers = 2;

    private const float DropoutRate = 0.5f;

    /// <summary>The side of an image.</summary>
    public const int Side = 227;

    /// <summary>What is taken from blue, green and red, of 0 to 255.</summary>
    public static IReadOnlyList<float> Mean { get; } = [104f, 117f, 123f];

    /// <summary>The convolutions: [3,227,227] to [256,6,6].</summary>
    /// <param name="builder">Where the layers go.</param>
    /// <param name="x">The images.</param>
    /// <exception cref="ArgumentException">The images are too small for the windows.</exception>
    public static Node Features(NetworkBuilder builder, Node x)
    {
        ArgumentNullException.ThrowIfNull(builder);
        x = Normalised(builder, 1, builder.Convolution("conv1", x, 96, kernel: 11, stride: 4));
        x = Normalised(builder, 2, builder.Convolution("conv2", x, 256, kernel: 5, pad: 2));
        x = builder.Relu("relu3", builder.Convolution("conv3", x, 384, kernel: 3, pad: 1));
        x = builder.Relu("relu4", builder.Convolution("conv4", x, 384, kernel: 3, pad: 1));
        x = builder.Relu("relu5", builder.Convolution("conv5", x, 256, kernel: 3, pad: 1));
        return builder.MaxPooling("pool5", x, kernel: 3, stride: 2);
    }

    /// <summary>The two hidden layers: [256,6,6] to [4096].</summary>
    /// <param name="builder">Where the layers go.</param>
    /// <param name="x">The features.</param>
    public static Node HiddenLayers(NetworkBuilder builder, Node x)
    {
        ArgumentNullException.ThrowIfNull(builder);
        for (int i = 6; i <= 7; i++)
        {
            x = builder.Relu($"relu{i}", builder.FullyConnected($"fc{i}", x, Hidden));
            x = builder.Dropout($"drop{i}", x, DropoutRate);
        }
        return x;
    }

    /// <summary>
    /// Where a parameter lies in weights with Caffe's names. Its networks were trained on two cards, and their second, fourth and fifth convolutions are in
    /// two groups: such filters are filled up with zeros, which computes the same.
    /// </summary>
    /// <param name="parameter">Of this network.</param>
    /// <param name="file">The weights.</param>
    public static WeightSource FromCaffe(ParameterSpec parameter, SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(file);
        bool grouped = parameter.Name is "conv2.weight" or "conv4.weight" or "conv5.weight" && file.TryGet(parameter.Name, out StoredArray? tensor)
            && tensor.Shape.Count == 4 && tensor.Shape[1] * Towers == parameter.Shape[1];
        return new WeightSource(parameter.Name, Groups: grouped ? Towers : 1);
    }

    private static Node Normalised(NetworkBuilder b, int number, Node x)
    {
        x = b.Relu($"relu{number}", b.LocalResponseNormalization($"norm{number}", x));
        return b.MaxPooling($"pool{number}", x, kernel: 3, stride: 2);
    }
}
