using System.Runtime.InteropServices;

namespace JaccardKernels.Retrieval;

/// <summary>Builds index files of codes that may be more than memory holds.</summary>
public static class IndexBuilder
{
    // Bytes of codes taken up at a time, where they are not written as they come.
    private const int BlockBytes = 1 << 24;

    /// <summary>Writes an index file of a source's codes and ids, in place of whatever has its name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="open">Opens the codes. Where the structure keeps them in order of their ids, and they come so, they are written as they come, and no more
    /// than their ids is held in memory; else they are opened again, and all are.</param>
    /// <param name="structure">Flat, multi-index hashing or Jaccard.</param>
    /// <param name="origin">What made the codes, one line, or empty.</param>
    /// <param name="progress">Told of.</param>
    /// <param name="cancellation">Ends it early; nothing is written.</param>
    /// <exception cref="ArgumentException">An id is there twice, or the structure cannot hold the codes.</exception>
    /// <exception cref="InvalidDataException">The source is not sound.</exception>
    /// <exception cref="IOException">It cannot be written; what was there is as it was.</exception>
    public static void Build(
        string path, Func<ICodeSource> open, IndexStructure structure, string origin = "", StoreProgress? progress = null,
        CancellationToken cancellation = default)
    {
        using (ICodeSource source = open())
        {
            ItemLayout layout = new IndexContent(source.Bits) { Origin = origin }.Layout(structure);
            Arrangement arrangement = Arrangements.Of(layout);
            if (arrangement.Groups == 1 && TryWrite(path, source, layout, arrangement, progress, cancellation)) return;
        }
        using ICodeSource again = open();
        using BinaryIndex index = BinaryIndex.CreateAny(structure, new IndexContent(again.Bits) { Origin = origin }, threads: 1);
        Add(index, again, progress, cancellation);
        index.Save(path, structure, progress, cancellation);
    }

    /// <summary>Adds all codes of a source to an index; where it has no ids, they are numbered on from the largest there is.</summary>
    /// <exception cref="ArgumentException">They have other bits, an id is there already, or the index keeps names or labels.</exception>
    /// <exception cref="IOException">The log cannot be written; what came before is added.</exception>
    public static void Add(BinaryIndex index, ICodeSource source, StoreProgress? progress = null, CancellationToken cancellation = default)
    {
        long firstId = source.HasIds ? 0 : index.LargestId + 1;
        if (source.Bits != index.Bits) throw new ArgumentException($"{source.Name}: codes have {source.Bits} bits; those of the index have {index.Bits}.");
        var reader = new CodeReader(source, index.QueryLength * sizeof(ulong), BlockBytes);
        for (long done = 0; reader.Read() is var count and > 0; progress?.Invoke("adding codes", done += count, source.Count))
        {
            cancellation.ThrowIfCancellationRequested();
            for (int i = 0; i < count; i++) reader.Ids[i] += firstId;
            index.Add(reader.Ids.AsSpan(0, count), MemoryMarshal.Cast<byte, ulong>(reader.Codes.AsSpan(0, count * index.QueryLength * sizeof(ulong))));
        }
    }

    // As they come, unless their ids do not rise.
    private static bool TryWrite(
        string path, ICodeSource source, ItemLayout layout, Arrangement arrangement, StoreProgress? progress, CancellationToken cancellation)
    {
        var items = new SourceItems(source, layout.CodeWidth);
        List<ItemRun> runs = source.Count > 0 ? [new ItemRun(items, 0, source.Count)] : [];
        try
        {
            ItemStore.Write(path, layout, arrangement, new ItemRuns(runs, [0, source.Count]), progress, cancellation);
            return true;
        }
        catch (IdsNotRisingException)
        {
            return false;
        }
    }
}

/// <summary>The ids of a source do not rise.</summary>
internal sealed class IdsNotRisingException : Exception;

/// <summary>Reads the codes of a source, padded to whole words.</summary>
internal sealed class CodeReader(ICodeSource source, int width, int blockBytes)
{
    private readonly byte[] _packed = new byte[Math.Max(1, blockBytes / width) * (source.Bits / 8)];

    public long[] Ids { get; } = new long[Math.Max(1, blockBytes / width)];

    /// <summary>The codes, each of as many bytes as was asked for. Pinned: they are read through pointers.</summary>
    public byte[] Codes { get; } = GC.AllocateArray<byte>(Math.Max(1, blockBytes / width) * width, pinned: true);

    /// <summary>Reads the next block.</summary>
    /// <returns>Codes read; 0 at the end.</returns>
    /// <exception cref="InvalidDataException">The source ends before its last code.</exception>
    public int Read()
    {
        int bytes = source.Bits / 8;
        if (bytes == width) return source.Read(Ids, Codes);
        int count = source.Read(Ids, _packed);
        PackedCodes.CopyRows(_packed, bytes, Codes, width, count);
        return count;
    }
}

/// <summary>Items as they are read from a source, once, from the first to the last; ids in a file of their own are kept.</summary>
internal sealed unsafe class SourceItems(ICodeSource source, int width) : Items
{
    private readonly CodeReader _reader = new(source, width, ItemFile.CopyBytes);
    private readonly List<long[]> _ids = [];
    private long _read;
    private long _last = -1;

    public override long FirstRow => 0;

    public override long Count => source.Count;

    public override long IdOf(long item) => source.HasIds ? _ids[(int)(item / _reader.Ids.Length)][item % _reader.Ids.Length] : item;

    public override byte* Column(int column, long item, long count)
    {
        // Who writes a file asks for as many as the reader reads at a time, in order.
        int read = _reader.Read();
        if (read != count || item != _read) throw new InvalidDataException($"{source.Name}: ends after {_read + read} codes of {source.Count}.");
        _read += read;
        if (source.HasIds)
        {
            foreach (long id in _reader.Ids.AsSpan(0, read))
            {
                if (id <= _last) throw new IdsNotRisingException();
                _last = id;
            }
            _ids.Add(_reader.Ids.AsSpan(0, read).ToArray());
        }
        fixed (byte* codes = _reader.Codes) return codes;
    }

    public override string? NameOf(long item) => null;
}
