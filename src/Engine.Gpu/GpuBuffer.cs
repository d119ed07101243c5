using ILGPU;
using ILGPU.Runtime;
using JaccardKernels.Gpu;

namespace JaccardKernels.Engine.Gpu;

/// <summary>Memory of a GPU.</summary>
internal sealed class GpuBuffer : DeviceBuffer
{
    private MemoryBuffer? _memory;

    public GpuBuffer(GpuQueue queue, long bytes)
        : base(bytes)
    {
        Queue = queue;
        _memory = queue.Allocate(bytes);
        queue.Clear(_memory);
    }

    /// <summary>Where the memory lives.</summary>
    public GpuQueue Queue { get; }

    /// <summary>The memory itself.</summary>
    /// <exception cref="ObjectDisposedException">It is freed.</exception>
    public MemoryBuffer Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            return _memory;
        }
    }

    /// <summary>A slice as kernels take it.</summary>
    /// <exception cref="ObjectDisposedException">The memory is freed.</exception>
    public unsafe ArrayView<T> View<T>(long byteOffset, int length)
        where T : unmanaged => new ArrayView<byte>(Memory, byteOffset, (long)length * sizeof(T)).Cast<T>();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _memory is not null) Queue.Free(_memory);
        _memory = null;
    }
}
