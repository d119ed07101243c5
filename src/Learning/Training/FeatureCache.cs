using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>The output of a frozen backbone for every image and every augmented variant, in memory: what makes training a head cheap.</summary>
public sealed class FeatureCache
{
    private readonly float[][] _variants;

    private FeatureCache(float[][] variants, SampleShape shape) => (_variants, Shape) = (variants, shape);

    /// <summary>Shape of the features of one image.</summary>
    public SampleShape Shape { get; }

    /// <summary>Variants of each image; variant 0 is the plain image.</summary>
    public int Variants => _variants.Length;

    /// <summary>Computes the features of a set.</summary>
    /// <param name="backbone">A plan for inference.</param>
    /// <param name="set">The images.</param>
    /// <param name="variants">Variants of each image, the plain one included.</param>
    /// <param name="seed">Decides the variants.</param>
    /// <param name="threads">Threads that decode.</param>
    /// <param name="progress">Told the images done and the images in all.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static FeatureCache Compute(
        NetworkPlan backbone, IImageSet set, int variants, int seed, int threads, Action<int, int>? progress, CancellationToken cancellation)
    {
        SampleShape shape = backbone.Network.Output;
        var features = new float[variants][];
        for (int variant = 0; variant < variants; variant++)
        {
            int offset = variant * set.Count;
            features[variant] = Inference.Run(
                backbone, set, variant, seed, threads, done => progress?.Invoke(offset + done, variants * set.Count), cancellation);
        }
        return new FeatureCache(features, shape);
    }

    /// <summary>The features of one image.</summary>
    /// <param name="index">Number of the image.</param>
    /// <param name="augmentation">0 for the plain image; any other key draws a variant.</param>
    public ReadOnlySpan<float> this[int index, ulong augmentation]
    {
        get
        {
            int variant = augmentation == 0 ? 0 : (int)(CounterRandom.Bits(augmentation, 0) % (uint)_variants.Length);
            return _variants[variant].AsSpan(index * Shape.Length, Shape.Length);
        }
    }
}
