using System.Globalization;

namespace JaccardKernels.Data;

/// <summary>Which annotations of MIRFLICKR are classes.</summary>
public enum MirFlickrLabels
{
    /// <summary>What is visible at all: the 24 classes that retrieval is measured by.</summary>
    Potential,

    /// <summary>What an image is about: 14 of the classes, judged anew (files <c>*_r1.txt</c>).</summary>
    Relevant,

    /// <summary>Both, as 38 classes.</summary>
    All,
}

/// <summary>
/// MIRFLICKR-25000 as it is distributed: images <c>im1.jpg</c> to <c>im25000.jpg</c>, and a text for each class that lists the numbers of its
/// images, one a line (Huiskes, Lew 2008). Images that no class lists have no labels and are not in the list.
/// </summary>
public static class MirFlickr
{
    private const string RelevantSuffix = "_r1";

    /// <summary>Reads the annotations.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A line is no image number, or twice in a file; the message names file and line.</exception>
    public static LabeledImageList Read(string annotations, MirFlickrLabels labels = MirFlickrLabels.Potential)
    {
        if (!Directory.Exists(annotations)) throw new DirectoryNotFoundException($"{annotations}: no such folder of annotations.");
        string[] files = [.. Directory.GetFiles(annotations, "*.txt").Where(IsChosen).Order(StringComparer.Ordinal)];
        if (files.Length == 0) throw new InvalidDataException($"{annotations}: no annotation in it, such as animals.txt.");
        var images = new SortedDictionary<int, int[]>();
        for (int c = 0; c < files.Length; c++)
        {
            foreach ((string where, string line) in LabelText.Lines(files[c]))
            {
                if (!int.TryParse(line.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1)
                    throw new InvalidDataException($"{where}: '{line.Trim()}' is not the number of an image, 1 or more.");
                if (!images.TryGetValue(number, out int[]? counts)) images.Add(number, counts = new int[files.Length]);
                if (counts[c] > 0) throw new InvalidDataException($"{where}: the image {number} is listed twice.");
                counts[c] = 1;
            }
        }
        var builder = new LabeledImageListBuilder(annotations, [.. files.Select(file => Path.GetFileNameWithoutExtension(file))]);
        foreach ((int number, int[] counts) in images) builder.Add(annotations, $"im{number}.jpg", "", counts);
        return builder.Build();

        bool IsChosen(string file)
        {
            string stem = Path.GetFileNameWithoutExtension(file);
            bool relevant = stem.EndsWith(RelevantSuffix, StringComparison.Ordinal);
            return stem != "README" && labels switch
            {
                MirFlickrLabels.Potential => !relevant,
                MirFlickrLabels.Relevant => relevant,
                _ => true,
            };
        }
    }
}
