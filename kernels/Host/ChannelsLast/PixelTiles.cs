using System.Runtime.Intrinsics;
using JaccardKernels.Tiles;

namespace JaccardKernels.Host;

/// <summary>Where outputs go, and what becomes of sums before. A register tile begins with the bias, which it must have.</summary>
internal unsafe struct PixelOutput
{
    /// <summary>The first output; the first element of what is added, or null; the bias, or null where sums without one are stored.</summary>
    public float* Y, Added, Bias;

    /// <summary>From a pixel to the next.</summary>
    public nint Stride, AddedStride;

    /// <summary>Outputs are held between 0 and the ceiling.</summary>
    public bool Relu;

    public float Ceiling;
}

// As of GemmTiles: accumulators + vectors of filters + a broadcast pixel must fit the registers.
[PixelTiles(14, 512)]
internal static unsafe partial class PixelTiles512;

[PixelTiles(6, 256)]
internal static unsafe partial class PixelTiles256;

[PixelTiles(4, 128)]
internal static unsafe partial class PixelTiles128;

[PixelTiles(4, 32)]
internal static unsafe partial class PixelTilesScalar;

/// <summary>
/// The register tile of this machine for channels that lie together: <c>y[row,column] = bias[column] + sum_p x[offsets[p] + row step] w[p,column]</c>, then what is
/// added, then the rectifier. Arguments: terms, x, offsets, step, the panel of filters, the outputs.
/// </summary>
internal static unsafe class PixelTiles
{
    /// <summary>Columns of a narrow tile: one vector.</summary>
    public static readonly int Lanes =
        Vector512.IsHardwareAccelerated ? PixelTiles512.Lanes
        : Vector256.IsHardwareAccelerated ? PixelTiles256.Lanes
        : Vector128.IsHardwareAccelerated ? PixelTiles128.Lanes
        : PixelTilesScalar.Lanes;

    /// <summary>Columns of a wide tile: two vectors.</summary>
    public static readonly int Columns = 2 * Lanes;

    /// <summary>Pixels of the tallest tile.</summary>
    public static readonly int MaxRows =
        Vector512.IsHardwareAccelerated ? PixelTiles512.MaxRows
        : Vector256.IsHardwareAccelerated ? PixelTiles256.MaxRows
        : Vector128.IsHardwareAccelerated ? PixelTiles128.MaxRows
        : PixelTilesScalar.MaxRows;

    /// <summary>The tile of a height.</summary>
    public static delegate*<int, float*, int*, nint, float*, PixelOutput*, void> Get(int rows, bool isNarrow) =>
        Vector512.IsHardwareAccelerated ? PixelTiles512.Get(rows, isNarrow)
        : Vector256.IsHardwareAccelerated ? PixelTiles256.Get(rows, isNarrow)
        : Vector128.IsHardwareAccelerated ? PixelTiles128.Get(rows, isNarrow)
        : PixelTilesScalar.Get(rows, isNarrow);

    /// <summary>The height that cuts <paramref name="pixels"/> into the fewest tiles of about the same.</summary>
    public static int HeightFor(int pixels)
    {
        int tiles = GemmBlocking.Covering(pixels, MaxRows);
        return GemmBlocking.Covering(pixels, tiles);
    }
}
