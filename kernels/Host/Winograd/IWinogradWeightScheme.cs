namespace JaccardKernels.Host;

/// <summary>
/// A scheme whose points also serve the gradient of the weights, F(r x r, m x m): the tile of the output's gradient is the filter, the taps are the outputs,
/// and the tile of the input is transformed as on the way forward. Scales and points are those of the forward scheme.
/// </summary>
internal unsafe interface IWinogradWeightScheme : IWinogradScheme
{
    /// <summary>v[0..m+r-2] = G' d[0..m-1]: scale times the powers of the point; of the last, d[m-1].</summary>
    static abstract void Gradient<TLanes>(float* d, nint from, float* v, nint to)
        where TLanes : struct, ILanes<TLanes, float>;

    /// <summary>w[0..r-1] = A'^T m[0..m+r-2]: the powers of the points; the last one counts for w[r-1] alone.</summary>
    static abstract void Weights<TLanes>(float* m, nint from, float* w, nint to)
        where TLanes : struct, ILanes<TLanes, float>;
}
