using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Training;

/// <summary>Labels from wherever they are: an array, a list without its images, or the part of a data set.</summary>
internal static class LabelSource
{
    /// <summary>What <see cref="Read"/> takes, for help.</summary>
    public const string Form = "L.npy|LIST.txt[.gz]|LABELS.csv[.gz]|SPEC";

    /// <summary>Reads labels.</summary>
    /// <param name="context">Where notes go.</param>
    /// <param name="text">
    /// A .npy of integers [N,C]; a list of HashNet's form (.txt) or counts (.csv), either perhaps gzipped, whose images need not be there; else a
    /// data set.
    /// </param>
    /// <param name="split">Which part of a data set; files have no parts.</param>
    /// <exception cref="IOException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The content is at fault; the message names the place.</exception>
    public static LabelMatrix Read(VerbContext context, string text, SplitOption split)
    {
        if (text.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)) return LabelMatrix.From(NpyFile.Read(text));
        string plain = text.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? text[..^3] : text;
        if (!text.Contains(':') || Path.IsPathRooted(text))
        {
            if (plain.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)) return ToMatrix(HashNetList.Read(text));
            if (plain.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)) return ToMatrix(CsvCounts.Read(text));
        }
        using Dataset data = DataSpec.Parse(text).Open(context.Note);
        data.RequireLabels();
        return split.Choose(context, data).ToLabelMatrix();
    }

    private static LabelMatrix ToMatrix(LabeledImageList list)
    {
        int classes = list.ClassNames.Count;
        var counts = new int[list.Count * classes];
        for (int i = 0; i < list.Count; i++) list.Counts(i).CopyTo(counts.AsSpan(i * classes));
        return new LabelMatrix(counts, classes, list.Path);
    }
}
