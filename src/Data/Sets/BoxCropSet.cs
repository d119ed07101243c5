namespace JaccardKernels.Data;

/// <summary>
/// Single objects cut out of photos by their boxes, with one-hot labels: for pretraining a network before it sees whole images.
/// </summary>
public sealed class BoxCropSet : ByteImageSet
{
    // Room around the box, in parts of its longer side: context helps, and annotators cut close.
    private const float Margin = 0.1f;

    private readonly IImageSource _source;
    private readonly (string File, ObjectBox Box)[] _objects;
    private readonly bool _relative;

    private BoxCropSet(
        string name, IReadOnlyList<string> classNames, (string File, ObjectBox Box)[] objects, bool relative, IImageSource source,
        ImageInput input, Augmentation augmentation, ImageCache? cache)
        : base(
            name, classNames, OneHot(objects.Length, classNames.Count, i => objects[i].Box.Class), objects.Length, input, augmentation, cache)
    {
        _source = source;
        _objects = objects;
        _relative = relative;
    }

    /// <inheritdoc/>
    public override string Id(int index)
    {
        (string file, ObjectBox box) = _objects[index];
        return FormattableString.Invariant($"{file}#{ClassNames[box.Class]}@{box.Left:0.###},{box.Top:0.###}");
    }

    /// <summary>The objects of some images of a list; null if they have no boxes.</summary>
    internal static BoxCropSet? Create(
        string name, LabeledImageList list, ReadOnlySpan<int> indices, LocatedImages images, ImageInput input, Augmentation augmentation,
        ImageCache? cache)
    {
        var objects = new List<(string, ObjectBox)>();
        foreach (int i in indices)
        {
            foreach (ObjectBox box in list.Boxes(i))
            {
                if (box.Right > box.Left && box.Bottom > box.Top) objects.Add((images.File(i), box));
            }
        }
        return objects.Count == 0
            ? null
            : new BoxCropSet(name, list.ClassNames, [.. objects], list.BoxesAreRelative, images.Source, input, augmentation, cache);
    }

    private protected override void Render(int index, Span<byte> pixels)
    {
        (string file, ObjectBox box) = _objects[index];
        RgbImage image = _source.Decode(file);
        (float scaleX, float scaleY) = _relative ? (image.Width, image.Height) : (1f, 1f);
        float width = (box.Right - box.Left) * scaleX, height = (box.Bottom - box.Top) * scaleY;
        // A square about the box's centre, so that shapes keep their proportions, moved inside the image where it can be.
        int side = Math.Clamp((int)MathF.Ceiling(Math.Max(width, height) * (1 + 2 * Margin)), 1, Math.Max(image.Width, image.Height));
        int cutWidth = Math.Min(side, image.Width), cutHeight = Math.Min(side, image.Height);
        int left = Place((box.Left + box.Right) / 2 * scaleX, cutWidth, image.Width);
        int top = Place((box.Top + box.Bottom) / 2 * scaleY, cutHeight, image.Height);
        Input.Resize(PixelOperations.Crop(image, left, top, cutWidth, cutHeight), pixels);
    }

    private static int Place(float centre, int side, int limit) => (int)Math.Clamp(MathF.Round(centre - side / 2f), 0, limit - side);
}
