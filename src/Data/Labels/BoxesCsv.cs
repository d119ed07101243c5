using System.Globalization;

namespace JaccardKernels.Data;

/// <summary>
/// A CSV manifest of boxes, a line an object. The header names the columns: the image, the class, and the box in parts of the image's sides, either
/// <c>xmin,ymin,xmax,ymax</c> or its centre and size, <c>cx,cy,w,h</c>: <c>image,class,xmin,ymin,xmax,ymax</c>. Classes are told by their text, in the order of
/// the texts. An image without an object is in no line, and so not in the list.
/// </summary>
public static class BoxesCsv
{
    // Exporters round to a few digits and let boxes stick out by a rounding step.
    private const float Slack = 1e-3f;

    private const int Columns = 6;

    private static readonly string[] s_corners = ["xmin", "ymin", "xmax", "ymax"], s_centred = ["cx", "cy", "w", "h"];

    /// <summary>Reads a manifest (.csv, or .csv.gz).</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line breaks the format; the message names file and line.</exception>
    public static LabeledImageList Read(string path)
    {
        bool? centred = null;
        var images = new Dictionary<string, (string Where, List<(string Class, ObjectBox Box)> Objects)>(StringComparer.Ordinal);
        var fields = new List<string>();
        foreach ((string where, string line) in LabelText.Lines(path))
        {
            CsvCounts.SplitFields(line, where, fields);
            if (fields.Count != Columns) throw new InvalidDataException($"{where}: {fields.Count} columns; there are {Columns}: image, class, and four of the box.");
            if (centred is null)
            {
                centred = IsCentred(fields, where);
                continue;
            }
            if (fields[1].Length == 0) throw new InvalidDataException($"{where}: the object has no class.");
            if (!images.TryGetValue(fields[0], out var image)) images.Add(fields[0], image = (where, []));
            image.Objects.Add((fields[1], Box(fields, centred.Value, where)));
        }
        string[] classes = [.. images.Values.SelectMany(image => image.Objects).Select(one => one.Class).Distinct().Order(StringComparer.Ordinal)];
        if (classes.Length == 0) throw new InvalidDataException($"{path}: no object is listed.");
        var numbers = classes.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        var builder = new LabeledImageListBuilder(path, classes, hasBoxes: true, boxesAreRelative: true);
        foreach ((string name, (string where, List<(string Class, ObjectBox Box)> objects)) in images)
            builder.Add(where, name, "", [.. objects.Select(one => one.Box with { Class = numbers[one.Class] })]);
        return builder.Build();
    }

    private static bool IsCentred(List<string> header, string where)
    {
        string[] box = [.. header.Skip(2).Select(name => name.ToLowerInvariant())];
        return box.SequenceEqual(s_centred) || (box.SequenceEqual(s_corners)
            ? false
            : throw new InvalidDataException(
                $"{where}: the header's last columns are {string.Join(',', box)}; they are {string.Join(',', s_corners)} or {string.Join(',', s_centred)}."));
    }

    private static ObjectBox Box(List<string> fields, bool centred, string where)
    {
        Span<float> v = stackalloc float[4];
        for (int i = 0; i < v.Length; i++)
        {
            if (!float.TryParse(fields[2 + i], NumberStyles.Float, CultureInfo.InvariantCulture, out v[i]) || !(v[i] >= -Slack && v[i] <= 1 + Slack))
                throw new InvalidDataException($"{where}: '{fields[2 + i]}' is not a number in 0 to 1.");
        }
        if (centred) return new ObjectBox(0, v[0] - v[2] / 2, v[1] - v[3] / 2, v[0] + v[2] / 2, v[1] + v[3] / 2);
        if (v[2] < v[0] || v[3] < v[1]) throw new InvalidDataException($"{where}: the box ends before it begins: {string.Join(',', fields.Skip(2))}.");
        return new ObjectBox(0, v[0], v[1], v[2], v[3]);
    }
}
