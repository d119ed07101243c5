namespace JaccardKernels.Retrieval;

/// <summary>What all sources share: how many rows the next block has, and rows as ids.</summary>
internal abstract class CodeSource(string name, int bits, long count, bool hasIds) : ICodeSource
{
    private long _next;

    public string Name => name;

    public int Bits => bits;

    public long Count => count;

    public bool HasIds => hasIds;

    protected int BytesPerCode => bits / 8;

    public int Read(Span<long> ids, Span<byte> codes)
    {
        // More ids would be more bytes than a span has.
        int room = Math.Min(Math.Min(ids.Length, int.MaxValue / sizeof(long)), codes.Length / BytesPerCode);
        int rows = (int)Math.Min(room, Count - _next);
        if (rows == 0)
        {
            return _next == Count
                ? 0
                : throw new ArgumentException($"there is room for {ids.Length} ids and {codes.Length} bytes; a code has {BytesPerCode}.");
        }
        ReadCodes(_next, codes[..(rows * BytesPerCode)]);
        ReadIds(_next, ids[..rows]);
        _next += rows;
        return rows;
    }

    public abstract void Dispose();

    protected abstract void ReadCodes(long first, Span<byte> codes);

    /// <summary>Reads the ids of rows; without ids in the file, the rows.</summary>
    protected virtual void ReadIds(long first, Span<long> ids)
    {
        for (int i = 0; i < ids.Length; i++) ids[i] = first + i;
    }
}
