namespace JaccardKernels.Gpu;

/// <summary>The tiled convolutions of <see cref="ConvolutionTiled"/> in every shape, and what their launch takes.</summary>
internal sealed class ConvolutionTiles
{
    private readonly GpuQueue _queue;

    public ConvolutionTiles(GpuQueue queue)
    {
        _queue = queue;
        All = queue.Fitting(
            Kernels<Tile128x128x16>(), Kernels<Tile128x128x8>(), Kernels<Tile128x64x8>(), Kernels<Tile64x64x16>(), Kernels<Tile64x64x16r4>(),
            Kernels<Tile16x16x8r4>());
    }

    /// <summary>How filters and input lie, in the order of the kernels.</summary>
    public enum Method
    {
        /// <summary>Patches, filters by vectors along their steps.</summary>
        Patches,

        /// <summary>Patches, filters element by element.</summary>
        PatchesStrided,

        /// <summary>Pointwise, filters by vectors along their steps.</summary>
        Pointwise,

        /// <summary>Pointwise, filters by vectors along their rows.</summary>
        PointwiseTurned,
    }

    /// <summary>The shapes, from the largest.</summary>
    public TileKernels<ConvolutionTiledOperands>[] All { get; }

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names => [.. All.Select(tile => tile.Name)];

    /// <summary>The shape of that name.</summary>
    public TileKernels<ConvolutionTiledOperands> Find(string? name)
    {
        foreach (TileKernels<ConvolutionTiledOperands> tile in All)
        {
            if (tile.Name == name) return tile;
        }
        throw new InvalidOperationException($"there is no tile {name}.");
    }

    /// <summary>Why nothing is cut so, as the end of a sentence, or null.</summary>
    public string? WhyNot(int rows, long columns, int batches)
    {
        if (All.Length == 0) return _queue.TooManyThreads(Tile16x16x8r4.GroupSize);
        return TileGrid.WhyNot(rows, (int)Math.Min(columns, int.MaxValue), batches, All[^1].Rows, All[^1].Columns);
    }

    /// <summary>Launches a product of [rows, steps] and [steps, columns].</summary>
    public static void Launch(
        TileKernels<ConvolutionTiledOperands> tile, Method method, int rows, int columns, int steps, int groups, ConvolutionTiledOperands operands)
    {
        operands.Grid = new TileGrid(tile.Rows, tile.Columns, tile.Depth, rows, columns, steps, groups);
        tile.Launch((int)method, operands.Grid, operands);
    }

    private TileKernels<ConvolutionTiledOperands> Kernels<TShape>()
        where TShape : struct, ITileShape =>
        TileKernels<ConvolutionTiledOperands>.Of<TShape>(
            _queue, ConvolutionTiled.Patches<TShape, StepsAdjacent>, ConvolutionTiled.Patches<TShape, Strided>,
            ConvolutionTiled.Pointwise<TShape, StepsAdjacent>, ConvolutionTiled.Pointwise<TShape, RowsAdjacent>);
}
