using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// Where operands start. PTX takes every view for aligned as its elements are, and a vector load from a slice that is not would fault. A view knows
/// where it starts in its buffer, and buffers start at multiples of more than 16 bytes on every device.
/// </summary>
internal static class Alignment
{
    /// <summary>All of the views may be accessed by vectors of 16 bytes.</summary>
    public static bool AreVectors<T>(params ReadOnlySpan<ArrayView<T>> views)
        where T : unmanaged
    {
        foreach (ArrayView<T> view in views)
        {
            if (StartInBytes(view) % 16 != 0) return false;
        }
        return true;
    }

    /// <summary>Where a view starts in its buffer. Only the interface shows it; the type parameter spares the box.</summary>
    public static long StartInBytes<TView>(TView view)
        where TView : struct, IContiguousArrayView => view.IndexInBytes;
}
