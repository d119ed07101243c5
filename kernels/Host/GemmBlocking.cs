namespace JaccardKernels.Host;

/// <summary>The part of a product that a task computes: a block of the result, over a slice of its sums.</summary>
internal readonly record struct GemmBlock(int Row, int Rows, int Column, int Columns, int Start, int End, int Slice);

/// <summary>How a product <c>[m,k] [k,n]</c> is cut into tasks and what is packed once for all of them: by its size alone.</summary>
internal readonly struct GemmBlocking
{
    /// <summary>Terms of a block of k: 256 x 32 columns of B are 32 KiB, a first-level cache; 14 rows of A stream past it from the second level.</summary>
    public const int DepthBlock = 256;

    // A block of 224 x 256 of A, 256 x 128 of B and their sums are 450 KiB: half of a second-level cache of 1 MiB.
    private const int MaxRows = 224, MaxColumns = 128, MinColumns = 64;

    // Up to here threads count more than how often A passes the cache.
    private const int FewColumns = 256;

    // What is gathered is packed by the task that needs it, so that a task takes as many rows as its sums leave room for (256 KiB), and lines that
    // are long enough to be gathered well.
    private const int MaxGatheredRows = 512, MaxGatheredColumns = 512, GatheredSums = 1 << 16;

    // Enough to even out 2 to 16 threads.
    private const int WantedTasks = 32;

    // Sums are cut where their blocks are fewer, into slices that are worth their trip through memory: those of a weight gradient, or of a layer of
    // many inputs, whose A would pass the cache again for every few columns.
    private const int MinSlice = 1024;

    // Bytes of an operand that is packed once for all tasks; larger ones (the whole batch, in a weight gradient) are packed by each task.
    private const long MaxShared = 32L << 20, MaxPartial = 32L << 20;

    private readonly int _m, _n, _k, _rowBlock, _columnBlock, _rowBlocks, _columnBlocks, _sliceLength;

    public GemmBlocking(int m, int n, int k, bool isStored)
    {
        (_m, _n, _k) = (m, n, k);
        Height = GemmTiles.HeightFor(m);
        PaddedN = RoundUp(n, GemmTiles.Columns);
        bool shares = isStored && (long)PaddedN * k * sizeof(float) <= MaxShared;
        int mostRows = shares ? MaxRows : MaxGatheredRows;
        _rowBlock = RoundUp(Covering(m, Covering(m, mostRows)), Height);
        _rowBlocks = Covering(m, _rowBlock);
        int mostColumns = shares ? MaxColumns : Math.Clamp(GatheredSums / _rowBlock, MinColumns, MaxGatheredColumns);
        int columnBlocks = Math.Max(Covering(n, mostColumns), Math.Min(Covering(WantedTasks, _rowBlocks), Covering(n, n <= FewColumns ? GemmTiles.Columns : MinColumns)));
        _columnBlock = RoundUp(Covering(n, columnBlocks), GemmTiles.Columns);
        _columnBlocks = Covering(n, _columnBlock);
        int slices = Math.Clamp(WantedTasks / (_rowBlocks * _columnBlocks), 1, Math.Max(1, k / MinSlice));
        slices = (int)Math.Clamp(MaxPartial / ((long)m * n * sizeof(float)), 1, slices);
        _sliceLength = Math.Max(DepthBlock, RoundUp(Covering(k, slices), DepthBlock));
        Slices = Math.Max(1, Covering(k, _sliceLength));
        long packedA = (long)m * k;
        PackedA = packedA * sizeof(float) <= MaxShared && _columnBlocks > 1 ? WholeLines(packedA) : 0;
        PackedB = shares && _rowBlocks > 1 ? WholeLines((long)PaddedN * k) : 0;
        Partial = Slices > 1 ? (long)Slices * m * n : 0;
    }

    /// <summary>Rows of a register tile.</summary>
    public readonly int Height;

    /// <summary>Columns of the result in whole tiles. Its last rows have a tile of their own height.</summary>
    public readonly int PaddedN;

    /// <summary>Parts into which the sums are cut.</summary>
    public readonly int Slices;

    /// <summary>Elements of what is packed for all tasks, and of the sums of slices; 0 where there are none.</summary>
    public readonly long PackedA, PackedB, Partial;

    /// <summary>Rows of the result.</summary>
    public int M => _m;

    public int Tasks => _rowBlocks * _columnBlocks * Slices;

    /// <summary>The part of a task. Those of a block of columns follow each other, for they share its B.</summary>
    public GemmBlock Block(int task)
    {
        int row = task % _rowBlocks * _rowBlock, column = task / _rowBlocks % _columnBlocks * _columnBlock, slice = task / _rowBlocks / _columnBlocks;
        int start = slice * _sliceLength;
        return new GemmBlock(
            row, Math.Min(_rowBlock, _m - row), column, Math.Min(_columnBlock, _n - column), start, Math.Min(start + _sliceLength, _k), slice);
    }

    public static int Covering(int length, int block) => length / block + (length % block > 0 ? 1 : 0);

    public static int RoundUp(int value, int multiple) => Covering(value, multiple) * multiple;

    /// <summary>Elements in whole cache lines.</summary>
    public static long WholeLines(long elements) => (elements + 15) / 16 * 16;
}
