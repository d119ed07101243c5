using System.Globalization;
using System.Text.Json;
using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>
/// MS-COCO's <c>instances_*.json</c>: one annotation is one object; see <see cref="CrowdPolicy"/> for crowds. Classes are the categories
/// in order of their ids; images are in file order, those without annotations included.
/// </summary>
public static class CocoJson
{
    /// <summary>Reads annotations; the file is streamed.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not JSON of COCO's form, or an annotation names an unknown image or
    /// category.</exception>
    public static LabeledImageList Read(string path, CrowdPolicy crowds = CrowdPolicy.One)
    {
        var images = new List<(long Id, string Name)>();
        var annotations = new List<(long Image, long Category, ObjectBox Box)>();
        var categories = new SortedDictionary<long, string>();
        using (var records = new JsonRecords(path))
        {
            records.ForEach((array, number, record) =>
            {
                string where = $"{path}: {array}[{number}]";
                switch (array)
                {
                    case "images":
                        images.Add((Integer(record, "id", where), String(record, "file_name", where)));
                        break;
                    case "annotations":
                        if (crowds == CrowdPolicy.Skip && IsCrowd(record)) break;
                        annotations.Add((Integer(record, "image_id", where), Integer(record, "category_id", where), Box(record, where)));
                        break;
                    case "categories":
                        long id = Integer(record, "id", where);
                        if (!categories.TryAdd(id, String(record, "name", where)))
                            throw new InvalidDataException($"{where}: the category id {id} is given twice.");
                        break;
                }
            });
        }
        return Assemble(path, images, annotations, categories);
    }

    private static LabeledImageList Assemble(
        string path, List<(long Id, string Name)> images, List<(long Image, long Category, ObjectBox Box)> annotations,
        SortedDictionary<long, string> categories)
    {
        var classOf = new Dictionary<long, int>();
        foreach (long id in categories.Keys) classOf.Add(id, classOf.Count);
        var objects = new Dictionary<long, List<ObjectBox>>(images.Count);
        foreach ((long id, string name) in images)
        {
            if (!objects.TryAdd(id, [])) throw new InvalidDataException(OneLine.Of($"{path}: the image id {id} ({name}) is given twice."));
        }
        foreach ((long image, long category, ObjectBox box) in annotations)
        {
            if (!objects.TryGetValue(image, out List<ObjectBox>? list))
                throw new InvalidDataException($"{path}: an annotation is of image {image}, which is not listed.");
            if (!classOf.TryGetValue(category, out int index))
                throw new InvalidDataException($"{path}: an annotation is of category {category}, which is not listed.");
            list.Add(box with { Class = index });
        }
        var builder = new LabeledImageListBuilder(path, [.. categories.Values], hasBoxes: true);
        foreach ((long id, string name) in images) builder.Add(path, name, "", objects[id]);
        return builder.Build();
    }

    private static bool IsCrowd(JsonElement record) =>
        record.ValueKind == JsonValueKind.Object && record.TryGetProperty("iscrowd", out JsonElement crowd)
            && (crowd.ValueKind == JsonValueKind.True || (crowd.ValueKind == JsonValueKind.Number && crowd.GetDouble() != 0));

    // bbox is [left, top, width, height] in pixels; a file for counting may leave it out.
    private static ObjectBox Box(JsonElement record, string where)
    {
        if (!record.TryGetProperty("bbox", out JsonElement bounds)) return default;
        if (bounds.ValueKind != JsonValueKind.Array || bounds.GetArrayLength() != 4
            || bounds.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.Number))
            throw new InvalidDataException($"{where}: bbox is not a list of 4 numbers.");
        float left = bounds[0].GetSingle(), top = bounds[1].GetSingle(), width = bounds[2].GetSingle(), height = bounds[3].GetSingle();
        if (!(width >= 0 && height >= 0 && float.IsFinite(left + width) && float.IsFinite(top + height)))
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{where}: bbox is {width} x {height} pixels."));
        return new ObjectBox(0, left, top, left + width, top + height);
    }

    private static long Integer(JsonElement record, string key, string where) =>
        record.ValueKind == JsonValueKind.Object && record.TryGetProperty(key, out JsonElement value)
            && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            ? number
            : throw new InvalidDataException($"{where}: no integer '{key}'.");

    private static string String(JsonElement record, string key, string where) =>
        record.ValueKind == JsonValueKind.Object && record.TryGetProperty(key, out JsonElement value)
            && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw new InvalidDataException($"{where}: no text '{key}'.");
}
