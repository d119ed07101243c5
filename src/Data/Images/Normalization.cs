using System.Collections.Immutable;

namespace JaccardKernels.Data;

/// <summary>How bytes become the network's numbers: channel c is (value - mean_c) / deviation_c, in RGB or BGR order.</summary>
public sealed class Normalization
{
    private readonly float[] _table = new float[3 * 256];

    private Normalization(string name, bool bgr, ReadOnlySpan<double> mean, ReadOnlySpan<double> deviation)
    {
        Name = name;
        IsBgr = bgr;
        for (int c = 0; c < 3; c++)
        {
            for (int v = 0; v < 256; v++) _table[c * 256 + v] = (float)((v - mean[c]) / deviation[c]);
        }
    }

    /// <summary>RGB, (v - 127.5) / 127.5, hence [-1,1]: networks trained from scratch here, and MobileNetV2 of Keras.</summary>
    public static Normalization Unit { get; } = new("unit", false, [127.5, 127.5, 127.5], [127.5, 127.5, 127.5]);

    /// <summary>
    /// RGB, the mean and deviation of ImageNet as torchvision uses them (.485 .456 .406; .229 .224 .225, of values in [0,1]).
    /// </summary>
    public static Normalization ImageNet { get; } = new("imagenet", false, [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]);

    /// <summary>BGR minus (104, 117, 123): Caffe's AlexNet.</summary>
    public static Normalization AlexNet { get; } = new("alexnet", true, [104, 117, 123], [1, 1, 1]);

    /// <summary>BGR minus (103.939, 116.779, 123.68): VGG, and SqueezeNet of Keras.</summary>
    public static Normalization Vgg { get; } = new("vgg", true, [103.939, 116.779, 123.68], [1, 1, 1]);

    /// <summary>All that have a name.</summary>
    public static ImmutableArray<Normalization> All { get; } = [Unit, ImageNet, AlexNet, Vgg];

    /// <summary>Its name in texts.</summary>
    public string Name { get; }

    /// <summary>Whether the network's first channel is blue.</summary>
    public bool IsBgr { get; }

    /// <summary>The normalisation of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists all.</exception>
    public static Normalization Parse(string name)
    {
        foreach (Normalization known in All)
        {
            if (known.Name == name) return known;
        }
        throw new ArgumentException(
            $"there is no normalisation '{name}'; there are {string.Join(", ", All.Select(n => n.Name))}.", nameof(name));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The 256 values of one network channel.</summary>
    internal ReadOnlySpan<float> Table(int channel) => _table.AsSpan(channel * 256, 256);
}
