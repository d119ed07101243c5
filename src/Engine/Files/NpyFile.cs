using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace JaccardKernels.Engine;

/// <summary>
/// NumPy's .npy files, format versions 1.0, 2.0 and 3.0 (NEP 1): booleans, integers of 1 to 8 bytes, floats of 2 to 8 bytes,
/// little-endian, C order.
/// Anything else (Fortran order, big-endian, objects, structures, complex numbers, bytes after the data) is refused by name.
/// </summary>
public static class NpyFile
{
    private const int MagicLength = 6;

    // NumPy itself refuses headers beyond 10,000 characters as unsafe to parse.
    private const int LargestHeader = 10_000;

    // The data start at a multiple of this, as NumPy writes them.
    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is not an array of a type listed above; the message is one line naming file, thing, value and
    /// limit.</exception>
    public static StoredArray Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        return Read(stream, path);
    }

    /// <summary>Reads an array that reaches from the stream's position to its end.</summary>
    /// <param name="stream">Seekable.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">As of <see cref="Read(string)"/>.</exception>
    public static StoredArray Read(Stream stream, string name)
    {
        NpyHeader header = ParseHeader(stream, name);
        int bytes = ArrayReader.CheckedBytes(name, header.Type, header.Shape, out int[] shape);
        CheckLeft(stream, name, header, bytes);
        return new StoredArray(name, header.Type, shape, ArrayReader.ReadElements(stream, name, header.Type, bytes));
    }

    /// <summary>
    /// Reads the header alone, of an array of any size that reaches to the stream's end, and leaves the stream at its first element: for arrays
    /// that are read piece by piece.
    /// </summary>
    /// <param name="stream">Seekable.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is not an array of a type listed above, or the stream holds more or less than the array.</exception>
    public static NpyDescription ReadHeader(Stream stream, string name)
    {
        NpyHeader header = ParseHeader(stream, name);
        long bytes = ArrayReader.SaturatedBytes(header.Type, header.Shape);
        CheckLeft(stream, name, header, bytes);
        return new NpyDescription(header.Type, header.Shape, bytes);
    }

    /// <summary>Writes a file atomically, format version 1.0.</summary>
    /// <exception cref="ArgumentException">The shape's product is not the number of values.</exception>
    /// <exception cref="IOException">It cannot be written; the target is as it was.</exception>
    public static void Write<T>(string path, ReadOnlySpan<T> values, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        StoredArray.CheckShape(values.Length, shape);
        byte[] header = Header(ElementTypes.Of<T>(), shape);
        using AtomicFile file = AtomicFile.Create(path);
        file.Stream.Write(header);
        file.Stream.Write(MemoryMarshal.AsBytes(values));
        file.Commit();
    }

    /// <summary>Writes an array atomically.</summary>
    /// <exception cref="IOException">It cannot be written; the target is as it was.</exception>
    public static void Write(string path, StoredArray array)
    {
        byte[] header = Header<int>(array.Type, [.. array.Shape]);
        using AtomicFile file = AtomicFile.Create(path);
        file.Stream.Write(header);
        file.Stream.Write(array.Bytes);
        file.Commit();
    }

    /// <summary>Writes the header alone, for an array of any size whose elements are to follow piece by piece.</summary>
    public static void WriteHeader(Stream stream, ElementType type, params ReadOnlySpan<long> shape) => stream.Write(Header(type, shape));

    // From the magic to the end of the header; the stream is at the first element then.
    private static NpyHeader ParseHeader(Stream stream, string name)
    {
        long available = stream.Length - stream.Position;
        Span<byte> prefix = stackalloc byte[12];
        if (available < 10) throw new InvalidDataException($"{name}: has {available} bytes; a .npy file has 10 or more.");
        stream.ReadExactly(prefix[..10]);
        if (!prefix[..MagicLength].SequenceEqual(Magic))
            throw new InvalidDataException($"{name}: is not a .npy file (it does not start with \\x93NUMPY).");
        (int major, int minor) = (prefix[6], prefix[7]);
        if (major is < 1 or > 3 || minor != 0)
            throw new InvalidDataException($"{name}: .npy format version is {major}.{minor}; 1.0, 2.0 and 3.0 are known.");
        int prefixLength = major == 1 ? 10 : 12;
        if (available < prefixLength) throw new InvalidDataException($"{name}: ends inside its header.");
        stream.ReadExactly(prefix[10..prefixLength]);
        long headerLength = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(prefix[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(prefix[8..]);
        if (headerLength > LargestHeader)
            throw new InvalidDataException($"{name}: header length is {headerLength}; the limit is {LargestHeader}.");
        if (headerLength > available - prefixLength)
            throw new InvalidDataException($"{name}: header length is {headerLength}; the file has {available - prefixLength} bytes left.");
        byte[] header = new byte[headerLength];
        stream.ReadExactly(header);
        return NpyHeader.Parse(name, Encoding.UTF8.GetString(header));
    }

    private static void CheckLeft(Stream stream, string name, NpyHeader header, long bytes)
    {
        long left = stream.Length - stream.Position;
        if (bytes != left)
            throw new InvalidDataException(
                $"{name}: {StoredArray.ShapeToText<long>(header.Shape)} of {header.Type} is {bytes} bytes; the file holds {left} after its header.");
    }

    private static byte[] Header<T>(ElementType type, ReadOnlySpan<T> shape)
        where T : IFormattable
    {
        string extents = string.Join(", ", shape.ToArray().Select(x => x.ToString(null, CultureInfo.InvariantCulture)));
        // A tuple of one keeps its comma in Python.
        string text = $"{{'descr': '{type.NpyDescr()}', 'fortran_order': False, 'shape': ({extents}{(shape.Length == 1 ? "," : "")}), }}";
        int total = (MagicLength + 4 + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        byte[] header = new byte[total];
        header.AsSpan().Fill((byte)' ');
        Magic.CopyTo(header);
        (header[6], header[7]) = (1, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), checked((ushort)(total - 10)));
        Encoding.ASCII.GetBytes(text, header.AsSpan(10));
        header[^1] = (byte)'\n';
        return header;
    }
}
