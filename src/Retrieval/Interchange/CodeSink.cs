namespace JaccardKernels.Retrieval;

/// <summary>
/// Binary codes <c>[N,bits]</c> on their way into a file, a block at a time. How many there will be is said when it is made and checked by
/// <see cref="Commit"/>, with which the file appears whole; disposing without it leaves the target as it was. Not for several threads at once.
/// </summary>
public abstract class CodeSink : IDisposable
{
    // 1 MB of codes at a time between two files.
    private const int BlockBytes = 1 << 20;

    private protected CodeSink(string name, int bits, long count, bool hasIds) => (Name, Bits, Count, HasIds) = (name, bits, count, hasIds);

    /// <summary>What messages call it: the file.</summary>
    public string Name { get; }

    /// <summary>Bits of a code, a multiple of 8 from 8 to <see cref="PackedCodes.LargestBits"/>.</summary>
    public int Bits { get; }

    /// <summary>Codes there will be, N, 0 to <see cref="ICodeSource.LargestCount"/>.</summary>
    public long Count { get; }

    /// <summary>Whether the file has ids; else a code's id is its row.</summary>
    public bool HasIds { get; }

    /// <summary>Codes written so far.</summary>
    public long Written { get; private set; }

    private int BytesPerCode => Bits / 8;

    /// <summary>Writes the next codes.</summary>
    /// <param name="ids">The codes' ids, 0 or more each; empty where the file has none.</param>
    /// <param name="codes">The codes in faiss's layout, uint8 <c>[rows, bits/8]</c>, least significant bit first.</param>
    /// <exception cref="ArgumentException">The bytes are not whole codes, the ids are not as many, or one is negative.</exception>
    /// <exception cref="InvalidOperationException">They are more than were announced.</exception>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Write(ReadOnlySpan<long> ids, ReadOnlySpan<byte> codes)
    {
        (int rows, int rest) = Math.DivRem(codes.Length, BytesPerCode);
        if (rest != 0) throw new ArgumentException($"codes has {codes.Length} bytes; a code has {BytesPerCode}.", nameof(codes));
        if (ids.Length != (HasIds ? rows : 0))
            throw new ArgumentException($"there are {ids.Length} ids for {rows} codes; {(HasIds ? rows : 0)} are needed.", nameof(ids));
        int negative = Ids.IndexOfNegative(ids);
        if (negative >= 0) throw new ArgumentException($"the id of row {Written + negative} is {ids[negative]}; the least is 0.", nameof(ids));
        if (rows > Count - Written)
            throw new InvalidOperationException($"{Name}: code {Written + rows - 1} is written; {Count} codes were announced.");
        if (rows == 0) return;
        WriteRows(Written, ids, codes);
        Written += rows;
    }

    /// <summary>Writes all that a source has left, with its ids if this file has ids, in blocks of a megabyte.</summary>
    /// <exception cref="ArgumentException">The source's codes have another number of bits.</exception>
    /// <exception cref="InvalidOperationException">They are more than were announced.</exception>
    /// <exception cref="InvalidDataException">The source's file is not sound.</exception>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void WriteAll(ICodeSource source)
    {
        if (source.Bits != Bits) throw new ArgumentException($"{source.Name} has codes of {source.Bits} bits; {Bits} are needed.", nameof(source));
        long[] ids = new long[Math.Max(BlockBytes / BytesPerCode, 1)];
        byte[] codes = new byte[ids.Length * BytesPerCode];
        while (source.Read(ids, codes) is var rows and > 0) Write(HasIds ? ids.AsSpan(0, rows) : [], codes.AsSpan(0, rows * BytesPerCode));
    }

    /// <summary>Makes the codes durable and the file visible under its name; once.</summary>
    /// <exception cref="InvalidOperationException">They are fewer than were announced.</exception>
    /// <exception cref="IOException">The disk is full or the rename failed.</exception>
    public void Commit()
    {
        if (Written != Count) throw new InvalidOperationException($"{Name}: {Written} codes are written; {Count} were announced.");
        CommitFiles();
    }

    /// <summary>Removes what is not committed.</summary>
    public void Dispose()
    {
        CloseFiles();
        GC.SuppressFinalize(this);
    }

    private protected abstract void WriteRows(long first, ReadOnlySpan<long> ids, ReadOnlySpan<byte> codes);

    private protected abstract void CommitFiles();

    private protected abstract void CloseFiles();

    /// <summary>Checks what a caller announces.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Bits or count are out of range.</exception>
    internal static void CheckSizes(int bits, long count)
    {
        if (bits is < 8 or > PackedCodes.LargestBits || bits % 8 != 0)
            throw new ArgumentOutOfRangeException(nameof(bits), $"bits is {bits}; multiples of 8 up to {PackedCodes.LargestBits} are written.");
        if (count is < 0 or > ICodeSource.LargestCount)
            throw new ArgumentOutOfRangeException(nameof(count), $"count is {count}; the range is 0 to {ICodeSource.LargestCount}.");
    }
}
