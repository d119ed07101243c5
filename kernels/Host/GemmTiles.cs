using System.Runtime.Intrinsics;
using JaccardKernels.Tiles;

namespace JaccardKernels.Host;

// Accumulators + one row of B + a broadcast of A must fit the registers: 28 + 2 + 1 of 32, 12 + 2 + 1 of 16, 8 + 2 + 1 of 16 (32 on ARM64).
[RegisterTiles(14, 2, 512)]
internal static unsafe partial class GemmTiles512;

[RegisterTiles(6, 2, 256)]
internal static unsafe partial class GemmTiles256;

[RegisterTiles(4, 2, 128)]
internal static unsafe partial class GemmTiles128;

[RegisterTiles(2, 4, 32)]
internal static unsafe partial class GemmTilesScalar;

/// <summary>The register tile of this machine: <c>c[rows,Columns] = a[k,rows]^T b[k,Columns] + added[rows,Columns]</c> on packed panels.</summary>
internal static unsafe class GemmTiles
{
    /// <summary>Columns of every tile: two vectors of the widest SIMD there is.</summary>
    public static readonly int Columns =
        Vector512.IsHardwareAccelerated ? GemmTiles512.Columns
        : Vector256.IsHardwareAccelerated ? GemmTiles256.Columns
        : Vector128.IsHardwareAccelerated ? GemmTiles128.Columns
        : GemmTilesScalar.Columns;

    /// <summary>Rows of the tallest tile.</summary>
    public static readonly int MaxRows =
        Vector512.IsHardwareAccelerated ? GemmTiles512.MaxRows
        : Vector256.IsHardwareAccelerated ? GemmTiles256.MaxRows
        : Vector128.IsHardwareAccelerated ? GemmTiles128.MaxRows
        : GemmTilesScalar.MaxRows;

    /// <summary>
    /// The tile of a height. Arguments: k, a, b, what the product is added to or null, the stride of that, c, its stride, and what a later tile reads: k
    /// lines of it are fetched meanwhile. What is added may be c.
    /// </summary>
    public static delegate*<int, float*, float*, float*, nint, float*, nint, float*, void> Get(int rows) =>
        Vector512.IsHardwareAccelerated ? GemmTiles512.Get(rows)
        : Vector256.IsHardwareAccelerated ? GemmTiles256.Get(rows)
        : Vector128.IsHardwareAccelerated ? GemmTiles128.Get(rows)
        : GemmTilesScalar.Get(rows);

    /// <summary>
    /// The tile of a height over rows of B that lie where they are. Arguments: k, a, the origin of b, the k offsets of its rows from there, what the product
    /// is added to or null, the stride of that, c, its stride.
    /// </summary>
    public static delegate*<int, float*, float*, int*, float*, nint, float*, nint, void> GetDirect(int rows) =>
        Vector512.IsHardwareAccelerated ? GemmTiles512.GetDirect(rows)
        : Vector256.IsHardwareAccelerated ? GemmTiles256.GetDirect(rows)
        : Vector128.IsHardwareAccelerated ? GemmTiles128.GetDirect(rows)
        : GemmTilesScalar.GetDirect(rows);

    /// <summary>The height that cuts <paramref name="rows"/> into the fewest panels with the least waste: 64 rows are 5 panels of 13, not of 14.</summary>
    public static int HeightFor(int rows)
    {
        int panels = (rows + MaxRows - 1) / MaxRows;
        return (rows + panels - 1) / panels;
    }
}
