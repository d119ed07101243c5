namespace JaccardKernels.Retrieval;

/// <summary>Sign codes of embeddings as they are read: bit d of byte d/8, from the least, is (e_d >= 0).</summary>
internal sealed class SignSource : ICodeSource
{
    private readonly FvecsSource _embeddings;
    private float[] _block = [];
    private long _next;

    /// <summary>Takes over a file of embeddings.</summary>
    /// <exception cref="InvalidDataException">Their dimensions are no multiple of 8.</exception>
    public SignSource(FvecsSource embeddings)
    {
        _embeddings = embeddings;
        if (embeddings.Dimensions % 8 == 0) return;
        embeddings.Dispose();
        throw new InvalidDataException($"{embeddings.Name}: embeddings have {embeddings.Dimensions} dimensions; sign codes need a multiple of 8.");
    }

    public string Name => _embeddings.Name;

    public int Bits => _embeddings.Dimensions;

    public long Count => _embeddings.Count;

    public bool HasIds => false;

    public int Read(Span<long> ids, Span<byte> codes)
    {
        int room = (int)Math.Min(Math.Min(ids.Length, codes.Length / (Bits / 8)), Count - _next);
        if (_block.Length < room * Bits) _block = new float[room * Bits];
        int rows = room == 0 ? 0 : _embeddings.Read(_block.AsSpan(0, room * Bits));
        codes[..(rows * Bits / 8)].Clear();
        for (int i = 0; i < rows * Bits; i++)
            if (_block[i] >= 0) codes[i / 8] |= (byte)(1 << (i % 8));
        for (int i = 0; i < rows; i++) ids[i] = _next++;
        return rows;
    }

    public void Dispose() => _embeddings.Dispose();
}
