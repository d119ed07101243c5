using System.Globalization;

namespace JaccardKernels.Data;

/// <summary>
/// YOLO's layout: <c>images/**</c> with a text of the same path in <c>labels/**</c>, a line per object: class index, then centre x,
/// centre y, width and height in parts of the image, or the points of a polygon. An image without a text, or with an empty one, has no
/// objects, by YOLO's own rule. The first folder under images is the split (train, val, test). Class names come from <c>data.yaml</c> (or
/// another .yaml with <c>names:</c>) or, one a line, from <c>classes.txt</c>, <c>obj.names</c> or <c>names.txt</c>.
/// </summary>
public static class YoloText
{
    // Exporters round to six digits and let boxes stick out by a rounding step.
    private const float Slack = 1e-3f;

    private static readonly string[] s_nameLists = ["classes.txt", "obj.names", "names.txt", "labels/classes.txt"];

    /// <summary>Reads a folder in YOLO's layout.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no folder labels in it.</exception>
    /// <exception cref="InvalidDataException">A file breaks the format, or a text has no image; the message names file and
    /// line.</exception>
    public static LabeledImageList Read(string folder)
    {
        string labels = Path.Combine(folder, "labels"), imagesFolder = Path.Combine(folder, "images");
        if (!Directory.Exists(labels) || !Directory.Exists(imagesFolder))
            throw new DirectoryNotFoundException($"{folder}: no folders images and labels in it, as YOLO data has.");
        string[] classNames = ReadClassNames(folder);
        using IImageSource images = ImageSource.Open(imagesFolder);
        var texts = new HashSet<string>(
            Directory.EnumerateFiles(labels, "*.txt", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(labels, file).Replace('\\', '/')),
            StringComparer.Ordinal);
        texts.Remove("classes.txt");
        var builder = new LabeledImageListBuilder(folder, classNames, hasBoxes: true, boxesAreRelative: true);
        var objects = new List<ObjectBox>();
        foreach (string image in images.Names)
        {
            objects.Clear();
            string text = Path.ChangeExtension(image, ".txt");
            string file = Path.Combine(labels, text);
            if (texts.Remove(text)) ReadObjects(file, classNames, objects);
            builder.Add(file, image, image.Contains('/') ? image[..image.IndexOf('/')] : "", objects);
        }
        foreach (string orphan in texts.Order(StringComparer.Ordinal))
            throw new InvalidDataException($"{Path.Combine(labels, orphan)}: no image in {imagesFolder} belongs to these labels.");
        return builder.Build();
    }

    private static void ReadObjects(string file, string[] classNames, List<ObjectBox> objects)
    {
        foreach ((string where, string line) in LabelText.Lines(file))
        {
            string[] words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (!int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= classNames.Length)
                throw new InvalidDataException($"{where}: the class index is '{words[0]}'; the range is 0 to {classNames.Length - 1}.");
            if (words.Length != 5 && (words.Length < 7 || words.Length % 2 == 0))
                throw new InvalidDataException($"{where}: {words.Length} numbers; a box has 5, a polygon an odd number from 7.");
            Span<float> values = new float[words.Length - 1];
            for (int i = 0; i < values.Length; i++)
            {
                if (!float.TryParse(words[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i])
                    || !(values[i] >= -Slack && values[i] <= 1 + Slack))
                    throw new InvalidDataException($"{where}: '{words[i + 1]}' is not a number in 0 to 1.");
            }
            objects.Add(words.Length == 5 ? CentredBox(index, values) : PolygonBounds(index, values));
        }
    }

    private static ObjectBox CentredBox(int index, ReadOnlySpan<float> v) =>
        new(index, v[0] - v[2] / 2, v[1] - v[3] / 2, v[0] + v[2] / 2, v[1] + v[3] / 2);

    private static ObjectBox PolygonBounds(int index, ReadOnlySpan<float> points)
    {
        float left = 1, top = 1, right = 0, bottom = 0;
        for (int i = 0; i < points.Length; i += 2)
        {
            (left, right) = (Math.Min(left, points[i]), Math.Max(right, points[i]));
            (top, bottom) = (Math.Min(top, points[i + 1]), Math.Max(bottom, points[i + 1]));
        }
        return new ObjectBox(index, left, top, right, bottom);
    }

    private static string[] ReadClassNames(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            if (Path.GetExtension(file) is ".yaml" or ".yml" && YamlNames.Read(file) is { } names) return names;
        }
        return s_nameLists.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } list
            ? LabelText.ReadNames(list)
            : throw new FileNotFoundException(
                $"{folder}: no class names: data.yaml with names:, or classes.txt with one a line, is expected.");
    }
}
