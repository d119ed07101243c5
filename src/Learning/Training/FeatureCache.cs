using System.Globalization;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>The output of a frozen backbone for every image and every augmented variant, in memory: what makes training a head cheap.</summary>
public sealed class FeatureCache
{
    private const string Format = "jaccardkernels-features-2";

    // A gigabyte: a tensor of a file is below two.
    private const int LargestPiece = 1 << 28;

    private readonly float[][] _variants;

    private FeatureCache(float[][] variants, SampleShape shape) => (_variants, Shape) = (variants, shape);

    /// <summary>Shape of the features of one image.</summary>
    public SampleShape Shape { get; }

    /// <summary>Variants of each image; variant 0 is the plain image.</summary>
    public int Variants => _variants.Length;

    /// <summary>Images.</summary>
    public int Count => _variants[0].Length / Shape.Length;

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

    /// <summary>Reads features from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fingerprint">What they must be the features of.</param>
    /// <returns>Null where there is no such file, or it holds the features of something else.</returns>
    /// <exception cref="InvalidDataException">The file is no file of features.</exception>
    public static FeatureCache? Load(string path, string fingerprint)
    {
        if (!File.Exists(path)) return null;
        SafetensorsFile file = SafetensorsFile.Read(path);
        if (CheckpointFile.Text(file, "format") != Format || CheckpointFile.Text(file, "fingerprint") != fingerprint) return null;
        int pieces = CheckpointFile.Number(file, "pieces"), number = CheckpointFile.Number(file, "variants");
        // Believed only after a look at what is there.
        if ((long)number * pieces != file.Tensors.Count)
            throw new InvalidDataException($"{path}: has {file.Tensors.Count} tensors; {number} variants in {pieces} pieces are {(long)number * pieces}.");
        StoredArray[][] variants =
        [
            .. Enumerable.Range(0, number)
                .Select(variant => Enumerable.Range(0, pieces).Select(piece => file[Tensor(variant, piece)]).ToArray()),
        ];
        if (pieces == 0 || variants.Length == 0 || variants.Any(v => !SameImages(v, variants[0])))
            throw new InvalidDataException($"{path}: features are tensors [N,C,H,W] of one shape of images, as many images for each variant.");
        IReadOnlyList<int> shape = variants[0][0].Shape;
        var features = new FeatureCache([.. variants.Select(v => new float[v.Sum(piece => piece.Length)])], new SampleShape(shape[1], shape[2], shape[3]));
        for (int variant = 0; variant < variants.Length; variant++)
        {
            Span<float> rest = features._variants[variant];
            foreach (StoredArray piece in variants[variant])
            {
                piece.ToSingle().CopyTo(rest);
                rest = rest[piece.Length..];
            }
        }
        return features;

        static bool SameImages(StoredArray[] a, StoredArray[] b) =>
            a.All(piece => piece.Shape.Count == 4 && piece.Length > 0 && piece.Shape.Skip(1).SequenceEqual(a[0].Shape.Skip(1))) && a.Zip(b).All(pair => pair.First.Shape.SequenceEqual(pair.Second.Shape));
    }

    /// <summary>Writes the features, atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fingerprint">What they are the features of.</param>
    public void Save(string path, string fingerprint) => Save(path, fingerprint, LargestPiece);

    internal void Save(string path, string fingerprint, int largestPiece)
    {
        int rows = Math.Clamp(largestPiece / Shape.Length, 1, Count), pieces = (Count + rows - 1) / rows;
        var file = new SafetensorsFile(path);
        file.Metadata["format"] = Format;
        file.Metadata["fingerprint"] = fingerprint;
        file.Metadata["variants"] = Variants.ToString(CultureInfo.InvariantCulture);
        file.Metadata["pieces"] = pieces.ToString(CultureInfo.InvariantCulture);
        for (int i = 0; i < Variants * pieces; i++)
        {
            (int variant, int piece) = Math.DivRem(i, pieces);
            int first = piece * rows, count = Math.Min(rows, Count - first);
            ReadOnlySpan<float> values = _variants[variant].AsSpan(first * Shape.Length, count * Shape.Length);
            file.Add(Tensor(variant, piece), values, count, Shape.Channels, Shape.Height, Shape.Width);
        }
        file.Write(path);
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

    private static string Tensor(int variant, int piece) => string.Create(CultureInfo.InvariantCulture, $"variant{variant}.{piece}");
}
