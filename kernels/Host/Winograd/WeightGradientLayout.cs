using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Images cut into tiles, and the panels <c>[point][panel][tile][width]</c> that the transformed tiles go to. A lane is a channel.</summary>
internal unsafe struct TiledImages
{
    public float* Images, Panels;
    public int Channels, Height, Width, PadH, PadW;

    /// <summary>Rows and columns of a tile beyond its step.</summary>
    public int Overlap;

    /// <summary>Channels of a panel.</summary>
    public int PanelWidth;
    public nint PointStride;
}

/// <summary>
/// How the gradient of the weights by minimal filtering is cut: by its sizes alone. Tiles are numbered along the rows of tiles of all images. A strip is a row
/// of tiles, or a part of a long one; a chunk is a number of strips, whose transforms are multiplied before those of the next take their place.
/// </summary>
internal readonly struct WeightGradientLayout
{
    // The less is transformed at once, the nearer it stays; but the sums pass the caches once a chunk, so that it is no less than they are.
    private const long LeastTransformed = 2L << 20, MostTransformed = 16L << 20;
    private const int LeastChunkTiles = 32;

    // A strip of 64 tiles of 4 x 4 by 16 channels is 97 KiB, in the second-level cache. A task transforms about as many tiles if its strips are shorter.
    private const int MostStripTiles = 64;

    // A block of filters by 256 tiles is 256 KiB of that cache.
    private const int MostRows = 256;

    public readonly int Outputs, Side, Points, TileRows, TileColumns, StripTiles, StripsOfRow, Strips;
    public readonly int StripsOfTask, StripsOfChunk, ChunkTiles, Height, Width, FilterPanels, ChannelPanels, PanelsOfBlock, Blocks;

    /// <summary>Elements from point to point of the transforms and of two panels' sums: one cache line more than the data, as in <see cref="WinogradLayout"/>.</summary>
    public readonly nint FilterPoint, ChannelPoint, SumPoint;

    public WeightGradientLayout(in ConvolutionProblem p, int outputs, int taps)
    {
        (Outputs, Side) = (outputs, outputs + taps - 1);
        Points = Side * Side;
        (TileRows, TileColumns) = (GemmBlocking.Covering(p.OutputHeight, outputs), GemmBlocking.Covering(p.OutputWidth, outputs));
        (Height, Width) = (GemmTiles.HeightFor(p.Filters), GemmTiles.Columns);
        (FilterPanels, ChannelPanels) = (GemmBlocking.Covering(p.Filters, Height), GemmBlocking.Covering(p.Channels, Width));
        StripsOfRow = GemmBlocking.Covering(TileColumns, MostStripTiles);
        StripTiles = GemmBlocking.Covering(TileColumns, StripsOfRow);
        StripsOfRow = GemmBlocking.Covering(TileColumns, StripTiles);
        Strips = p.Batch * TileRows * StripsOfRow;
        StripsOfTask = Math.Max(1, MostStripTiles / StripTiles);
        SumPoint = Height * Width + WinogradLayout.Line;
        long transformed = Math.Clamp(Sums * sizeof(float), LeastTransformed, MostTransformed);
        long mostTiles = transformed / ((long)Points * (FilterPanels * Height + ChannelPanels * Width) * sizeof(float));
        int mostStrips = (int)Math.Min(Strips, Math.Max(mostTiles / StripTiles, GemmBlocking.Covering(LeastChunkTiles, StripTiles)));
        StripsOfChunk = GemmBlocking.Covering(Strips, GemmBlocking.Covering(Strips, mostStrips));
        ChunkTiles = StripsOfChunk * StripTiles;
        PanelsOfBlock = GemmBlocking.Covering(FilterPanels, GemmBlocking.Covering(FilterPanels * Height, MostRows));
        Blocks = GemmBlocking.Covering(FilterPanels, PanelsOfBlock);
        FilterPoint = Stride((nint)ChunkTiles * FilterPanels * Height);
        ChannelPoint = Stride((nint)ChunkTiles * ChannelPanels * Width);
    }

    /// <summary>Elements of all sums, <c>[filter panel][channel panel][point][filter][channel]</c>.</summary>
    public long Sums => FilterPanels * ChannelPanels * SumPanel;

    /// <summary>Elements of the sums of two panels.</summary>
    public nint SumPanel => Points * SumPoint;

    /// <summary>The number of the first tile of a strip, or of all tiles before its end.</summary>
    public int FirstTile(int strip) => strip / StripsOfRow * TileColumns + strip % StripsOfRow * StripTiles;

    private static nint Stride(nint elements) => (elements / WinogradLayout.Line + 2) * WinogradLayout.Line;
}
