using JaccardKernels.Learning;

namespace JaccardKernels.Data;

/// <summary>A split without images: what training and queries are in a folder of unlabelled pictures.</summary>
internal sealed class EmptyImageSet(string name, IReadOnlyList<string> classNames, ImageInput input) : IImageSet
{
    public string Name => name;

    public int Count => 0;

    public IReadOnlyList<string> ClassNames => classNames;

    public int Channels => input.Channels;

    public int Height => input.Height;

    public int Width => input.Width;

    public string Id(int index) => throw NoImage(index);

    public ReadOnlySpan<int> Labels(int index) => throw NoImage(index);

    public void Load(int index, ulong augmentation, Span<float> pixels) => throw NoImage(index);

    private ArgumentOutOfRangeException NoImage(int index) => new(nameof(index), $"index is {index}; {name} has no images.");
}
