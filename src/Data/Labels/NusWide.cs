namespace JaccardKernels.Data;

/// <summary>
/// NUS-WIDE as it is distributed: <c>ImageList/Imagelist.txt</c> names the images, <c>Groundtruth/AllLabels/Labels_CONCEPT.txt</c> has a 0 or 1 for
/// each of them, a line an image, for 81 concepts. The 21 are those that most images have.
/// </summary>
public static class NusWide
{
    /// <summary>Concepts of the whole set.</summary>
    public const int Concepts = 81;

    /// <summary>Whether a folder has the labels as they are distributed.</summary>
    public static bool IsAt(string folder) => Directory.Exists(Folder(folder));

    /// <summary>Reads the labels of the most frequent concepts, in ordinal order of their names.</summary>
    /// <param name="folder">Where ImageList and Groundtruth are.</param>
    /// <param name="classes">How many concepts, 1 to 81; of equally frequent ones the first by name.</param>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file breaks the format; the message names it and the line.</exception>
    public static LabeledImageList Read(string folder, int classes)
    {
        string[] files = [.. Directory.GetFiles(Folder(folder), "Labels_*.txt").Order(StringComparer.Ordinal)];
        if (files.Length != Concepts)
            throw new InvalidDataException($"{Folder(folder)}: {files.Length} files Labels_*.txt; NUS-WIDE has {Concepts} concepts.");
        string listPath = Path.Combine(folder, "ImageList", "Imagelist.txt");
        string[] names = [.. LabelText.Lines(listPath).Select(line => line.Line.Trim().Replace('\\', '/'))];
        byte[][] columns = [.. files.Select(file => ReadColumn(file, names.Length))];
        int[] chosen = [.. Enumerable.Range(0, Concepts).OrderByDescending(c => columns[c].Sum(value => value)).ThenBy(c => c).Take(classes).Order()];
        var builder = new LabeledImageListBuilder(folder, [.. chosen.Select(c => Path.GetFileNameWithoutExtension(files[c])["Labels_".Length..])]);
        int[] counts = new int[chosen.Length];
        for (int i = 0; i < names.Length; i++)
        {
            for (int c = 0; c < counts.Length; c++) counts[c] = columns[chosen[c]][i];
            builder.Add(listPath, names[i], "", counts);
        }
        return builder.Build();
    }

    private static string Folder(string folder) => Path.Combine(folder, "Groundtruth", "AllLabels");

    private static byte[] ReadColumn(string file, int images)
    {
        byte[] column = new byte[images];
        int i = 0;
        foreach ((string where, string line) in LabelText.Lines(file))
        {
            ReadOnlySpan<char> value = line.AsSpan().Trim();
            if (value is not ("0" or "1")) throw new InvalidDataException($"{where}: the label is '{value}'; it is 0 or 1.");
            if (i == images) throw new InvalidDataException($"{where}: one line too many; Imagelist.txt names {images} images.");
            column[i++] = (byte)(value[0] - '0');
        }
        return i == images ? column : throw new InvalidDataException($"{file}: {i} labels; Imagelist.txt names {images} images.");
    }
}
