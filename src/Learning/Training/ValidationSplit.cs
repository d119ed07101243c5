using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>Images to train on and images held out to choose by: a random part of a set, decided by the seed.</summary>
/// <param name="Train">Images to train on.</param>
/// <param name="HeldOut">Images that are only measured, or null.</param>
internal sealed record ValidationSplit(IImageSet Train, IImageSet? HeldOut)
{
    // Beside those of orders and augmentation.
    private const int Stream = 7;

    /// <summary>Cuts a set; both parts keep its order.</summary>
    /// <exception cref="ArgumentException">A part would be too small to train on, or to measure.</exception>
    public static ValidationSplit Of(IImageSet images, TrainingOptions options)
    {
        if (options.Validation == 0) return new ValidationSplit(images, HeldOut: null);
        int held = (int)(options.Validation * images.Count);
        if (held < 2 || images.Count - held < 3)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"validation is {options.Validation}; of the {images.Count} images of {images.Name} that holds out {held}: 2 are needed, and 3 to train on."));
        int[] order = new int[images.Count];
        Permutation.Fill(order, CounterRandom.Key(options.Seed, Stream));
        return new ValidationSplit(
            new ImageSubset(images, [.. order[held..].Order()], "training part"), new ImageSubset(images, [.. order[..held].Order()], "validation part"));
    }

    private sealed class ImageSubset(IImageSet set, int[] indices, string part) : IImageSet
    {
        public string Name => $"{set.Name}, {part}";

        public int Count => indices.Length;

        public IReadOnlyList<string> ClassNames => set.ClassNames;

        public int Channels => set.Channels;

        public int Height => set.Height;

        public int Width => set.Width;

        public string Id(int index) => set.Id(indices[index]);

        public ReadOnlySpan<int> Labels(int index) => set.Labels(indices[index]);

        public void Load(int index, ulong augmentation, Span<float> pixels) => set.Load(indices[index], augmentation, pixels);
    }
}
