using System.Buffers.Binary;
using JaccardKernels.Engine;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Files of faiss's exact indices of binary codes, as <c>faiss.write_index_binary</c> and <c>faiss.read_index_binary</c> have them:
/// <c>IndexBinaryFlat</c>, and with ids <c>IndexBinaryIDMap</c> and <c>IndexBinaryIDMap2</c> over one. Other indices are refused by name.
/// </summary>
public static class FaissBinaryFile
{
    // faiss reads no vector of 2^40 elements or more.
    private const long LargestVector = (1L << 40) - 1;

    /// <summary>Opens an index, with or without ids. Nothing but its header is read yet.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is no such index, or not whole; the message is one line.</exception>
    public static ICodeSource Open(string path) => Ownership.Pass(SourceFile.Open(path), Open);

    /// <summary>Starts an index, an <c>IndexBinaryIDMap</c> if it has ids and else an <c>IndexBinaryFlat</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bits">Bits of a code, a multiple of 8 from 8 to <see cref="PackedCodes.LargestBits"/>.</param>
    /// <param name="count">Codes there will be; fewer than 2^40, and fewer than 2^40 bytes of codes, or faiss could not read them.</param>
    /// <param name="hasIds">Whether codes have ids other than their rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static CodeSink Create(string path, int bits, long count, bool hasIds = false)
    {
        CodeSink.CheckSizes(bits, count);
        long codeBytes = count * (bits / 8);
        if (codeBytes > LargestVector)
            throw new ArgumentOutOfRangeException(
                nameof(count), $"count is {count}; codes of {bits} bits would have {codeBytes} bytes, and faiss reads {LargestVector} at most.");

        var flat = new FaissBinaryHeader(FaissBinaryHeader.Flat, bits, count);
        int flatAt = hasIds ? FaissBinaryHeader.Bytes : 0;
        byte[] start = new byte[flatAt + FaissBinaryHeader.Bytes + FaissBinaryHeader.VectorCountBytes];
        if (hasIds) (flat with { Kind = FaissBinaryHeader.IdMap }).Write(start);
        flat.Write(start.AsSpan(flatAt));
        BinaryPrimitives.WriteInt64LittleEndian(start.AsSpan(start.Length - FaissBinaryHeader.VectorCountBytes), codeBytes);
        return Ownership.Pass(AtomicFile.Create(path), file =>
        {
            file.Stream.Write(start);
            if (!hasIds) return new FlatCodeSink(path, bits, count, file, start.Length);
            Span<byte> idCount = stackalloc byte[FaissBinaryHeader.VectorCountBytes];
            BinaryPrimitives.WriteInt64LittleEndian(idCount, count);
            file.Stream.Position = start.Length + codeBytes;
            file.Stream.Write(idCount);
            return new FlatCodeSink(path, bits, count, file, start.Length, file, file.Stream.Position);
        });
    }

    private static FlatCodeSource Open(SourceFile file)
    {
        FaissBinaryHeader header = FaissBinaryHeader.Read(file, 0);
        bool hasIds = header.Kind != FaissBinaryHeader.Flat;
        long at = FaissBinaryHeader.Bytes;
        if (hasIds)
        {
            FaissBinaryHeader flat = FaissBinaryHeader.Read(file, at);
            if (flat.Kind != FaissBinaryHeader.Flat)
                throw new InvalidDataException($"{file.Name}: the index within the one with ids has ids too; a flat one, IBxF, is needed.");
            if ((flat.Bits, flat.Count) != (header.Bits, header.Count))
                throw new InvalidDataException(
                    $"{file.Name}: the index within has {flat.Count} codes of {flat.Bits} bits; {header.Count} of {header.Bits} are needed.");
            at += FaissBinaryHeader.Bytes;
        }

        // The bounds of the header keep these sums below 2^58.
        long codeBytes = header.Count * (header.Bits / 8);
        long codesAt = RequireVector(file, "bytes of codes", at, codeBytes);
        long end = codesAt + codeBytes, idsAt = 0;
        if (hasIds)
        {
            idsAt = RequireVector(file, "ids", end, header.Count);
            end = idsAt + header.Count * sizeof(long);
        }
        if (file.Length != end) throw new InvalidDataException($"{file.Name}: has {file.Length} bytes; the index in it has {end}.");
        return new FlatCodeSource(file, codesAt, header.Bits, header.Count, hasIds ? file : null, idsAt);
    }

    // A vector's elements start behind their number.
    private static long RequireVector(SourceFile file, string what, long offset, long elements)
    {
        Span<byte> bytes = stackalloc byte[FaissBinaryHeader.VectorCountBytes];
        file.Read(offset, bytes);
        ulong stored = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return stored == (ulong)elements
            ? offset + bytes.Length
            : throw new InvalidDataException(
                $"{file.Name}: says that {stored} {what} follow at byte {offset + bytes.Length}; {elements} are needed.");
    }
}
