namespace JaccardKernels.Data;

/// <summary>
/// What a label file says, whatever its format: image names with a count per class, a split where one is given, boxes where there are
/// any.
/// </summary>
public sealed class LabeledImageList
{
    private readonly string[] _names;
    private readonly string[] _splits;
    private readonly int[] _counts;
    private readonly ObjectBox[][]? _boxes;

    internal LabeledImageList(
        string path, IReadOnlyList<string> classNames, string[] names, string[] splits, int[] counts, ObjectBox[][]? boxes,
        bool boxesAreRelative)
    {
        Path = path;
        ClassNames = classNames;
        _names = names;
        _splits = splits;
        _counts = counts;
        _boxes = boxes;
        BoxesAreRelative = boxesAreRelative;
        HasSplits = splits.Any(split => split.Length > 0);
    }

    /// <summary>The file or folder read, for messages.</summary>
    public string Path { get; }

    /// <summary>Images.</summary>
    public int Count => _names.Length;

    /// <summary>Names of the C classes.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Whether images are assigned to splits.</summary>
    public bool HasSplits { get; }

    /// <summary>Whether objects have boxes.</summary>
    public bool HasBoxes => _boxes is not null;

    /// <summary>Boxes are in parts of the image's sides, [0,1], not pixels.</summary>
    public bool BoxesAreRelative { get; }

    /// <summary>The image's name as listed.</summary>
    public string Name(int index) => _names[index];

    /// <summary>The split as listed, or "".</summary>
    public string Split(int index) => _splits[index];

    /// <summary>Objects per class, [C].</summary>
    public ReadOnlySpan<int> Counts(int index) => _counts.AsSpan(index * ClassNames.Count, ClassNames.Count);

    /// <summary>Objects with their boxes; empty where there are none.</summary>
    public ReadOnlySpan<ObjectBox> Boxes(int index) => _boxes is null ? [] : _boxes[index];

    /// <summary>Some of the images, each in a split.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    internal LabeledImageList Select(IReadOnlyList<(int Index, string Split)> images)
    {
        if (images.Count == 0) throw new InvalidDataException($"{Path}: none of the {Count} images has a label.");
        int classes = ClassNames.Count;
        int[] counts = new int[images.Count * classes];
        for (int i = 0; i < images.Count; i++) Counts(images[i].Index).CopyTo(counts.AsSpan(i * classes));
        return new LabeledImageList(
            Path, ClassNames, [.. images.Select(image => _names[image.Index])], [.. images.Select(image => image.Split)], counts,
            _boxes is null ? null : [.. images.Select(image => _boxes[image.Index])], BoxesAreRelative);
    }
}
