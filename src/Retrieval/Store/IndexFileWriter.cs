using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace JaccardKernels.Retrieval;

/// <summary>Writes an index file from its first byte to its last, in pieces of any size; the header, which needs all of it, comes at the end.</summary>
internal sealed class IndexFileWriter
{
    private readonly FileStream _stream;
    private readonly List<Section> _sections = [];
    private readonly List<ulong> _checks = [];
    private readonly XxHash3 _hash = new();
    private long _position = IndexFormat.Page;
    private int _inBlock;

    /// <summary>Starts a file.</summary>
    /// <param name="stream">Empty, seekable, not owned.</param>
    public IndexFileWriter(FileStream stream)
    {
        _stream = stream;
        stream.Write(new byte[IndexFormat.Page]);
    }

    /// <summary>Begins a section at the next page.</summary>
    public void Begin(SectionKind kind, uint parameter = 0)
    {
        Span<byte> zeros = stackalloc byte[IndexFormat.Page];
        zeros.Clear();
        Put(zeros[..(int)(IndexFormat.NextPage(_position) - _position)]);
        _sections.Add(new Section(kind, parameter, _position, 0));
    }

    /// <summary>Continues the section.</summary>
    public void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        Put(bytes);
        _sections[^1] = _sections[^1] with { Bytes = _sections[^1].Bytes + bytes.Length };
    }

    /// <summary>Writes a whole section.</summary>
    public void Write<T>(SectionKind kind, uint parameter, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        Begin(kind, parameter);
        Write(values);
    }

    /// <summary>Maps a section that was written, to read it while others are.</summary>
    public WrittenSection Map(SectionKind kind)
    {
        _stream.Flush();
        return new WrittenSection(_stream.Name, _sections.Find(section => section.Kind == kind));
    }

    /// <summary>Writes the checksums and the header; the file is then whole.</summary>
    /// <returns>The header.</returns>
    public IndexHeader Finish(IndexHeader header)
    {
        if (_inBlock > 0) EndBlock();
        ReadOnlySpan<byte> checks = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_checks));
        _stream.Write(checks);
        header = header with { Sections = _sections, Checks = _position, ChecksHash = XxHash3.HashToUInt64(checks) };
        byte[] bytes = header.ToBytes();
        _stream.Position = 0;
        _stream.Write(bytes);
        return IndexHeader.Parse(bytes, _position + checks.Length, _stream.Name);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _position += bytes.Length;
        while (bytes.Length > 0)
        {
            int take = Math.Min(IndexFormat.Block - _inBlock, bytes.Length);
            _hash.Append(bytes[..take]);
            bytes = bytes[take..];
            if ((_inBlock += take) == IndexFormat.Block) EndBlock();
        }
    }

    private void EndBlock()
    {
        _checks.Add(_hash.GetCurrentHashAsUInt64());
        _hash.Reset();
        _inBlock = 0;
    }
}

/// <summary>A section of a file that is still being written, mapped.</summary>
internal sealed unsafe class WrittenSection : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;

    public WrittenSection(string path, Section section)
    {
        if (section.Bytes == 0) return;
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(section.Offset, section.Bytes, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Start = (nint)(start + _view.PointerOffset);
    }

    /// <summary>Its first byte.</summary>
    public nint Start { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_view is null) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file!.Dispose();
    }
}
