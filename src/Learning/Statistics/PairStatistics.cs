using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>
/// What the similarities of all pairs of a row and a column are like: what chance gives, and what a margin that adapts can adapt to.
/// </summary>
/// <param name="Pairs">Pairs; an image is no pair with itself.</param>
/// <param name="Sharing">Pairs that share a class.</param>
/// <param name="Positives">Pairs whose similarity J exceeds tau.</param>
/// <param name="Identical">Positives of similarity 1.</param>
/// <param name="MeanSimilarity">The mean of J over all pairs.</param>
/// <param name="MeanOfPositives">The mean of J over positives; NaN if there are none.</param>
/// <param name="RowsWithoutPositive">Rows that have no positive among the columns.</param>
public sealed record PairStatistics(
    long Pairs, long Sharing, long Positives, long Identical, double MeanSimilarity, double MeanOfPositives, int RowsWithoutPositive)
{
    /// <summary>The probability that a random pair shares a class: the mAP of a random ranking, relevant being what shares one.</summary>
    public double ShareSharing => (double)Sharing / Pairs;

    /// <summary>The probability that J of a random pair exceeds tau: the mAP@tau of a random ranking.</summary>
    public double SharePositive => (double)Positives / Pairs;

    /// <summary>The share of positives whose similarity is 1: among them the margin does not adapt.</summary>
    public double ShareIdentical => (double)Identical / Positives;

    /// <summary>
    /// The mean loss of a triplet when all embeddings are one point, with negatives of similarity 0: the margin times the mean J of positives.
    /// A loss that stays there is a network that has collapsed.
    /// </summary>
    /// <param name="margin">The margin between similarity 1 and 0, in squared distance.</param>
    public double Plateau(double margin) => margin * MeanOfPositives;

    /// <summary>Computes them over the whole matrix, a block of rows at a time; sums are in double precision, in row order.</summary>
    /// <param name="backend">Where similarities are computed.</param>
    /// <param name="kind">Which similarity; any in 0 to 1.</param>
    /// <param name="rows">Labels of the rows.</param>
    /// <param name="columns">Labels of the columns; null means the rows themselves, without the diagonal.</param>
    /// <param name="tau">Positives are above it.</param>
    /// <param name="empty">The similarity of two images without labels, which share no class all the same.</param>
    /// <param name="progress">Told the rows done.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <exception cref="ArgumentException">The classes differ in number, there is no pair, or the similarity goes beyond 1.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static PairStatistics Of(
        IBackend backend, SimilarityKind kind, LabelMatrix rows, LabelMatrix? columns, float tau, float empty = 1f,
        Action<int>? progress = null, CancellationToken cancellation = default)
    {
        if (kind == SimilarityKind.SharedCount)
            throw new ArgumentException("the similarity is a count of shared classes; statistics are of one in 0 to 1.", nameof(kind));
        LabelMatrix others = columns ?? rows;
        if (others.Classes != rows.Classes)
            throw new ArgumentException($"the rows have {rows.Classes} classes, the columns {others.Classes}.", nameof(columns));
        long pairs = (long)rows.Count * others.Count - (columns is null ? rows.Count : 0);
        if (pairs == 0) throw new ArgumentException($"{rows.Count} x {others.Count} images make no pair.", nameof(rows));

        // With 0 for two empty rows, what exceeds 0 shares a class; those pairs are few kinds, and are added below.
        using var blocks = new SimilarityBlocks(backend, kind, 0f, rows, others);
        long emptyColumns = CountEmpty(others), sharing = 0, positives = 0, identical = 0;
        double sum = 0, sumOfPositives = 0;
        int without = 0;
        for (int first = 0; first < rows.Count; first += blocks.Rows)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<float> block = blocks.Compute(first);
            for (int i = 0; i * others.Count < block.Length; i++)
            {
                int row = first + i;
                Row of = Scan(block.Slice(i * others.Count, others.Count), columns is null ? row : -1, tau);
                if (!rows.Row(row).ContainsAnyExcept(0))
                {
                    long likewise = emptyColumns - (columns is null ? 1 : 0), positive = empty > tau ? likewise : 0;
                    of = new Row(0, positive, empty == 1 ? positive : 0, empty * likewise, empty * positive);
                }
                sharing += of.Sharing;
                positives += of.Positives;
                identical += of.Identical;
                sum += of.Sum;
                sumOfPositives += of.SumOfPositives;
                if (of.Positives == 0) without++;
            }
            progress?.Invoke(Math.Min(rows.Count, first + blocks.Rows));
        }
        return new PairStatistics(pairs, sharing, positives, identical, sum / pairs, sumOfPositives / positives, without);
    }

    private static Row Scan(ReadOnlySpan<float> similarities, int self, float tau)
    {
        int sharing = 0, positives = 0, identical = 0;
        double sum = 0, sumOfPositives = 0;
        for (int j = 0; j < similarities.Length; j++)
        {
            float similarity = similarities[j];
            if (similarity == 0 || j == self) continue;
            sharing++;
            sum += similarity;
            if (similarity <= tau) continue;
            positives++;
            sumOfPositives += similarity;
            if (similarity == 1) identical++;
        }
        return new Row(sharing, positives, identical, sum, sumOfPositives);
    }

    private static int CountEmpty(LabelMatrix labels)
    {
        int empty = 0;
        for (int i = 0; i < labels.Count; i++)
        {
            if (!labels.Row(i).ContainsAnyExcept(0)) empty++;
        }
        return empty;
    }

    private readonly record struct Row(long Sharing, long Positives, long Identical, double Sum, double SumOfPositives);
}
