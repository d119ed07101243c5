using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>What the labels of a set are like, image by image.</summary>
/// <param name="Images">Images, N.</param>
/// <param name="Classes">Classes, C.</param>
/// <param name="WithoutLabels">Images without a label.</param>
/// <param name="MeanObjects">Objects of an image, on average.</param>
/// <param name="MostObjects">Objects of the image that has most.</param>
/// <param name="MeanClasses">Classes of an image, on average.</param>
/// <param name="DistinctVectors">Label vectors that differ from each other.</param>
public sealed record LabelSummary(
    int Images, int Classes, int WithoutLabels, double MeanObjects, int MostObjects, double MeanClasses, int DistinctVectors)
{
    /// <summary>Summarises labels.</summary>
    /// <exception cref="ArgumentException">There is no image.</exception>
    public static LabelSummary Of(LabelMatrix labels)
    {
        int n = labels.Count, most = 0, empty = 0;
        if (n == 0) throw new ArgumentException("labels of 0 images; statistics need 1 or more.", nameof(labels));
        long objects = 0, classes = 0;
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<int> row = labels.Row(i);
            int sum = 0;
            foreach (int count in row)
            {
                sum += count;
                if (count > 0) classes++;
            }
            objects += sum;
            most = Math.Max(most, sum);
            if (sum == 0) empty++;
        }
        return new LabelSummary(n, labels.Classes, empty, (double)objects / n, most, (double)classes / n, Distinct(labels));
    }

    private static int Distinct(LabelMatrix labels)
    {
        int[] order = [.. Enumerable.Range(0, labels.Count)];
        Array.Sort(order, (a, b) => labels.Row(a).SequenceCompareTo(labels.Row(b)));
        int distinct = 1;
        for (int i = 1; i < order.Length; i++)
        {
            if (!labels.Row(order[i]).SequenceEqual(labels.Row(order[i - 1]))) distinct++;
        }
        return distinct;
    }
}
