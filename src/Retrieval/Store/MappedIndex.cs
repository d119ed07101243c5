using System.IO.Hashing;
using System.IO.MemoryMappedFiles;

namespace JaccardKernels.Retrieval;

/// <summary>
/// An index file mapped into memory. Opening reads the header and the checksums, whatever the size of the rest; every block is compared with its
/// checksum the first time it is asked for. The mapping is shared: it lives until the last who acquired it has released it, also when another file has
/// taken its name. A file that somebody cuts short while it is mapped ends the process, as with any mapped file: replace files, never truncate them.
/// </summary>
internal sealed unsafe class MappedIndex : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly byte[] _checked;
    private int _users = 1;

    private MappedIndex(string path, IndexHeader header, MemoryMappedFile file, long length)
    {
        (Path, Header, _file) = (path, header, file);
        _view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        // A view starts at the file's first byte here, but the interface allows an offset into its first page.
        _start += _view.PointerOffset;
        _checked = new byte[IndexFormat.Blocks(header.Checks)];
        ByteCount = length;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What it says of itself.</summary>
    public IndexHeader Header { get; }

    /// <summary>Its tables of substrings, once somebody has looked.</summary>
    public SubstringTables? SubstringTables { get; set; }

    /// <summary>Bytes of the file.</summary>
    public long ByteCount { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is not a sound index of a known version.</exception>
    public static MappedIndex Open(string path)
    {
        // Whoever replaces the file renames over it: this handle keeps the old one.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        byte[] page = new byte[IndexFormat.Page];
        int read = stream.ReadAtLeast(page, page.Length, throwOnEndOfStream: false);
        IndexHeader header = IndexHeader.Parse(page.AsSpan(0, read), stream.Length, path);
        MemoryMappedFile file = MemoryMappedFile.CreateFromFile(
            stream, mapName: null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        var index = new MappedIndex(path, header, file, stream.Length);
        if (index.HashOf(header.Checks, index.ByteCount - header.Checks) == header.ChecksHash) return index;
        index.Dispose();
        throw new InvalidDataException($"{path}: is corrupt: its checksums do not match their own.");
    }

    /// <summary>Takes part in keeping the mapping, unless its last user has gone.</summary>
    public bool TryAcquire()
    {
        for (int users = Volatile.Read(ref _users); users > 0;)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users) return true;
            users = seen;
        }
        return false;
    }

    /// <summary>Ends what <see cref="TryAcquire"/>, or opening, began.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _users) > 0) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    /// <summary>The section of a kind, or none.</summary>
    public Section? Find(SectionKind kind)
    {
        foreach (Section section in Header.Sections)
            if (section.Kind == kind) return section;
        return null;
    }

    /// <summary>A pointer to bytes of the file, not yet compared with their checksums.</summary>
    public byte* At(long offset) => _start + offset;

    /// <summary>Bytes of the file, compared with their checksums.</summary>
    /// <exception cref="InvalidDataException">They do not match.</exception>
    public byte* Checked(long offset, long bytes)
    {
        if (bytes > 0)
        {
            long last = (offset + bytes - 1 - IndexFormat.Page) / IndexFormat.Block;
            for (long block = (offset - IndexFormat.Page) / IndexFormat.Block; block <= last; block++)
                if (_checked[block] == 0) Check(block);
        }
        return _start + offset;
    }

    /// <summary>Compares all with its checksums.</summary>
    /// <param name="progress">Takes the bytes compared so far.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="InvalidDataException">A block does not match.</exception>
    public void CheckAll(Action<long>? progress = null, CancellationToken cancellation = default)
    {
        for (long block = 0; block < _checked.Length; block++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_checked[block] == 0) Check(block);
            progress?.Invoke((block + 1) * IndexFormat.Block);
        }
    }

    private void Check(long block)
    {
        long start = IndexFormat.Page + block * IndexFormat.Block, bytes = Math.Min(IndexFormat.Block, Header.Checks - start);
        if (HashOf(start, bytes) != ((ulong*)(_start + Header.Checks))[block])
        {
            Section? section = Header.Sections.LastOrDefault(s => s.Offset < start + bytes);
            throw new InvalidDataException($"{Path}: is corrupt: bytes {start} to {start + bytes - 1} (its {section?.Kind}) do not match their checksum.");
        }
        _checked[block] = 1;
    }

    private ulong HashOf(long start, long bytes)
    {
        if (bytes <= int.MaxValue) return XxHash3.HashToUInt64(new ReadOnlySpan<byte>(_start + start, (int)bytes));
        var hash = new XxHash3();
        for (long at = 0; at < bytes; at += 1 << 30)
            hash.Append(new ReadOnlySpan<byte>(_start + start + at, (int)Math.Min(1 << 30, bytes - at)));
        return hash.GetCurrentHashAsUInt64();
    }
}
