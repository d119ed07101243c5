using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>Chooses one of the violating negatives of an anchor and a positive, which are offered one after the other.</summary>
/// <param name="mode">By what: nearness, distance weights, or else chance alone.</param>
/// <param name="weights">The weights of distances.</param>
/// <param name="key">Decides the draws of a group.</param>
/// <param name="first">The number of the draw of row 0.</param>
internal ref struct NegativeChoice(MiningMode mode, DistanceWeights weights, ulong key, long first)
{
    private int _seen;
    private double _total;
    private float _nearest = float.PositiveInfinity;

    /// <summary>The row chosen so far, or -1.</summary>
    public int Chosen { get; private set; } = -1;

    /// <summary>Offers row <paramref name="x"/> at a squared distance from the anchor.</summary>
    public void Offer(int x, float distance)
    {
        // Reservoir sampling with one place: a negative takes it with probability 1 / (how many so far), or its part of the weights so far.
        uint bits = CounterRandom.Bits(key, first + x);
        switch (mode)
        {
            case MiningMode.Hard:
                if (!(distance < _nearest)) return;
                _nearest = distance;
                break;
            case MiningMode.DistanceWeighted:
                double weight = weights.Of(distance);
                _total += weight;
                if (bits * (1.0 / 4294967296.0) * _total >= weight) return;
                break;
            default:
                _seen++;
                if (bits * (ulong)_seen >> 32 != 0) return;
                break;
        }
        Chosen = x;
    }
}
