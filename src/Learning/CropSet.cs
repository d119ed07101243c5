namespace JaccardKernels.Learning;

/// <summary>The ten crops of each of some images, one after the other, as images of their own.</summary>
/// <param name="set">The images.</param>
/// <param name="first">The first of them.</param>
/// <param name="count">How many.</param>
internal sealed class CropSet(ICropImages set, int first, int count) : IImageSet
{
    public string Name => set.Name;

    public int Count => count * ImageCrop.Ten.Count;

    public IReadOnlyList<string> ClassNames => set.ClassNames;

    public int Channels => set.Channels;

    public int Height => set.Height;

    public int Width => set.Width;

    public string Id(int index) => set.Id(Image(index));

    public ReadOnlySpan<int> Labels(int index) => set.Labels(Image(index));

    /// <summary>Crops are not augmented; the key is not used.</summary>
    public void Load(int index, ulong augmentation, Span<float> pixels) =>
        set.LoadCrop(Image(index), ImageCrop.Ten[index % ImageCrop.Ten.Count], pixels);

    private int Image(int index) => first + index / ImageCrop.Ten.Count;
}
