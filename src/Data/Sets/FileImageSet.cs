namespace JaccardKernels.Data;

/// <summary>Some images of a <see cref="LabeledImageList"/>, decoded from their files.</summary>
public sealed class FileImageSet : ByteImageSet
{
    private readonly IImageSource _source;
    private readonly string[] _files;

    internal FileImageSet(
        string name, LabeledImageList list, ReadOnlySpan<int> indices, LocatedImages images, ImageInput input, Augmentation augmentation,
        ImageCache? cache)
        : base(name, list.ClassNames, Gather(list, indices), indices.Length, input, augmentation, cache)
    {
        _source = images.Source;
        _files = new string[indices.Length];
        for (int i = 0; i < indices.Length; i++) _files[i] = images.File(indices[i]);
    }

    /// <inheritdoc/>
    public override string Id(int index) => _files[index];

    private protected override void Render(int index, Span<byte> pixels) => Input.Resize(_source.Decode(_files[index]), pixels);

    private static int[] Gather(LabeledImageList list, ReadOnlySpan<int> indices)
    {
        int classes = list.ClassNames.Count;
        int[] counts = new int[indices.Length * classes];
        for (int i = 0; i < indices.Length; i++) list.Counts(indices[i]).CopyTo(counts.AsSpan(i * classes));
        return counts;
    }
}
