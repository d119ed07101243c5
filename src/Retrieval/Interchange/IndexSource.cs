using System.Runtime.InteropServices;

namespace JaccardKernels.Retrieval;

/// <summary>The codes and ids of an index, as they are when it is opened, in order of the ids.</summary>
public sealed class IndexSource : ICodeSource
{
    private readonly BinaryIndex _index;
    private readonly ItemCursor _items;
    private ulong[] _words = [];

    /// <summary>Opens an index file.</summary>
    /// <exception cref="IOException">There is none, or it cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or its codes are no multiple of 8 bits.</exception>
    public IndexSource(string path)
    {
        Name = path;
        _index = BinaryIndex.OpenAny(path, threads: 1);
        try
        {
            if (_index.Bits % 8 != 0) throw new InvalidDataException($"{path}: codes have {_index.Bits} bits; other formats take multiples of 8.");
            _items = _index.Items();
        }
        catch
        {
            _index.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Bits => _index.Bits;

    /// <inheritdoc/>
    public long Count => _items.Count;

    /// <summary>The ids are not the rows.</summary>
    public bool HasIds => !_items.IdsAreRows;

    /// <inheritdoc/>
    public int Read(Span<long> ids, Span<byte> codes)
    {
        int bytes = Bits / 8, width = _index.QueryLength * sizeof(ulong), room = Math.Min(ids.Length, codes.Length / bytes);
        if (_words.Length < room * _index.QueryLength) _words = new ulong[room * _index.QueryLength];
        int count = _items.Read(ids[..room], _words);
        PackedCodes.CopyRows(MemoryMarshal.AsBytes(_words.AsSpan()), width, codes, bytes, count);
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _items.Dispose();
        _index.Dispose();
    }
}
