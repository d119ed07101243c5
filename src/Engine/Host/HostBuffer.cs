using System.Runtime.CompilerServices;
using JaccardKernels.Host;

namespace JaccardKernels.Engine;

/// <summary>
/// Native memory of the host. It has no finalizer: spans of it outlive the last reference to the object, so only its owner may free it.
/// </summary>
internal sealed unsafe class HostBuffer : DeviceBuffer
{
    private readonly StrongBox<long> _allocated;
    private readonly HostMemory _memory;

    /// <summary>Allocates; the pages come zeroed, and untouched, from the system.</summary>
    /// <param name="bytes">Size.</param>
    /// <param name="allocated">The backend's count of bytes in use, which this object keeps true.</param>
    /// <exception cref="OutOfMemoryException">There is no more memory.</exception>
    public HostBuffer(long bytes, StrongBox<long> allocated)
        : base(bytes)
    {
        _memory = new HostMemory((nuint)bytes);
        _allocated = allocated;
        _allocated.Value += bytes;
    }

    /// <summary>The memory of a slice, which is known to lie within.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public Span<T> Span<T>(long byteOffset, int length)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_memory.Start == null, this);
        return new Span<T>(_memory.Start + byteOffset, length);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_memory.Start == null) return;
        _memory.Dispose();
        _allocated.Value -= Bytes;
    }
}
