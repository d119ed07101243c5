using System.Globalization;
using System.Runtime.InteropServices;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>
/// Collects a label file and keeps its rules: names unique and not empty, counts not negative, row sums within what similarity can take.
/// </summary>
internal sealed class LabeledImageListBuilder
{
    private readonly string _path;
    private readonly IReadOnlyList<string> _classNames;
    private readonly bool _boxesAreRelative;
    private readonly List<string> _names = [];
    private readonly List<string> _splits = [];
    private readonly List<int> _counts = [];
    private readonly List<ObjectBox[]>? _boxes;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <param name="path">The file read.</param>
    /// <param name="classNames">Names of the classes, without doubles.</param>
    /// <param name="hasBoxes">Whether objects come with boxes.</param>
    /// <param name="boxesAreRelative">Whether boxes are in parts of the image's sides.</param>
    public LabeledImageListBuilder(string path, IReadOnlyList<string> classNames, bool hasBoxes = false, bool boxesAreRelative = false)
    {
        _path = path;
        _classNames = classNames;
        _boxesAreRelative = boxesAreRelative;
        _boxes = hasBoxes ? [] : null;
        if (classNames.Count == 0) throw new InvalidDataException($"{path}: no class is named.");
        var unique = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in classNames)
        {
            if (string.IsNullOrWhiteSpace(name)) throw new InvalidDataException($"{path}: a class has an empty name.");
            if (!unique.Add(name)) throw Wrong($"{path}: the class '{name}' is named twice.");
        }
    }

    /// <summary>Adds an image by its counts.</summary>
    /// <param name="where">The place in the file, such as "labels.csv:12", for messages.</param>
    /// <param name="name">The image's name.</param>
    /// <param name="split">Its split, or "".</param>
    /// <param name="counts">Objects per class.</param>
    public void Add(string where, string name, string split, ReadOnlySpan<int> counts)
    {
        if (name.Length == 0) throw new InvalidDataException($"{where}: the image has no name.");
        if (!_seen.Add(name)) throw Wrong($"{where}: the image {name} is listed twice.");
        if (counts.Length != _classNames.Count)
            throw Wrong($"{where}: {name} has {counts.Length} counts; there are {_classNames.Count} classes.");
        long sum = 0;
        for (int c = 0; c < counts.Length; c++)
        {
            if (counts[c] < 0)
                throw Wrong($"{where}: {name} has {counts[c]} of class '{_classNames[c]}'; a count is at least 0.");
            sum += counts[c];
        }
        if (sum > LabelMatrix.LargestRowSum) throw Wrong($"{where}: {name} has {sum} objects; the limit is {LabelMatrix.LargestRowSum}.");
        // A file names its images and its classes once each, but has counts of all classes for every image.
        if (_counts.Count > Array.MaxLength - counts.Length)
            throw Wrong($"{where}: {_names.Count + 1} images of {counts.Length} classes have too many counts; the limit is {Array.MaxLength}.");
        _names.Add(name);
        _splits.Add(split);
        _counts.AddRange(counts);
    }

    /// <summary>Adds an image by its objects.</summary>
    public void Add(string where, string name, string split, List<ObjectBox> objects)
    {
        Span<int> counts = _classNames.Count <= 1024 ? stackalloc int[_classNames.Count] : new int[_classNames.Count];
        counts.Clear();
        foreach (ObjectBox box in CollectionsMarshal.AsSpan(objects)) counts[box.Class]++;
        Add(where, name, split, counts);
        _boxes?.Add([.. objects]);
    }

    /// <summary>The finished list.</summary>
    /// <exception cref="InvalidDataException">It is empty.</exception>
    public LabeledImageList Build()
    {
        if (_names.Count == 0) throw new InvalidDataException($"{_path}: no image is listed.");
        return new LabeledImageList(_path, _classNames, [.. _names], [.. _splits], [.. _counts], _boxes?.ToArray(), _boxesAreRelative);
    }

    /// <summary>A count from text.</summary>
    /// <exception cref="InvalidDataException">It is not an integer, or negative.</exception>
    public static int ParseCount(ReadOnlySpan<char> text, string where, string className)
    {
        ReadOnlySpan<char> digits = text.Trim();
        if (int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count))
        {
            return count >= 0
                ? count
                : throw new InvalidDataException($"{where}: the count of class '{className}' is {count}; a count is at least 0.");
        }
        throw new InvalidDataException($"{where}: the count of class '{className}' is '{digits}', not an integer.");
    }

    // Names may have line breaks, in JSON and XML.
    private static InvalidDataException Wrong(string message) => new(OneLine.Of(message));
}
