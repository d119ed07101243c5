using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>The labels of a whole set.</summary>
public static class ImageSetLabels
{
    /// <summary>Counts [N,C], a row an image.</summary>
    /// <exception cref="InvalidDataException">A count is out of range; the message names the set.</exception>
    public static LabelMatrix ToLabelMatrix(this IImageSet set)
    {
        int classes = set.ClassNames.Count;
        var counts = new int[set.Count * classes];
        for (int i = 0; i < set.Count; i++) set.Labels(i).CopyTo(counts.AsSpan(i * classes));
        return new LabelMatrix(counts, classes, set.Name);
    }
}
