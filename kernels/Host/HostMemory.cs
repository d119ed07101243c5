using System.Runtime.InteropServices;

namespace JaccardKernels.Host;

/// <summary>
/// A block of zeroed native memory whose pages come untouched from the system. A large one begins at a large page, and on Linux the system is asked for
/// large pages: of pages of 4 KiB a processor remembers some thousand addresses, so that whatever walks over tensors in strides would wait for most of them.
/// It has no finalizer: spans of it outlive the last reference to the object, so only its owner may free it.
/// </summary>
public sealed unsafe partial class HostMemory : IDisposable
{
    // Four cache lines, or widest vectors: what every backend's buffers begin at.
    private const int Alignment = 256;

    // Of a page on x86-64, and on ARM64 with small pages of 4 KiB.
    private const int LargePage = 2 << 20;

    // MADV_HUGEPAGE of Linux.
    private const int AdviseLargePages = 14;

    private void* _allocated;

    /// <summary>Allocates <paramref name="bytes"/> bytes, aligned to 256 bytes.</summary>
    /// <exception cref="OutOfMemoryException">There is no more memory.</exception>
    public HostMemory(nuint bytes)
    {
        nuint alignment = bytes >= LargePage ? (nuint)LargePage : Alignment;
        _allocated = NativeMemory.AllocZeroed(checked(bytes + alignment));
        Start = (byte*)(((nuint)_allocated + alignment - 1) & ~(alignment - 1));
        // Advice: where it is not followed, nothing but the time differs.
        if (bytes >= LargePage && OperatingSystem.IsLinux()) _ = Advise(Start, bytes & ~(nuint)(LargePage - 1), AdviseLargePages);
    }

    /// <summary>Its first byte; null once it is freed.</summary>
    public byte* Start { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_allocated);
        _allocated = null;
        Start = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* start, nuint bytes, int advice);
}
