using System.Runtime.InteropServices;

namespace JaccardKernels.Host;

/// <summary>
/// A block of zeroed native memory. A large one on Linux is mapped for itself, untouched, from the beginning of a large page on, and the system is
/// asked for large pages: of pages of 4 KiB a processor remembers the addresses of some thousand, and what walks over tensors in strides waits for
/// the others. It has no finalizer: spans of it outlive the last reference to the object, so only its owner may free it.
/// </summary>
public sealed unsafe partial class HostMemory : IDisposable
{
    // Four cache lines, or widest vectors: what every backend's buffers begin at.
    private const int Alignment = 256;

    // Of x86-64, and of ARM64 with small pages of 4 KiB.
    private const int LargePage = 2 << 20;

    // PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS and MADV_HUGEPAGE of Linux.
    private const int ReadAndWrite = 3, PrivateAndAnonymous = 0x22, AdviseLargePages = 14;

    private readonly nuint _length;
    private readonly bool _isMapped;
    private void* _allocated;

    /// <summary>Allocates <paramref name="bytes"/> bytes, aligned to 256 bytes.</summary>
    /// <exception cref="OutOfMemoryException">There is no more memory.</exception>
    public HostMemory(nuint bytes)
    {
        _isMapped = bytes >= LargePage && OperatingSystem.IsLinux();
        nuint alignment = _isMapped ? (nuint)LargePage : Alignment;
        _length = checked(bytes + alignment);
        _allocated = _isMapped ? Map(null, _length, ReadAndWrite, PrivateAndAnonymous, -1, 0) : NativeMemory.AllocZeroed(_length);
        if (_allocated == (void*)-1) throw new InsufficientMemoryException($"there is no memory for {bytes} bytes.");
        Start = (byte*)(((nuint)_allocated + alignment - 1) & ~(alignment - 1));
        // Advice: where it is not followed, nothing but the time differs.
        if (_isMapped) _ = Advise(Start, bytes & ~(nuint)(LargePage - 1), AdviseLargePages);
    }

    /// <summary>Its first byte; null once it is freed.</summary>
    public byte* Start { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_allocated == null) return;
        if (_isMapped) _ = Unmap(_allocated, _length);
        else NativeMemory.Free(_allocated);
        _allocated = null;
        Start = null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmap(void* start, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* start, nuint bytes, int advice);
}
