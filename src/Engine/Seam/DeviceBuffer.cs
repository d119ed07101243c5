namespace JaccardKernels.Engine;

/// <summary>
/// Memory of one backend, addressed in bytes, its start aligned to <see cref="Alignment"/>. The only owner of device memory there is:
/// everything else refers to it by <see cref="DeviceSpan{T}"/>. Fresh memory is zero.
/// </summary>
public abstract class DeviceBuffer : IDisposable
{
    /// <summary>Every buffer starts, and every slice of an arena must start, at a multiple of this many bytes: what 128-bit GPU loads and cache lines need.</summary>
    public const int Alignment = 256;

    /// <summary>Describes memory of <paramref name="bytes"/> bytes.</summary>
    protected DeviceBuffer(long bytes) => Bytes = bytes;

    /// <summary>Size in bytes.</summary>
    public long Bytes { get; }

    /// <summary>A typed slice.</summary>
    /// <param name="byteOffset">Where it starts; a multiple of the element's size.</param>
    /// <param name="length">Elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The slice leaves the buffer or is not aligned to its element.</exception>
    public unsafe DeviceSpan<T> Slice<T>(long byteOffset, int length)
        where T : unmanaged
    {
        if (byteOffset < 0 || length < 0 || byteOffset % sizeof(T) != 0 || byteOffset + (long)length * sizeof(T) > Bytes)
            throw new ArgumentOutOfRangeException(nameof(byteOffset), $"{length} elements of {sizeof(T)} bytes at {byteOffset} do not fit a buffer of {Bytes} bytes.");
        return new DeviceSpan<T>(this, byteOffset, length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory; called once or more.</summary>
    protected abstract void Dispose(bool disposing);
}
