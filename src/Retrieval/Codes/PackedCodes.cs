using System.Runtime.InteropServices;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Binary codes <c>[N,bits]</c>, packed least significant bit first into uint64 words <c>[N, ceil(bits/64)]</c>, unused bits zero. In files they
/// are faiss's layout, uint8 <c>[N, ceil(bits/8)]</c>, least significant bit first; faiss itself has only multiples of 8, for other numbers
/// the last byte's high bits are zero, and reading needs the number. Immutable.
/// </summary>
public sealed class PackedCodes
{
    /// <summary>The most bits of a code, 2^20: far above any in use, and every size computed from it stays in range.</summary>
    public const int LargestBits = 1 << 20;

    private readonly ulong[] _data;

    /// <summary>Takes over words <c>[N, ceil(bits/64)]</c>.</summary>
    /// <param name="bits">Bits of a code, 1 to <see cref="LargestBits"/>.</param>
    /// <param name="data">Kept, not copied.</param>
    /// <param name="name">What messages call the codes.</param>
    /// <exception cref="ArgumentException">The words are not whole codes.</exception>
    /// <exception cref="InvalidDataException">A bit beyond the code is set.</exception>
    public PackedCodes(int bits, ulong[] data, string name = "codes")
    {
        Bits = CheckBits(bits);
        Words = SimilarityProblem.WordsOf(bits);
        Count = data.Length / Words;
        Guard.Length(data.Length, Count * Words);
        _data = data;
        int bad = IndexOfUnusedBit(data, bits);
        if (bad >= 0) throw new InvalidDataException($"{name}: code {bad} has a bit beyond its {bits} set.");
    }

    /// <summary>Bits of a code.</summary>
    public int Bits { get; }

    /// <summary>Words of a code.</summary>
    public int Words { get; }

    /// <summary>Codes, N.</summary>
    public int Count { get; }

    /// <summary>Bytes of a code in files.</summary>
    public int BytesPerCode => BytesOf(Bits);

    /// <summary>All words, <c>[N,Words]</c>.</summary>
    public ReadOnlySpan<ulong> Data => _data;

    /// <summary>The words of one code.</summary>
    public ReadOnlySpan<ulong> this[int index] => _data.AsSpan(index * Words, Words);

    /// <summary>Sign codes of embeddings <c>[N,D]</c>, D bits each: bit d is (e_d >= 0), computed by the backend in blocks.</summary>
    /// <exception cref="ArgumentException">The embeddings are not rows of D.</exception>
    public static PackedCodes FromEmbeddings(IBackend backend, ReadOnlySpan<float> embeddings, int dimensions)
    {
        // 16 MB of embeddings at a time: enough to hide the cost of a call.
        const int BlockElements = 4 << 20;
        Guard.Positive(dimensions);
        int count = embeddings.Length / dimensions, words = SimilarityProblem.WordsOf(dimensions);
        Guard.Length(embeddings.Length, count * dimensions);
        ulong[] data = new ulong[count * words];
        int block = Math.Clamp(BlockElements / dimensions, 1, Math.Max(count, 1));
        using DeviceBuffer source = backend.Allocate<float>(block * dimensions);
        using DeviceBuffer target = backend.Allocate<ulong>(block * words);
        for (int start = 0; start < count; start += block)
        {
            int rows = Math.Min(block, count - start);
            DeviceSpan<float> x = source.Slice<float>(0, rows * dimensions);
            DeviceSpan<ulong> codes = target.Slice<ulong>(0, rows * words);
            backend.Upload(embeddings.Slice(start * dimensions, rows * dimensions), x);
            backend.SignQuantization(new SignQuantizationProblem(rows, dimensions), x, codes);
            backend.Download(codes, data.AsSpan(start * words, rows * words));
        }
        return new PackedCodes(dimensions, data);
    }

