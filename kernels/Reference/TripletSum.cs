using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>What both triplet losses do with one triplet, and with the sum in the end.</summary>
internal ref struct TripletSum
{
    private readonly int _dimensions;
    private readonly Span<double> _gradient;
    private double _hinges, _distancesToPositive, _distancesToNegative;
    private long _considered, _active;

    /// <summary>Starts from nothing, the gradient included.</summary>
    public TripletSum(int dimensions, Span<double> gradient)
    {
        _dimensions = dimensions;
        _gradient = gradient;
        gradient.Clear();
    }

    /// <summary>Adds the hinge of one triplet and, if it is active, its gradient.</summary>
    public void Add(ReadOnlySpan<double> embeddings, int anchor, int positive, int negative, double margin)
    {
        (int a, int p, int n) = (anchor * _dimensions, positive * _dimensions, negative * _dimensions);
        ReadOnlySpan<double> rowA = embeddings.Slice(a, _dimensions);
        double toPositive = SquaredDistance.Between(rowA, embeddings.Slice(p, _dimensions));
        double toNegative = SquaredDistance.Between(rowA, embeddings.Slice(n, _dimensions));
        _considered++;
        _distancesToPositive += toPositive;
        _distancesToNegative += toNegative;
        double hinge = toPositive - toNegative + margin;
        if (hinge <= 0) return;
        _active++;
        _hinges += hinge;
        for (int d = 0; d < _dimensions; d++)
        {
            _gradient[a + d] += 2 * (embeddings[n + d] - embeddings[p + d]);
            _gradient[p + d] += 2 * (embeddings[p + d] - embeddings[a + d]);
            _gradient[n + d] += 2 * (embeddings[a + d] - embeddings[n + d]);
        }
    }

    /// <summary>Divides by the reduction's number and reports; without a triplet everything is exactly 0.</summary>
    public readonly void Finish(TripletReduction reduction, Span<double> statistics, Span<long> counts)
    {
        double divisor = Math.Max(reduction == TripletReduction.MeanOfActive ? _active : _considered, 1);
        double considered = Math.Max(_considered, 1);
        foreach (ref double g in _gradient) g /= divisor;
        (statistics[0], statistics[1], statistics[2]) = (_hinges / divisor, _distancesToPositive / considered, _distancesToNegative / considered);
        (counts[0], counts[1]) = (_considered, _active);
    }
}
