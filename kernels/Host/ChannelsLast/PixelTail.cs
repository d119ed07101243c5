using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace JaccardKernels.Host;

/// <summary>Sums that were computed aside, put where they belong: of the last filters, fewer than whole vectors, or of tiles that were transformed.</summary>
internal static unsafe class PixelTail
{
    /// <summary>Adds the bias and what else there is, rectifies and stores the first elements of each row.</summary>
    /// <param name="sums">Rows of sums.</param>
    /// <param name="stride">From row to row.</param>
    /// <param name="rows">Pixels.</param>
    /// <param name="columns">Filters.</param>
    /// <param name="to">Where they go.</param>
    public static void Store(float* sums, int stride, int rows, int columns, in PixelOutput to)
    {
        for (int row = 0; row < rows; row++)
        {
            float* source = sums + row * stride, y = to.Y + row * to.Stride, added = to.Added == null ? null : to.Added + row * to.AddedStride;
            int done = 0;
            if (Vector512.IsHardwareAccelerated) Vectors<Lanes512<float>>(source, added, y, columns, to, ref done);
            if (Vector256.IsHardwareAccelerated) Vectors<Lanes256<float>>(source, added, y, columns, to, ref done);
            if (Vector128.IsHardwareAccelerated) Vectors<Lanes128<float>>(source, added, y, columns, to, ref done);
            Vectors<Lane<float>>(source, added, y, columns, to, ref done);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Vectors<TLanes>(float* source, float* added, float* y, int columns, in PixelOutput to, ref int done)
        where TLanes : struct, ILanes<TLanes, float>
    {
        for (; done + TLanes.Count <= columns; done += TLanes.Count)
        {
            TLanes value = TLanes.Load(source + done);
            if (to.Bias != null) value += TLanes.Load(to.Bias + done);
            if (added != null) value += TLanes.Load(added + done);
            if (to.Relu) value = Relu.Rectify(value, TLanes.All(to.Ceiling));
            value.Store(y + done);
        }
    }
}
