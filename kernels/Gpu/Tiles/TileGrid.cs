using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// The tiles of a batch of results <c>[M,N]</c>, each summed over K steps, which may be cut into slices that different groups sum. The grid's z is
/// batch times slices plus slice; its x walks down a band of a few rows of tiles, then to the right, and y from band to band: groups that run
/// at the same time then share more of both operands in the second-level cache than in row order. Where a group is costs no division, for ILGPU
/// repeats it at every use.
/// </summary>
internal readonly struct TileGrid
{
    // Eight rows of tiles of 128 share 1,024 rows of A; with that, a band of B is read from memory once per 1,024 rows of C.
    private const int MaxBandShift = 3;

    /// <summary>Groups along y and z: what CUDA takes.</summary>
    public const int MaxGroups = 65_535;

    public readonly int M, N, K, Slices, SliceLength, BandShift;

    private readonly int _columns, _bands, _batches;

    /// <summary>Cuts results into tiles.</summary>
    /// <param name="rows">Results of a tile along a column.</param>
    /// <param name="columns">Results of a tile along a row.</param>
    /// <param name="depth">Slices are multiples of this many steps.</param>
    /// <param name="m">Rows.</param>
    /// <param name="n">Columns.</param>
    /// <param name="k">Steps.</param>
    /// <param name="batches">Results.</param>
    /// <param name="slices">Parts of the steps.</param>
    public TileGrid(int rows, int columns, int depth, int m, int n, int k, int batches = 1, int slices = 1)
    {
        (M, N, K, Slices) = (m, n, k, slices);
        SliceLength = Blocks.Covering(k, slices * depth) * depth;
        int tileRows = Blocks.Covering(m, rows);
        while (BandShift < MaxBandShift && 1 << BandShift < tileRows) BandShift++;
        (_columns, _bands, _batches) = (Blocks.Covering(n, columns), Blocks.Covering(tileRows, 1 << BandShift), batches);
    }

    /// <summary>Groups to launch. Those below the last row of tiles have nothing to do.</summary>
    public Index3D Groups => new(checked(_columns << BandShift), _bands, _batches * Slices);

    /// <summary>Why results cannot be cut into such tiles, as the end of a sentence, or null: a grid has 65,535 groups along y and z.</summary>
    public static string? WhyNot(int m, int n, int batches, int rows, int columns)
    {
        if (Blocks.Covering(Blocks.Covering(m, rows), 1 << MaxBandShift) > MaxGroups) return $"{m} rows are more bands of {rows << MaxBandShift} than a grid has ({MaxGroups})";
        if ((long)Blocks.Covering(n, columns) << MaxBandShift > int.MaxValue) return $"{n} columns are too many tiles of {columns}";
        return batches > MaxGroups ? $"{batches} batches are more than a grid has ({MaxGroups})" : null;
    }

    /// <summary>The row of tiles of this group.</summary>
    public int TileRow => (Grid.IdxY << BandShift) + (Grid.IdxX & ((1 << BandShift) - 1));

    /// <summary>The column of tiles of this group.</summary>
    public int TileColumn => Grid.IdxX >> BandShift;

    /// <summary>The batch of this group.</summary>
    public int Batch => Slices == 1 ? Grid.IdxZ : Grid.IdxZ / Slices;

    /// <summary>The first step of this group.</summary>
    public int Start => Slices == 1 ? 0 : Grid.IdxZ % Slices * SliceLength;

    /// <summary>Steps of this group.</summary>
    public int Steps => IntrinsicMath.Min(SliceLength, K - Start);
}
