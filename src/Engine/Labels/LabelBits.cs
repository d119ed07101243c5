using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>Label sets as bits: class c is bit c % 64 of word c / 64, set where the count is above 0; bits beyond C are zero.</summary>
public static class LabelBits
{
    /// <summary>Packs counts <c>[N,C]</c> into words <c>[N, ceil(C/64)]</c>, overwriting them.</summary>
    /// <exception cref="ArgumentException">The counts are not rows of C, or the words are not as many as those rows need.</exception>
    public static void Pack(ReadOnlySpan<int> counts, int classes, Span<ulong> words)
    {
        Guard.Positive(classes);
        int rows = counts.Length / classes, perRow = SimilarityProblem.WordsOf(classes);
        Guard.Length(counts.Length, rows * classes);
        Guard.Length(words.Length, rows * perRow);
        words.Clear();
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<int> source = counts.Slice(row * classes, classes);
            Span<ulong> target = words.Slice(row * perRow, perRow);
            for (int c = 0; c < classes; c++)
            {
                if (source[c] > 0) target[c >> 6] |= 1UL << (c & 63);
            }
        }
    }

    /// <summary>Packs counts <c>[N,C]</c> into new words.</summary>
    /// <exception cref="ArgumentException">The counts are not rows of C.</exception>
    public static ulong[] Pack(ReadOnlySpan<int> counts, int classes)
    {
        Guard.Positive(classes);
        ulong[] words = new ulong[counts.Length / classes * SimilarityProblem.WordsOf(classes)];
        Pack(counts, classes, words);
        return words;
    }
}
