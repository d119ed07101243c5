using System.Runtime.InteropServices;

namespace JaccardKernels.Host;

/// <summary>Native memory that grows to the largest request and is then reused: what kernels pack their operands into.</summary>
public sealed unsafe class ScratchMemory : IDisposable
{
    // A cache line, and the width of the widest vector.
    private const int Alignment = 64;

    private void* _memory;
    private nuint _bytes;

    /// <summary>At least <paramref name="length"/> elements, aligned to 64 bytes, contents undefined. The previous pointer is no longer valid.</summary>
    /// <exception cref="OutOfMemoryException">There is no more memory.</exception>
    public T* Get<T>(long length)
        where T : unmanaged
    {
        nuint bytes = checked((nuint)length * (nuint)sizeof(T));
        if (bytes > _bytes)
        {
            NativeMemory.AlignedFree(_memory);
            _memory = null;
            _bytes = 0;
            _memory = NativeMemory.AlignedAlloc(bytes, Alignment);
            _bytes = bytes;
        }
        return (T*)_memory;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _bytes = 0;
    }
}
