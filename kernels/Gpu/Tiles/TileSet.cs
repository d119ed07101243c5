namespace JaccardKernels.Gpu;

/// <summary>A tiled kernel in those of its shapes whose groups the device takes, from the largest to the one that idles least on small results.</summary>
internal sealed class TileSet<TOperands>
    where TOperands : struct
{
    // A processor that speaks OpenCL runs the threads of a group in turn, with its caches for shared memory: over 64 rows, two strips of both operands
    // are 32 KiB or a thread's share of the registers is spilled, and it is slower (PoCL 6, Xeon with AVX-512: 40 GFLOP/s at 64 rows, 23 to 37 at 128).
    private const int MostRowsOnCpu = 64;

    private readonly GpuQueue _queue;
    private readonly TileKernels<TOperands>[] _tiles;
    private readonly int _leastGroup;

    public TileSet(GpuQueue queue, params TileKernels<TOperands>[] tiles)
    {
        _queue = queue;
        _tiles = Array.FindAll(tiles, tile => queue.TooManyThreads(tile.GroupSize) is null);
        _leastGroup = tiles.Min(tile => tile.GroupSize);
        Names = [.. _tiles.Select(tile => tile.Name)];
    }

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The shape of that name.</summary>
    public TileKernels<TOperands> Find(string? name)
    {
        foreach (TileKernels<TOperands> tile in _tiles)
        {
            if (tile.Name == name) return tile;
        }
        throw new InvalidOperationException($"there is no tile {name}.");
    }

    /// <summary>Why results are not cut so, as the end of a sentence, or null.</summary>
    public string? WhyNot(int rows, int columns, int batches) =>
        _tiles.Length == 0 ? _queue.TooManyThreads(_leastGroup) : TileGrid.WhyNot(rows, columns, batches, _tiles[^1].Rows, _tiles[^1].Columns);

    /// <summary>
    /// The largest shape that cuts results into <paramref name="groups"/> tiles or more and would not leave over half of its rows idle, else the smallest.
    /// </summary>
    public string Fill(int rows, int columns, int batches, int groups)
    {
        foreach (TileKernels<TOperands> tile in _tiles)
        {
            if (tile.Rows > MostRowsOnCpu && _queue.RunsOnCpu) continue;
            if (tile.Count(rows, columns) * batches >= groups && rows > tile.Rows / 2) return tile.Name;
        }
        return _tiles[^1].Name;
    }
}