    /// <summary>Unpacks faiss's layout.</summary>
    /// <param name="bytes">uint8 <c>[N, ceil(bits/8)]</c>.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="name">What messages call the codes.</param>
    /// <exception cref="ArgumentException">The bytes are not whole codes.</exception>
    /// <exception cref="InvalidDataException">A bit beyond the code is set.</exception>
    public static PackedCodes FromBytes(ReadOnlySpan<byte> bytes, int bits, string name = "codes")
    {
        int perCode = BytesOf(CheckBits(bits)), words = SimilarityProblem.WordsOf(bits), count = bytes.Length / perCode;
        Guard.Length(bytes.Length, count * perCode);
        ulong[] data = new ulong[Guard.Elements(nameof(bytes), count, words)];
        CopyRows(bytes, perCode, MemoryMarshal.AsBytes(data.AsSpan()), words * sizeof(ulong), count);
        return new PackedCodes(bits, data, name);
    }

    /// <summary>The codes in faiss's layout, uint8 <c>[N, ceil(bits/8)]</c>.</summary>
    public byte[] ToBytes()
    {
        int perCode = BytesPerCode;
        byte[] bytes = new byte[Guard.Elements("bytes", Count, perCode)];
        CopyRows(MemoryMarshal.AsBytes(Data), Words * sizeof(ulong), bytes, perCode, Count);
        return bytes;
    }

    /// <summary>Reads a .npy file of uint8 <c>[N, ceil(bits/8)]</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bits">Bits of a code; 0 means 8 for each column.</param>
    /// <exception cref="InvalidDataException">The file is not such an array, or its columns are not those of the bits.</exception>
    public static PackedCodes ReadNpy(string path, int bits = 0)
    {
        StoredArray array = NpyFile.Read(path);
        (_, int columns) = array.RequireMatrix();
        if (columns == 0) throw new InvalidDataException($"{path}: the shape is {array.ShapeText}; one column or more is needed.");
        if (columns > BytesOf(LargestBits))
            throw new InvalidDataException($"{path}: codes have {columns} bytes; the limit is {BytesOf(LargestBits)}.");
        if (bits == 0) bits = columns * 8;
        if (BytesOf(CheckBits(bits)) != columns)
            throw new InvalidDataException($"{path}: codes have {columns} bytes; {bits} bits are {BytesOf(bits)}.");
        return FromBytes(array.AsSpan<byte>(), bits, path);
    }

    /// <summary>Writes a .npy file of uint8 <c>[N, ceil(bits/8)]</c>, atomically.</summary>
    /// <exception cref="IOException">It cannot be written; the target is as it was.</exception>
    public void WriteNpy(string path) => NpyFile.Write<byte>(path, ToBytes(), Count, BytesPerCode);

    /// <summary>The first code with a bit beyond its own set, or -1.</summary>
    /// <param name="codes">[N,words].</param>
    /// <param name="bits">Bits of a code.</param>
    internal static int IndexOfUnusedBit(ReadOnlySpan<ulong> codes, int bits)
    {
        if (bits % 64 == 0) return -1;
        ulong unused = ~0UL << (bits % 64);
        int words = SimilarityProblem.WordsOf(bits);
        for (int last = words - 1; last < codes.Length; last += words)
            if ((codes[last] & unused) != 0) return last / words;
        return -1;
    }

    /// <summary>Copies codes between rows of bytes and rows of words, as much of each as the narrower of both has.</summary>
    internal static void CopyRows(ReadOnlySpan<byte> source, int sourceWidth, Span<byte> target, int targetWidth, int rows)
    {
        int width = Math.Min(sourceWidth, targetWidth);
        for (int row = 0; row < rows; row++) source.Slice(row * sourceWidth, width).CopyTo(target[(row * targetWidth)..]);
    }

    internal static int CheckBits(int bits) => bits is >= 1 and <= LargestBits
        ? bits
        : throw new ArgumentOutOfRangeException(nameof(bits), $"bits is {bits}; the range is 1 to {LargestBits}.");

    private static int BytesOf(int bits) => (bits + 7) / 8;
}
