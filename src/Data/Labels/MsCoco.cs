namespace JaccardKernels.Data;

/// <summary>
/// MS-COCO of 2014 as it is distributed: <c>annotations/instances_{train,val}2014.json</c>, images in <c>train2014/</c> and <c>val2014/</c>. Both
/// parts are one list; what is trained on and what is a query, the protocol says.
/// </summary>
public static class MsCoco
{
    private static readonly string[] s_parts = ["train2014", "val2014"];

    /// <summary>Reads the annotations; images are named <c>train2014/COCO_train2014_....jpg</c>, as in HashNet's and the paper's lists.</summary>
    /// <exception cref="FileNotFoundException">An annotation file is missing.</exception>
    /// <exception cref="InvalidDataException">An annotation file breaks the format, or the two have other classes.</exception>
    public static LabeledImageList Read(string folder, CrowdPolicy crowds = CrowdPolicy.One)
    {
        LabeledImageList[] parts = [.. s_parts.Select(part => CocoJson.Read(Path.Combine(folder, "annotations", $"instances_{part}.json"), crowds))];
        if (!parts[0].ClassNames.SequenceEqual(parts[1].ClassNames))
            throw new InvalidDataException($"{parts[1].Path}: the classes are others than those of {parts[0].Path}.");
        var builder = new LabeledImageListBuilder(folder, parts[0].ClassNames, hasBoxes: true);
        for (int p = 0; p < parts.Length; p++)
        {
            for (int i = 0; i < parts[p].Count; i++) builder.Add(parts[p].Path, $"{s_parts[p]}/{parts[p].Name(i)}", "", [.. parts[p].Boxes(i)]);
        }
        return builder.Build();
    }
}
