namespace JaccardKernels.Retrieval;

/// <summary>
/// Sums of grades down a ranking, plain (precision, recall, ACG) and discounted by 1 / log2(rank + 1) (DCG, Järvelin and Kekäläinen 2002).
/// Linear in the grades, so that over ties the expectation is the mean grade of the level at each of its positions, cut or not.
/// </summary>
public static class CumulativeGain
{
    /// <summary>The discount of a rank, from 1.</summary>
    public static double Discount(int rank) => 1 / Math.Log2(rank + 1.0);

    /// <summary>The (expected) sum of grades over the ranks 1..i+1.</summary>
    /// <param name="levels">The ranking, as far as <paramref name="sums"/> reaches or to the database's end.</param>
    /// <param name="sums">One element a rank, overwritten; beyond the end of the levels the last sum.</param>
    public static void Accumulate(ReadOnlySpan<TieLevel> levels, Span<double> sums)
    {
        int rank = 0;
        double sum = 0;
        foreach (TieLevel level in levels)
        {
            double mean = level.Grade / level.Items;
            int end = Math.Min(sums.Length, rank + level.Items);
            for (; rank < end; rank++) sums[rank] = sum += mean;
            if (rank == sums.Length) return;
        }
        sums[rank..].Fill(sum);
    }

    /// <summary>The (expected) sum of discounted grades over the ranks 1..i+1.</summary>
    /// <param name="levels">The ranking, as far as <paramref name="sums"/> reaches or to the database's end.</param>
    /// <param name="discounts">The discount of each rank, at least as many as <paramref name="sums"/>.</param>
    /// <param name="sums">One element a rank, overwritten; beyond the end of the levels the last sum.</param>
    public static void AccumulateDiscounted(ReadOnlySpan<TieLevel> levels, ReadOnlySpan<double> discounts, Span<double> sums)
    {
        int rank = 0;
        double sum = 0;
        foreach (TieLevel level in levels)
        {
            double mean = level.Grade / level.Items;
            int end = Math.Min(sums.Length, rank + level.Items);
            for (; rank < end; rank++) sums[rank] = sum += mean * discounts[rank];
            if (rank == sums.Length) return;
        }
        sums[rank..].Fill(sum);
    }
}
