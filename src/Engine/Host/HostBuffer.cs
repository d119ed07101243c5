using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace JaccardKernels.Engine;

/// <summary>
/// Native memory of the host. It has no finalizer: spans of it outlive the last reference to the object, so only its owner may free it.
/// </summary>
internal sealed unsafe class HostBuffer : DeviceBuffer
{
    private readonly StrongBox<long> _allocated;
    private void* _memory;
    private byte* _start;

    /// <summary>Allocates; the pages come zeroed, and untouched, from the system.</summary>
    /// <param name="bytes">Size.</param>
    /// <param name="allocated">The backend's count of bytes in use, which this object keeps true.</param>
    /// <exception cref="OutOfMemoryException">There is no more memory.</exception>
    public HostBuffer(long bytes, StrongBox<long> allocated)
        : base(bytes)
    {
        _memory = NativeMemory.AllocZeroed((nuint)bytes + Alignment);
        _start = (byte*)(((nuint)_memory + Alignment - 1) & ~(nuint)(Alignment - 1));
        _allocated = allocated;
        _allocated.Value += bytes;
    }

    /// <summary>The memory of a slice, which is known to lie within.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public Span<T> Span<T>(long byteOffset, int length)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_start == null, this);
        return new Span<T>(_start + byteOffset, length);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_memory == null) return;
        NativeMemory.Free(_memory);
        _memory = null;
        _start = null;
        _allocated.Value -= Bytes;
    }
}
