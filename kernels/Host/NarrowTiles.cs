using System.Runtime.Intrinsics;
using JaccardKernels.Tiles;

namespace JaccardKernels.Host;

[RegisterTiles(14, 1, 512)]
internal static unsafe partial class NarrowTiles512;

[RegisterTiles(6, 1, 256)]
internal static unsafe partial class NarrowTiles256;

[RegisterTiles(4, 1, 128)]
internal static unsafe partial class NarrowTiles128;

/// <summary>The register tiles of <see cref="GemmTiles"/> with half their columns, one vector: where the result has no more, the others are not computed in vain.</summary>
internal static unsafe class NarrowTiles
{
    /// <summary>Columns of every tile.</summary>
    public static readonly int Columns =
        Vector512.IsHardwareAccelerated ? NarrowTiles512.Columns
        : Vector256.IsHardwareAccelerated ? NarrowTiles256.Columns
        : Vector128.IsHardwareAccelerated ? NarrowTiles128.Columns
        : GemmTilesScalar.Columns;

    /// <summary>The tile of a height, as <see cref="GemmTiles.Get"/> has it.</summary>
    public static delegate*<int, float*, float*, float*, nint, float*, nint, float*, void> Get(int rows) =>
        Vector512.IsHardwareAccelerated ? NarrowTiles512.Get(rows)
        : Vector256.IsHardwareAccelerated ? NarrowTiles256.Get(rows)
        : Vector128.IsHardwareAccelerated ? NarrowTiles128.Get(rows)
        : GemmTilesScalar.Get(rows);
}
