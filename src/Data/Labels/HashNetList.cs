namespace JaccardKernels.Data;

/// <summary>
/// The list format of HashNet and its descendants, the paper's own included: a line per image, its path and then one integer per class,
/// separated by blanks (0/1 for labels, any count for objects), as .txt or .txt.gz. Classes have no names in it.
/// </summary>
public static class HashNetList
{
    /// <summary>Reads a list.</summary>
    /// <param name="path">.txt or .txt.gz.</param>
    /// <param name="classNames">Names of the classes, or null: they are then called class0, class1, ...</param>
    /// <param name="split">The split that all images of the list belong to, or "".</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line breaks the format; the message names file and line.</exception>
    public static LabeledImageList Read(string path, IReadOnlyList<string>? classNames = null, string split = "") =>
        Read([(path, split)], classNames);

    /// <summary>Reads several lists, one for each split, as one.</summary>
    /// <inheritdoc cref="Read(string, IReadOnlyList{string}?, string)"/>
    public static LabeledImageList Read(IReadOnlyList<(string Path, string Split)> lists, IReadOnlyList<string>? classNames = null)
    {
        LabeledImageListBuilder? builder = null;
        int[] counts = [];
        foreach ((string path, string split) in lists)
        {
            foreach ((string where, string line) in LabelText.Lines(path))
            {
                ReadOnlySpan<char> text = line.AsSpan().Trim();
                int end = text.IndexOfAny(' ', '\t');
                if (end < 0) throw new InvalidDataException($"{where}: no counts follow the path '{text}'.");
                string name = text[..end].ToString();
                ReadOnlySpan<char> numbers = text[end..];
                if (builder is null)
                {
                    classNames ??= [.. Enumerable.Range(0, CountWords(numbers)).Select(c => $"class{c}")];
                    builder = new LabeledImageListBuilder(path, classNames);
                    counts = new int[classNames.Count];
                }
                int c = 0;
                foreach (Range word in numbers.SplitAny(' ', '\t'))
                {
                    if (numbers[word].IsEmpty) continue;
                    if (c == counts.Length)
                        throw new InvalidDataException(
                            $"{where}: {name} has {CountWords(numbers)} counts; there are {counts.Length} classes.");
                    counts[c] = LabeledImageListBuilder.ParseCount(numbers[word], where, classNames![c]);
                    c++;
                }
                builder.Add(where, name, split, counts.AsSpan(0, c));
            }
        }
        string all = string.Join(", ", lists.Select(list => list.Path));
        return (builder ?? throw new InvalidDataException($"{all}: no image is listed.")).Build();
    }

    /// <summary>
    /// Reads the lists of three splits. The database of a published protocol may list the queries and training images again, as HashNet's for
    /// COCO does: those entries are left out of it.
    /// </summary>
    /// <param name="train">Training images.</param>
    /// <param name="query">Queries.</param>
    /// <param name="database">What they are asked of.</param>
    /// <param name="classNames">Names of the classes, or null.</param>
    /// <param name="note">Is told in one line how many were left out.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line breaks the format, the lists differ in classes, or a query is a training image.</exception>
    public static LabeledImageList ReadSplits(
        string train, string query, string database, IReadOnlyList<string>? classNames = null, Action<string>? note = null)
    {
        LabeledImageList held = Read([(train, "train"), (query, "query")], classNames), rest = Read(database, held.ClassNames, "database");
        var taken = new HashSet<string>(Enumerable.Range(0, held.Count).Select(held.Name), StringComparer.Ordinal);
        var builder = new LabeledImageListBuilder(held.Path, held.ClassNames);
        for (int i = 0; i < held.Count; i++) builder.Add(held.Path, held.Name(i), held.Split(i), held.Counts(i));
        int again = 0;
        for (int i = 0; i < rest.Count; i++)
        {
            if (taken.Contains(rest.Name(i))) again++;
            else builder.Add(database, rest.Name(i), "database", rest.Counts(i));
        }
        if (again > 0)
            note?.Invoke($"{database}: {again} of {rest.Count} images are queries or training images too; they are left out of the database.");
        return builder.Build();
    }

    private static int CountWords(ReadOnlySpan<char> text)
    {
        int words = 0;
        foreach (Range word in text.SplitAny(' ', '\t'))
        {
            if (!text[word].IsEmpty) words++;
        }
        return words;
    }
}
