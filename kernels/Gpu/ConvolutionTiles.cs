namespace JaccardKernels.Gpu;

/// <summary>The tiled convolutions of <see cref="ConvolutionTiled"/> in every shape, and what their launch takes.</summary>
internal static class ConvolutionTiles
{
    /// <summary>The shapes, from the largest.</summary>
    public static TileSet<ConvolutionTiledOperands> Of(GpuQueue queue) => new(
        queue, Kernels<Tile128x128x16>(queue), Kernels<Tile128x128x8>(queue), Kernels<Tile128x64x8>(queue), Kernels<Tile64x64x16>(queue),
        Kernels<Tile64x64x16r4>(queue), Kernels<Tile16x16x8r4>(queue));

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

    /// <summary>Launches a product of filters and what is gathered from images.</summary>
    public static void Launch(
        TileKernels<ConvolutionTiledOperands> tile, Method method, in ConvolutionProduct product, int groups, ConvolutionTiledOperands operands)
    {
        operands.Grid = new TileGrid(tile.Rows, tile.Columns, tile.Depth, product.Rows, product.Columns, product.Steps, groups);
        tile.Launch((int)method, operands.Grid, operands);
    }

    private static TileKernels<ConvolutionTiledOperands> Kernels<TShape>(GpuQueue queue)
        where TShape : struct, ITileShape =>
        TileKernels<ConvolutionTiledOperands>.Of<TShape>(
            queue, ConvolutionTiled.Patches<TShape, StepsAdjacent>, ConvolutionTiled.Patches<TShape, Strided>,
            ConvolutionTiled.Pointwise<TShape, StepsAdjacent>, ConvolutionTiled.Pointwise<TShape, RowsAdjacent>);
}
