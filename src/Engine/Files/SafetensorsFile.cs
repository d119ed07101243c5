using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>
/// Named tensors and text, in the safetensors format: 8 bytes of header length, a JSON header of dtype, shape and data_offsets per tensor and an
/// optional <c>__metadata__</c> map of strings, then the elements, little-endian, without holes.
/// Reads BOOL, U8 to U64, I8 to I64, F16, F32, F64.
/// Writing is canonical: the same contents give the same bytes, in whatever order they were added.
/// </summary>
public sealed class SafetensorsFile
{
    private readonly SortedDictionary<string, StoredArray> _tensors = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);

    /// <summary>Makes an empty file, to be filled and written.</summary>
    /// <param name="name">What messages call it: a path.</param>
    public SafetensorsFile(string name = "safetensors") => Name = name;

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>Tensors by name, in ordinal order.</summary>
    public IReadOnlyDictionary<string, StoredArray> Tensors => _tensors;

    /// <summary>Text by key.</summary>
    public IDictionary<string, string> Metadata => _metadata;

    /// <summary>A tensor that must be there.</summary>
    /// <exception cref="InvalidDataException">There is none of that name.</exception>
    public StoredArray this[string name] => _tensors.TryGetValue(name, out StoredArray? tensor)
        ? tensor
        : throw new InvalidDataException($"{Name}: there is no tensor '{name}'.");

    /// <summary>A tensor that may be there.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out StoredArray? tensor) => _tensors.TryGetValue(name, out tensor);

    /// <summary>Adds a copy of <paramref name="values"/>.</summary>
    /// <exception cref="ArgumentException">The name is taken or reserved, or the shape's product is not the number of values.</exception>
    public void Add<T>(string name, ReadOnlySpan<T> values, params ReadOnlySpan<int> shape)
        where T : unmanaged => Add(name, StoredArray.Create($"{Name}: tensor '{name}'", values, shape));

    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is not a sound safetensors file; the message is one line naming file, thing, value and
    /// limit.</exception>
    public static SafetensorsFile Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        return Read(stream, path);
    }

    /// <summary>Reads what reaches from the stream's position to its end.</summary>
    /// <param name="stream">Seekable.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">As of <see cref="Read(string)"/>.</exception>
    public static SafetensorsFile Read(Stream stream, string name)
    {
        var file = new SafetensorsFile(name);
        byte[] header = ReadHeader(stream, name);
        long available = stream.Length - stream.Position;
        List<SafetensorsEntry> entries = SafetensorsHeader.Parse(name, header, file._metadata);
        entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long expected = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            string tensor = OneLine.Of($"{name}: tensor '{entry.Name}'");
            int bytes = ArrayReader.CheckedBytes(tensor, entry.Type, entry.Shape, out int[] shape);
            // Sorted by their starts, tensors that follow each other exactly neither overlap nor leave holes.
            if (entry.Begin != expected)
                throw new InvalidDataException($"{tensor} starts at byte {entry.Begin} of the data; {expected} is where the one before ends.");
            if (entry.End - entry.Begin != bytes)
                throw new InvalidDataException(
                    $"{tensor} has {entry.End - entry.Begin} bytes; {StoredArray.ShapeToText(shape)} of {entry.Type} is {bytes}.");
            if (entry.End > available)
                throw new InvalidDataException($"{tensor} ends at byte {entry.End} of the data; the file has {available}.");
            expected = entry.End;
            file.Add(entry.Name, new StoredArray(tensor, entry.Type, shape, ArrayReader.ReadElements(stream, tensor, entry.Type, bytes)));
        }
        return expected == available ? file : throw new InvalidDataException(
            $"{name}: has {available} bytes of data; its tensors end at {expected}.");
    }

    /// <summary>Writes the file atomically.</summary>
    /// <exception cref="IOException">It cannot be written; the target is as it was.</exception>
    public void Write(string path)
    {
        using AtomicFile file = AtomicFile.Create(path);
        Write(file.Stream);
        file.Commit();
    }

    /// <summary>Writes it to a stream.</summary>
    public void Write(Stream stream)
    {
        // Wide elements first, then by name: each tensor starts at a multiple of its element's size.
        KeyValuePair<string, StoredArray>[] order =
            [.. _tensors.OrderByDescending(t => t.Value.Type.Size()).ThenBy(t => t.Key, StringComparer.Ordinal)];
        byte[] header = SafetensorsHeader.Format(order, _metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach ((_, StoredArray tensor) in order) stream.Write(tensor.Bytes);
    }

    private static byte[] ReadHeader(Stream stream, string name)
    {
        long available = stream.Length - stream.Position;
        if (available < 8) throw new InvalidDataException($"{name}: has {available} bytes; a safetensors file has 8 or more.");
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > SafetensorsHeader.LargestLength)
            throw new InvalidDataException(
                $"{name}: header length is {length}; the limit is {SafetensorsHeader.LargestLength} (is this a safetensors file?).");
        if (length > (ulong)(available - 8))
            throw new InvalidDataException($"{name}: header length is {length}; the file has {available - 8} bytes left.");
        byte[] header = new byte[length];
        stream.ReadExactly(header);
        return header;
    }

    private void Add(string name, StoredArray tensor)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name == SafetensorsHeader.MetadataKey) throw new ArgumentException($"'{name}' is reserved.", nameof(name));
        if (!_tensors.TryAdd(name, tensor)) throw new ArgumentException($"a tensor '{name}' is there already.", nameof(name));
    }
}
