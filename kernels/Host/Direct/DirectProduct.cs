namespace JaccardKernels.Host;

/// <summary>
/// A matrix product whose right side is read where it lies: row k of it is the run at <c>Offsets[k]</c> from the position, in every image. Nothing of it is
/// packed, but the last positions of an image where reading on would leave the caller's memory. Tasks are blocks of the positions of an image and of rows.
/// </summary>
internal unsafe struct DirectProduct : IParallelBody
{
    // Sums of a task: 256 KiB.
    private const int MaxRows = 512, MaxSums = 1 << 16, MinColumns = 64, MaxColumns = 512, WantedTasks = 32;

    private readonly ThreadTeam _team;
    private readonly int _m, _k, _height, _positions, _images, _rowBlock, _rowBlocks, _columnBlock, _columnBlocks, _firstColumn, _imageColumns;
    private readonly nint _imageStride;

    // To read on beyond the last position stays within memory of our own.
    private readonly bool _mayReadOn;

    /// <summary>Cuts a product into tasks.</summary>
    /// <param name="m">Rows of the result.</param>
    /// <param name="k">Terms.</param>
    /// <param name="rows">Rows of positions of an image.</param>
    /// <param name="columns">Positions of a row that the result has.</param>
    /// <param name="pitch">Positions from a row to the next.</param>
    /// <param name="first">The first image.</param>
    /// <param name="count">Images.</param>
    /// <param name="images">Where they lie.</param>
    /// <param name="team">Threads.</param>
    public DirectProduct(int m, int k, int rows, int columns, int pitch, int first, int count, in DirectImages images, ThreadTeam team)
    {
        (_m, _k, _height, _positions, _images, _team) = (m, k, GemmTiles.HeightFor(m), (rows - 1) * pitch + columns, count, team);
        (_firstColumn, _imageColumns, _imageStride, _mayReadOn) = (first * rows * pitch, rows * pitch, images.ImageStride, !images.AreInPlace);
        int fewest = GemmBlocking.Covering(m, MaxRows), most = Math.Clamp(MaxSums / GemmBlocking.Covering(m, fewest), MinColumns, MaxColumns);
        int wanted = Math.Min(GemmBlocking.Covering(WantedTasks, fewest * count), GemmBlocking.Covering(_positions, MinColumns));
        _columnBlock = GemmBlocking.RoundUp(GemmBlocking.Covering(_positions, Math.Max(wanted, GemmBlocking.Covering(_positions, most))), GemmTiles.Columns);
        _columnBlocks = GemmBlocking.Covering(_positions, _columnBlock);
        // Nothing is packed, so that rows may be split as far as threads want.
        wanted = Math.Min(GemmBlocking.Covering(WantedTasks, _columnBlocks * count), GemmBlocking.Covering(m, 2 * _height));
        _rowBlock = GemmBlocking.RoundUp(GemmBlocking.Covering(m, Math.Max(fewest, wanted)), _height);
        _rowBlocks = GemmBlocking.Covering(m, _rowBlock);
    }

    /// <summary>Elements of the packed left side, in whole cache lines.</summary>
    public static nint PackedLength(int m, int k) => (nint)GemmBlocking.WholeLines((long)m * k);

    /// <summary>The left side, as <see cref="Pack"/> writes it.</summary>
    public float* Packed { get; init; }

    /// <summary>The first position of the first image.</summary>
    public float* Origin { get; init; }

    /// <summary>Where the rows of the right side begin.</summary>
    public int* Offsets { get; init; }

    /// <summary>Takes the sums. A field: a property would copy it at every call.</summary>
    public GemmOutput Output;

    /// <summary>Packs the left side.</summary>
    public static void Pack<TSource>(TSource source, int m, int k, float* packed, ThreadTeam team)
        where TSource : struct, ILineSource
    {
        var packing = new GemmPackingTasks<TSource>
        {
            Source = source, Team = team, Count = m, K = k, Width = GemmTiles.HeightFor(m), Packed = packed, IsTight = true,
        };
        team.For(packing.Tasks, ref packing);
    }

    /// <summary>Computes the product.</summary>
    public void Run() => _team.For(_images * _columnBlocks * _rowBlocks, ref this);

    /// <inheritdoc/>
    public readonly void Run(int task, int worker)
    {
        int row = task % _rowBlocks * _rowBlock, column = task / _rowBlocks % _columnBlocks * _columnBlock, image = task / _rowBlocks / _columnBlocks;
        int width = GemmTiles.Columns, rows = Math.Min(_rowBlock, _m - row), columns = Math.Min(_columnBlock, _positions - column);
        nint stride = GemmBlocking.RoundUp(columns, width);
        float* sums = _team.Packing(worker).Get<float>(rows * stride + (nint)width * GemmBlocking.DepthBlock), panel = sums + rows * stride;
        float* origin = Origin + image * _imageStride + column;
        int firstColumn = _firstColumn + image * _imageColumns + column, whole = _mayReadOn ? columns : columns / width * width;
        var wholeDirect = GemmTiles.GetDirect(_height);
        var lastDirect = GemmTiles.GetDirect(rows % _height);
        var wholeTile = GemmTiles.Get(_height);
        var lastTile = GemmTiles.Get(rows % _height);
        // Pixels that no tap reaches are sums of nothing.
        if (_k == 0) new Span<float>(sums, checked((int)(rows * stride))).Clear();
        for (int k0 = 0; k0 < _k; k0 += GemmBlocking.DepthBlock)
        {
            int depth = Math.Min(GemmBlocking.DepthBlock, _k - k0);
            float* left = Packed + (nint)_m * k0 + (nint)row * depth;
            bool isLast = k0 + depth == _k;
            for (int j = 0; j < columns; j += width)
            {
                bool isDirect = j < whole;
                if (!isDirect) PackRest(origin + j, columns - j, k0, depth, panel);
                for (int i = 0; i < rows; i += _height)
                {
                    float* sum = sums + i * stride + j, added = k0 > 0 ? sum : null;
                    if (isLast) Output.Prefetch(row + i, Math.Min(_height, rows - i), firstColumn + j);
                    bool isWhole = i + _height <= rows;
                    var direct = isWhole ? wholeDirect : lastDirect;
                    var tile = isWhole ? wholeTile : lastTile;
                    if (isDirect) direct(depth, left + (nint)i * depth, origin + j, Offsets + k0, added, stride, sum, stride);
                    else tile(depth, left + (nint)i * depth, panel, added, stride, sum, stride, panel);
                }
            }
        }
        Output.Write(new GemmBlock(row, rows, firstColumn, columns, 0, _k, 0), sums, stride);
    }

    private readonly void PackRest(float* origin, int columns, int k0, int depth, float* panel)
    {
        for (int k = 0; k < depth; k++, panel += GemmTiles.Columns)
        {
            LineCopy.Copy(origin + Offsets[k0 + k], panel, columns);
            LineCopy.Zero(panel + columns, GemmTiles.Columns - columns);
        }
    }
}
