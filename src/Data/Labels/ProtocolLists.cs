namespace JaccardKernels.Data;

/// <summary>
/// The lists <c>train.txt</c> and <c>test.txt</c> (or .txt.gz) of a published protocol. They say which annotated images are trained on and which
/// are queries; labels are those of the annotations, and every other image that has some is the database.
/// </summary>
internal static class ProtocolLists
{
    /// <summary>The path of a list: in a folder, or behind a prefix such as <c>lists/coco</c> for <c>lists/coco_train.txt.gz</c>.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static string Find(string lists, string name)
    {
        string stem = Directory.Exists(lists) ? Path.Combine(lists, name) : $"{lists}_{name}";
        return ((string[])[stem + ".txt", stem + ".txt.gz"]).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"{stem}: no list of that name, .txt or .txt.gz.", stem);
    }

    /// <summary>Assigns annotated images to the splits; all that have labels and are not listed are the database.</summary>
    /// <param name="all">All annotated images.</param>
    /// <param name="lists">Where the lists are; null leaves the images that have labels without a split.</param>
    /// <param name="note">Is told in one line of labels that differ.</param>
    /// <exception cref="FileNotFoundException">A list is missing.</exception>
    /// <exception cref="InvalidDataException">A listed image is not annotated, or a query is a training image.</exception>
    public static LabeledImageList Assign(LabeledImageList all, string? lists, Action<string>? note)
    {
        var splits = new string?[all.Count];
        if (lists is not null)
        {
            var index = new Dictionary<string, int>(all.Count, StringComparer.Ordinal);
            for (int i = 0; i < all.Count; i++) index.Add(all.Name(i), i);
            Mark(all, index, splits, Find(lists, "train"), "train", note);
            Mark(all, index, splits, Find(lists, "test"), "query", note);
        }
        string rest = lists is null ? "" : "database";
        IEnumerable<int> used = Enumerable.Range(0, all.Count).Where(i => splits[i] is not null || all.Counts(i).ContainsAnyExcept(0));
        return all.Select([.. used.Select(i => (i, splits[i] ?? rest))]);
    }

    private static void Mark(
        LabeledImageList all, Dictionary<string, int> index, string?[] splits, string path, string split, Action<string>? note)
    {
        LabeledImageList list = HashNetList.Read(path);
        int missing = 0, others = 0;
        string first = "";
        for (int i = 0; i < list.Count; i++)
        {
            if (!index.TryGetValue(list.Name(i), out int at))
            {
                if (missing++ == 0) first = list.Name(i);
                continue;
            }
            if (splits[at] is { } before) throw new InvalidDataException($"{path}: {list.Name(i)} is in the list of the {before} split too.");
            splits[at] = split;
            // Lists order the classes as they like, so that only totals can be compared.
            if (Sum(list.Counts(i)) != Sum(all.Counts(at))) others++;
        }
        if (missing > 0)
            throw new InvalidDataException($"{path}: {missing} of {list.Count} listed images are not annotated in {all.Path}, the first {first}.");
        if (others > 0)
            note?.Invoke($"{path}: {others} of {list.Count} images have another number of labels than in {all.Path}, whose labels are taken.");
    }

    private static long Sum(ReadOnlySpan<int> counts)
    {
        long sum = 0;
        foreach (int count in counts) sum += count;
        return sum;
    }
}
