namespace JaccardKernels.Learning;

/// <summary>
/// Weights of negatives inverse to the density of their distances (Wu, Manmatha, Smola, Krähenbühl: Sampling Matters in Deep Embedding Learning, ICCV
/// 2017), so that near and far ones are drawn as often as common ones. The paper's density is that of points spread evenly over a sphere;
/// embeddings in a box are not, so it is counted here: the distances of all pairs of a group in <see cref="Bins"/> bins of equal width. The paper
/// clips weights where near negatives would add noise; here bins of less than a tenth of the mean share count as a tenth.
/// </summary>
internal sealed class DistanceWeights
{
    /// <summary>Bins from 0 to the largest distance.</summary>
    public const int Bins = 32;

    private const double LeastShare = 0.1;

    private readonly long[] _counts = new long[Bins];
    private double _binsPerDistance, _mean;

    /// <summary>Counts the distances of all pairs of distinct rows.</summary>
    /// <param name="squares">[n,n]: squared distances.</param>
    /// <param name="n">Rows.</param>
    public void Count(ReadOnlySpan<float> squares, int n)
    {
        float largest = 0;
        foreach (float square in squares[..(n * n)]) largest = Math.Max(largest, square);
        _binsPerDistance = largest > 0 ? Bins / Math.Sqrt(largest) : 0;
        _mean = (double)n * (n - 1) / Bins;
        _counts.AsSpan().Clear();
        for (int i = 0; i < n * n; i++)
            if (i % (n + 1) != 0) _counts[Bin(squares[i])]++;
    }

    /// <summary>The weight of a squared distance: 1 where it is as common as the mean, 10 at most.</summary>
    public double Of(float square) => 1 / Math.Max(_counts[Bin(square)] / _mean, LeastShare);

    private int Bin(float square) => Math.Min((int)(Math.Sqrt(square) * _binsPerDistance), Bins - 1);
}
