using System.Buffers.Binary;

namespace JaccardKernels.Retrieval;

/// <summary>
/// What starts an index of binary codes in a faiss file: <c>write_index_binary</c> of faiss 1.7.3 and 1.11.0, which differ in code_size alone.
/// Little-endian, without padding:
/// <code>
/// offset  bytes  field
///      0      4  fourcc: IBxF, IndexBinaryFlat; IBMp, IndexBinaryIDMap; IBM2, IndexBinaryIDMap2
///      4      4  d, bits of a code, int32
///      8      4  code_size, d/8, int32; of an index with ids also 0, as 1.7.3 writes and 1.11.0 reads, but does not search from Python
///     12      8  ntotal, int64
///     20      1  is_trained, 1
///     21      4  metric_type, 1 (METRIC_L2, the default, which indices of binary codes do not use)
/// </code>
/// A flat index goes on with its codes. An index with ids goes on with a whole flat index, then its ids. Both are vectors: the number of elements,
/// uint64, then the elements, uint8 <c>[N, d/8]</c> and int64 <c>[N]</c>.
/// </summary>
internal readonly record struct FaissBinaryHeader(uint Kind, int Bits, long Count)
{
    public const uint Flat = 'I' | 'B' << 8 | 'x' << 16 | 'F' << 24;
    public const uint IdMap = 'I' | 'B' << 8 | 'M' << 16 | 'p' << 24;
    public const uint IdMap2 = 'I' | 'B' << 8 | 'M' << 16 | '2' << 24;

    public const int Bytes = 25;
    public const int VectorCountBytes = sizeof(ulong);

    /// <summary>Reads and checks a header.</summary>
    /// <exception cref="InvalidDataException">It is of another kind, or a field is out of range.</exception>
    public static FaissBinaryHeader Read(SourceFile file, long offset)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        file.Read(offset, bytes[..sizeof(uint)]);
        uint kind = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (kind is not (Flat or IdMap or IdMap2))
            throw new InvalidDataException(
                $"{file.Name}: holds no flat index of binary codes: '{Text(bytes[..4])}' is at byte {offset}; IBxF, IBMp and IBM2 are read.");
        file.Read(offset, bytes);
        int bits = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        int codeSize = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        long count = BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]);
        int metric = BinaryPrimitives.ReadInt32LittleEndian(bytes[21..]);
        if (bits is < 8 or > PackedCodes.LargestBits || bits % 8 != 0)
            throw new InvalidDataException($"{file.Name}: codes have {bits} bits; multiples of 8 up to {PackedCodes.LargestBits} are read.");
        if (codeSize != bits / 8 && (codeSize != 0 || kind == Flat))
            throw new InvalidDataException($"{file.Name}: codes have {codeSize} bytes; {bits} bits are {bits / 8}.");
        if (count is < 0 or > ICodeSource.LargestCount)
            throw new InvalidDataException($"{file.Name}: has {count} codes; the range is 0 to {ICodeSource.LargestCount}.");
        if (bytes[20] != 1) throw new InvalidDataException($"{file.Name}: the mark of a trained index is {bytes[20]}; 1 is needed.");
        if (metric != 1) throw new InvalidDataException($"{file.Name}: the metric's type is {metric}; 1 is needed.");
        return new FaissBinaryHeader(kind, bits, count);
    }

    /// <summary>Writes the header to the start of <paramref name="bytes"/>.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Kind);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], Bits);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], Bits / 8);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[12..], Count);
        bytes[20] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[21..], 1);
    }

    // What is no printable character is a dot, so that a message stays one line.
    private static string Text(ReadOnlySpan<byte> bytes) =>
        string.Create(bytes.Length, bytes, (text, source) =>
        {
            for (int i = 0; i < text.Length; i++) text[i] = source[i] is >= 0x20 and < 0x7F ? (char)source[i] : '.';
        });
}
