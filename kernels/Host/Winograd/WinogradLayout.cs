namespace JaccardKernels.Host;

/// <summary>
/// A convolution of square filters, stride 1, as minimal filtering sees it: images <c>[N,C,H,W]</c> to <c>[N,K,OH,OW]</c>, cut into tiles of m x m outputs
/// that are numbered through the batch. For the way back, input and output change places and the filters are turned: their strides say so.
/// </summary>
internal unsafe struct WinogradProblem
{
    public int Batch, Channels, Height, Width, Filters, OutputHeight, OutputWidth, PadH, PadW;

    /// <summary>Elements from one filter to the next, and from one channel of it to the next.</summary>
    public nint FilterStride, ChannelStride;

    /// <summary>Taps are taken from the last to the first.</summary>
    public bool Turned, Relu;

    /// <summary>The largest result where these are rectified.</summary>
    public float Ceiling;

    public float* Input, Weights, Bias, Output;

    /// <summary>The filters, transformed before for many passes, or null.</summary>
    public float* Prepared;
}

/// <summary>
/// Where transformed elements lie. The (m + r - 1)^2 points of a tile are as many matrix products, so all of one point lie together, in the panels that
/// <see cref="GemmTiles"/> reads: filters <c>[point][panel][C][rows]</c>, inputs <c>[chunk][point][panel][C][columns]</c>. The strides from point to point
/// are one cache line more than the data, for powers of two would put the same place of all points into one set of the cache.
/// </summary>
internal readonly struct WinogradLayout
{
    /// <summary>Elements of a cache line.</summary>
    public const int Line = 16;

    // The results of a chunk for 64 filters are 36 x 64 x 32 floats: 288 KiB, a part of the second-level cache that leaves room for the inputs.
    private const int LeastChunkTiles = 32, FilterBlockTarget = 64;

    // Filters up to this size are transformed once for all. Where they are larger, or serve a few chunks only, each task transforms what it needs, a
    // few channels at a time, right before it multiplies: written out, 512 x 512 filters are 37 MB, and memory is slower than the arithmetic.
    private const long MostFiltersKept = 16L << 20;

    // As GemmCore: a panel of inputs of that depth is a first-level cache. Filters that are transformed where they are needed take less, to stay in the
    // second level.
    private const int DepthBlock = 256, DepthOfOwnFilters = 64;

    // Chunks that a task then takes for each filter transformed.
    private const int ChunksOfGroup = 4;

    public readonly int Outputs, Taps, Side, Points, TileRows, TileColumns, Tiles, Height, ColumnsOfPanel, FilterPanels, FilterBlock, FilterBlocks;
    public readonly int ChunkTiles, Chunks, ChunksAtOnce;
    public readonly nint InputPoint, ResultPoint;
    public readonly bool KeepsFilters, ChunksAreTasks;

    /// <summary>Channels that are summed up in registers; by size alone, so that prepared filters give the same bits.</summary>
    public readonly int Depth;

    public unsafe WinogradLayout(in WinogradProblem p, int outputs, int taps, int threads)
    {
        (Outputs, Taps, Side) = (outputs, taps, outputs + taps - 1);
        Points = Side * Side;
        (TileRows, TileColumns) = (GemmBlocking.Covering(p.OutputHeight, outputs), GemmBlocking.Covering(p.OutputWidth, outputs));
        Tiles = p.Batch * TileRows * TileColumns;
        (Height, ColumnsOfPanel) = (GemmTiles.HeightFor(p.Filters), Tiles <= NarrowTiles.Columns ? NarrowTiles.Columns : GemmTiles.Columns);
        FilterPanels = GemmBlocking.Covering(p.Filters, Height);
        ChunkTiles = Math.Min(Math.Max(ColumnsOfPanel, LeastChunkTiles), GemmBlocking.RoundUp(Tiles, ColumnsOfPanel));
        Chunks = GemmBlocking.Covering(Tiles, ChunkTiles);
        bool fewFilters = Chunks > ChunksOfGroup && (long)Points * p.Filters * p.Channels * sizeof(float) <= MostFiltersKept;
        KeepsFilters = fewFilters || p.Prepared != null;
        Depth = fewFilters ? DepthBlock : DepthOfOwnFilters;
        // With chunks enough for all threads, each goes from input to output in the cache of one.
        ChunksAreTasks = fewFilters && Chunks >= 2 * threads;
        int panels = Math.Clamp((FilterBlockTarget + Height / 2) / Height, 1, Math.Max(1, FilterPanels / threads));
        FilterBlock = panels * Height;
        FilterBlocks = GemmBlocking.Covering(FilterPanels, panels);
        InputPoint = (nint)ChunkTiles * p.Channels + Line;
        ResultPoint = (nint)ChunkTiles * FilterBlock + Line;
        ChunksAtOnce = ChunksAreTasks ? 1 : Math.Min(Chunks, ChunksOfGroup);
    }

    /// <summary>Elements of the transformed inputs of a chunk.</summary>
    public long InputChunk => (long)Points * InputPoint;

    /// <summary>Elements of the results of a chunk and a block of filters, before they are transformed back.</summary>
    public long ResultChunk => (long)Points * ResultPoint;

    /// <summary>Elements of all filters transformed.</summary>
    public long FiltersLength(int channels) => Points * (long)FilterPoint(FilterPanels, channels);

    /// <summary>The stride from point to point of filters <c>[panels][channels][rows]</c>.</summary>
    public nint FilterPoint(int panels, int channels) => PointStride((nint)panels * Height * channels);

    /// <summary>The stride from point to point of so many elements: whole lines, and one more.</summary>
    public static nint PointStride(nint elements) => (elements / Line + 2) * Line;

    /// <summary>The number of a tile's image, row and column.</summary>
    public (int Image, int Row, int Column) Place(int tile) =>
        (tile / TileColumns / TileRows, tile / TileColumns % TileRows, tile % TileColumns);
}
