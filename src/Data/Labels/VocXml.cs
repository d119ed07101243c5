using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>
/// PASCAL VOC: a file <c>Annotations/*.xml</c> per image, splits from <c>ImageSets/Main/{train,val,trainval,test}.txt</c> where present
/// (an image listed in several belongs to the first of test, train, val, trainval; one listed in none is then left out). Classes are
/// those that occur, in ordinal order. Objects marked difficult count like others, since they are there.
/// </summary>
public static class VocXml
{
    // A photo's annotation is a few kilobytes; the limit keeps a wrong file from filling the memory.
    private const long MaximumBytes = 16 << 20;

    private const int MaximumDepth = 64;

    /// <summary>Reads a folder in VOC's layout.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no folder Annotations in it.</exception>
    /// <exception cref="InvalidDataException">A file breaks the format; the message names file and line.</exception>
    public static LabeledImageList Read(string folder)
    {
        string annotations = Path.Combine(folder, "Annotations");
        if (!Directory.Exists(annotations))
            throw new DirectoryNotFoundException($"{folder}: no folder Annotations in it; VOC data has Annotations/*.xml and JPEGImages.");
        string[] files = [.. Directory.EnumerateFiles(annotations, "*.xml").Order(StringComparer.Ordinal)];
        var images = new List<(string File, string Name, List<(string Class, ObjectBox Box)> Objects)>(files.Length);
        var classes = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string file in files)
        {
            (string name, List<(string Class, ObjectBox Box)> objects) = ReadImage(file);
            foreach ((string className, _) in objects) classes.Add(className);
            images.Add((file, name, objects));
        }
        if (images.Count == 0) throw new InvalidDataException($"{annotations}: no .xml file in it.");

        string[] classNames = [.. classes];
        Dictionary<string, string> splits = ReadSplits(folder);
        RequireAnnotations(annotations, splits, files);
        var builder = new LabeledImageListBuilder(folder, classNames, hasBoxes: true);
        foreach ((string file, string name, List<(string Class, ObjectBox Box)> objects) in images)
        {
            string split = splits.GetValueOrDefault(Path.GetFileNameWithoutExtension(file), "");
            if (splits.Count > 0 && split.Length == 0) continue;
            builder.Add(file, name, split, [.. objects.Select(o => o.Box with { Class = Index(o.Class) })]);
        }
        return builder.Build();

        int Index(string className) => Array.BinarySearch(classNames, className, StringComparer.Ordinal);
    }

    private static (string Name, List<(string Class, ObjectBox Box)> Objects) ReadImage(string file)
    {
        XElement root;
        try
        {
            if (new FileInfo(file).Length > MaximumBytes)
                throw new InvalidDataException($"{file}: more than {MaximumBytes} bytes for one annotation.");
            byte[] bytes = File.ReadAllBytes(file);
            RequireFlat(file, bytes);
            using XmlReader reader = Open(bytes);
            root = XElement.Load(reader, LoadOptions.SetLineInfo);
        }
        catch (XmlException e)
        {
            throw new InvalidDataException(OneLine.Of($"{file}:{e.LineNumber}: not XML: {e.Message}"), e);
        }
        if (root.Name != "annotation")
            throw new InvalidDataException(OneLine.Of($"{Where(file, root)}: the root is <{root.Name}>; <annotation> is expected."));

        string? listed = root.Element("filename")?.Value.Trim();
        string name = string.IsNullOrEmpty(listed) ? Path.GetFileNameWithoutExtension(file) : listed;
        var objects = new List<(string, ObjectBox)>();
        foreach (XElement item in root.Elements("object"))
        {
            string? className = item.Element("name")?.Value.Trim();
            if (string.IsNullOrEmpty(className)) throw new InvalidDataException($"{Where(file, item)}: the object has no name.");
            XElement box = item.Element("bndbox")
                ?? throw new InvalidDataException(OneLine.Of($"{Where(file, item)}: the object '{className}' has no bndbox."));
            var bounds = new ObjectBox(0, Edge("xmin"), Edge("ymin"), Edge("xmax"), Edge("ymax"));
            if (bounds.Right < bounds.Left || bounds.Bottom < bounds.Top)
                throw new InvalidDataException(OneLine.Of($"{Where(file, box)}: the box of '{className}' ends before it begins."));
            objects.Add((className, bounds));

            float Edge(string edge) =>
                float.TryParse(box.Element(edge)?.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
                    && float.IsFinite(value)
                    ? value
                    : throw new InvalidDataException(OneLine.Of($"{Where(file, box)}: the box of '{className}' has no number {edge}."));
        }
        return (name, objects);
    }

    // Loading takes time by the square of the depth: minutes for a file of a few hundred kilobytes that only nests.
    private static void RequireFlat(string file, byte[] bytes)
    {
        using XmlReader reader = Open(bytes);
        while (reader.Read())
        {
            if (reader.Depth > MaximumDepth)
                throw new InvalidDataException($"{file}:{((IXmlLineInfo)reader).LineNumber}: elements are nested more than {MaximumDepth} deep.");
        }
    }

    private static XmlReader Open(byte[] bytes) => XmlReader.Create(new MemoryStream(bytes), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });

    private static Dictionary<string, string> ReadSplits(string folder)
    {
        var splits = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string split in (ReadOnlySpan<string>)["test", "train", "val", "trainval"])
        {
            string list = Path.Combine(folder, "ImageSets", "Main", split + ".txt");
            if (!File.Exists(list)) continue;
            foreach ((_, string line) in LabelText.Lines(list)) splits.TryAdd(line.Trim(), split);
        }
        return splits;
    }

    // Where the annotations of the test images were not unpacked, their split would be silently empty.
    private static void RequireAnnotations(string annotations, Dictionary<string, string> splits, string[] files)
    {
        var stems = new HashSet<string>(files.Select(file => Path.GetFileNameWithoutExtension(file)), StringComparer.Ordinal);
        string[] missing = [.. splits.Keys.Where(name => !stems.Contains(name)).Order(StringComparer.Ordinal)];
        if (missing.Length > 0)
            throw new InvalidDataException(
                $"{annotations}: no annotation of {missing.Length} of the {splits.Count} images that ImageSets/Main lists, "
                + $"the first {missing[0]}.xml.");
    }

    private static string Where(string file, XElement element) => $"{file}:{((IXmlLineInfo)element).LineNumber}";
}
