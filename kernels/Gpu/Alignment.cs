using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// Where operands start. PTX takes every view for aligned as its elements are, and a vector load from a slice that is not would fault. A view knows
/// where it starts in its buffer, and buffers start at multiples of more than 16 bytes on every device.
/// </summary>
internal static class Alignment
{
    /// <summary>The view may be cast to vectors of 16 bytes.</summary>
    public static bool IsVector<T>(ArrayView<T> view)
        where T : unmanaged => StartInBytes(view) % 16 == 0;

    // Only the interface shows it; the type parameter spares the box.
    private static long StartInBytes<TView>(TView view)
        where TView : struct, IContiguousArrayView => view.IndexInBytes;
}
