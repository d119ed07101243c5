using System.Runtime.InteropServices;
using JaccardKernels.Engine;

namespace JaccardKernels.Cases;

/// <summary>Native memory of the reference backend.</summary>
internal sealed unsafe class ReferenceBuffer : DeviceBuffer
{
    private byte* _start;

    public ReferenceBuffer(long bytes)
        : base(bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        try
        {
            _start = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), Alignment);
        }
        catch (OutOfMemoryException)
        {
            long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            throw new InsufficientMemoryException($"{bytes} bytes could not be allocated; the machine has {available}.");
        }
        NativeMemory.Clear(_start, (nuint)bytes);
    }

    /// <summary>The elements of a slice of this buffer.</summary>
    /// <exception cref="ObjectDisposedException">The buffer has been freed.</exception>
    public Span<T> Span<T>(DeviceSpan<T> slice)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_start == null, this);
        return new Span<T>(_start + slice.ByteOffset, slice.Length);
    }

    protected override void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
