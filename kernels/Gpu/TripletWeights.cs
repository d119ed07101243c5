using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// How often, less how often not, the pairs of a batch are to come nearer by the active triplets, as <see cref="BatchAllTripletLoss"/> counts it.
/// </summary>
internal struct TripletWeights : IPairWeights
{
    /// <summary>[N,N].</summary>
    public ArrayView<int> Coefficients;

    public ArrayView<long> Counts;
    public int MeanOfActive;

    public readonly float Factor => 2f / TripletTotals.Divisor(Counts, MeanOfActive);

    // At most 2 N in size, so exact as a float.
    public readonly float Of(int pair, int reverse) => Coefficients[pair] + Coefficients[reverse];
}
