namespace JaccardKernels.Host;

/// <summary>Native memory that grows to the largest request and is then reused: what kernels pack their operands into.</summary>
public sealed unsafe class ScratchMemory : IDisposable
{
    private HostMemory? _memory;
    private nuint _bytes;

    /// <summary>At least <paramref name="length"/> elements, aligned to 256 bytes, of any contents. The previous pointer is no longer valid.</summary>
    /// <exception cref="OutOfMemoryException">There is no more memory.</exception>
    public T* Get<T>(long length)
        where T : unmanaged
    {
        nuint bytes = checked((nuint)length * (nuint)sizeof(T));
        if (bytes > _bytes || _memory == null)
        {
            Dispose();
            _memory = new HostMemory(bytes);
            _bytes = bytes;
        }
        return (T*)_memory.Start;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory?.Dispose();
        _memory = null;
        _bytes = 0;
    }
}
