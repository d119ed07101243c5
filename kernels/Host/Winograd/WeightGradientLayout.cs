using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// How the gradient of the weights by minimal filtering is cut: by its sizes alone. Tiles are numbered along the rows of tiles of all images. A strip is a row
/// of tiles, or a part of a long one; a chunk is a number of strips, whose transforms are multiplied before those of the next take their place.
/// </summary>
internal readonly struct WeightGradientLayout
{
    /// <summary>Most tiles of a chunk where tasks are pairs: their inputs of a panel in all points, 576 KiB, stay in the second-level cache while filters pass.</summary>
    public const int PairTiles = 128;

    // With so many pairs of panels there are tasks enough if each takes a pair through all points to the result.
    private const int ManyPairs = 32;

    // With fewer pairs a task is a point, and the sums, 2 MiB at most, pass the caches once a chunk: its transforms are about as much.
    private const long Transformed = 2L << 20;

    // A strip of 64 tiles of 4 x 4 by 16 channels is 97 KiB, in the second-level cache. A task transforms about as many tiles if its strips are shorter.
    private const int MostStripTiles = 64;

    public readonly int Outputs, Side, Points, TileRows, TileColumns, StripTiles, StripsOfRow, Strips;
    public readonly int StripsOfTask, StripsOfChunk, ChunkTiles, Height, Width, FilterPanels, ChannelPanels;

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
        long tiles = TakesPairs ? PairTiles : Transformed / ((long)Points * (FilterPanels * Height + ChannelPanels * Width) * sizeof(float));
        int mostStrips = (int)Math.Clamp(tiles / StripTiles, 1, Strips);
        StripsOfChunk = GemmBlocking.Covering(Strips, GemmBlocking.Covering(Strips, mostStrips));
        ChunkTiles = StripsOfChunk * StripTiles;
        FilterPoint = WinogradLayout.PointStride((nint)ChunkTiles * FilterPanels * Height);
        ChannelPoint = WinogradLayout.PointStride((nint)ChunkTiles * ChannelPanels * Width);
    }

    /// <summary>Elements of all sums, <c>[filter panel][channel panel][point][filter][channel]</c>.</summary>
    public long Sums => TakesPairs ? 0 : Pairs * SumPanel;

    /// <summary>A panel of filters and one of channels each.</summary>
    public int Pairs => FilterPanels * ChannelPanels;

    /// <summary>A task is such a pair in all points, not a point of all.</summary>
    public bool TakesPairs => Pairs >= ManyPairs;

    /// <summary>Elements of the sums of two panels.</summary>
    public nint SumPanel => Points * SumPoint;

    /// <summary>The number of the first tile of a strip, or of all tiles before its end.</summary>
    public int FirstTile(int strip) => strip / StripsOfRow * TileColumns + strip % StripsOfRow * StripTiles;
}
