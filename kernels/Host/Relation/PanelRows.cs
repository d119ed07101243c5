namespace JaccardKernels.Host;

/// <summary>
/// The left side of products with as many columns as a register tile has: <c>[rows, depth]</c>, packed once for all tasks as
/// <see cref="GemmPackingTasks{TSource}"/> does it, <c>[block of k][panel][k][height]</c>.
/// </summary>
internal readonly unsafe struct PanelRows
{
    private readonly int _depth, _padded;

    public PanelRows(int rows, int depth)
    {
        (Count, _depth, Height) = (rows, depth, HeightFor(rows));
        _padded = GemmBlocking.RoundUp(rows, Height);
    }

    /// <summary>Rows of a tile.</summary>
    public readonly int Height;

    /// <summary>Rows.</summary>
    public readonly int Count;

    /// <summary>Elements of the packed rows, in whole cache lines.</summary>
    public long Length => GemmBlocking.WholeLines((long)_padded * _depth);

    /// <summary>The tile height that wastes the fewest rows and is within a quarter of the tallest: 256 rows are 20 panels of 13, not 19 of 14.</summary>
    public static int HeightFor(int rows)
    {
        int best = Math.Min(rows, GemmTiles.MaxRows);
        for (int height = best; 4 * height >= 3 * GemmTiles.MaxRows; height--)
            if (GemmBlocking.RoundUp(rows, height) < GemmBlocking.RoundUp(rows, best)) best = height;
        return best;
    }

    /// <summary>Packs the rows of a source.</summary>
    public void Pack<TSource>(TSource source, float* packed, ThreadTeam team)
        where TSource : struct, ILineSource
    {
        var packing = new GemmPackingTasks<TSource> { Source = source, Team = team, Count = Count, K = _depth, Width = Height, Packed = packed };
        team.For(packing.Tasks, ref packing);
    }

    /// <summary>
    /// sums = the rows from <paramref name="row"/> on, times as many columns as the tile has, whose rows lie at offsets from where the first begins.
    /// </summary>
    public void Multiply(float* packed, int row, float* columns, int* offsets, float* sums, nint stride)
    {
        var tile = GemmTiles.GetDirect(Height);
        for (int k0 = 0; k0 < _depth; k0 += GemmBlocking.DepthBlock)
        {
            int depth = Math.Min(GemmBlocking.DepthBlock, _depth - k0);
            tile(depth, packed + (nint)_padded * k0 + (nint)row * depth, columns, offsets + k0, k0 > 0 ? sums : null, stride, sums, stride);
        }
    }
}
