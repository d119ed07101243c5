namespace JaccardKernels.Host;

/// <summary>
/// The minimal filtering F(m x m, r x r) of Winograd as Lavin and Gray give it ("Fast Algorithms for Convolutional Neural Networks", 2016): a tile of
/// m x m outputs costs (m + r - 1)^2 multiplications instead of r^2 m^2. Each transform is one-dimensional, from memory to memory, over as many neighbours
/// as a vector has lanes; the tile is transformed along its columns, then along its rows.
/// </summary>
internal unsafe interface IWinogradScheme
{
    /// <summary>Outputs m along each side of a tile.</summary>
    static abstract int Outputs { get; }

    /// <summary>Taps r along each side of a filter.</summary>
    static abstract int Taps { get; }

    /// <summary>v[0..m+r-2] = B^T d[0..m+r-2], elements <paramref name="from"/> and <paramref name="to"/> apart.</summary>
    static abstract void Input<TLanes>(float* d, nint from, float* v, nint to)
        where TLanes : struct, ILanes<TLanes, float>;

    /// <summary>u[0..m+r-2] = G g[0..r-1].</summary>
    static abstract void Filter<TLanes>(float* g, nint from, float* u, nint to)
        where TLanes : struct, ILanes<TLanes, float>;

    /// <summary>y[0..m-1] = A^T m[0..m+r-2].</summary>
    static abstract void Output<TLanes>(float* m, nint from, float* y, nint to)
        where TLanes : struct, ILanes<TLanes, float>;
}
