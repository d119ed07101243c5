using System.Buffers.Binary;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Rows of the .bvecs and .fvecs files of the TEXMEX data sets: each the number of its components, int32, then the components, little-endian. All
/// rows have as many as the first.
/// </summary>
internal sealed class VecsReader : IDisposable
{
    public const int PrefixBytes = sizeof(int);

    private const int BlockBytes = 1 << 20;

    private readonly SourceFile _file;
    private readonly int _payload;
    private readonly byte[] _block;

    /// <param name="file">Owned.</param>
    /// <param name="elementBytes">Bytes of a component.</param>
    /// <param name="largest">The most components of a row.</param>
    /// <exception cref="InvalidDataException">The file has no row, too long ones, too many, or ends within one.</exception>
    public VecsReader(SourceFile file, int elementBytes, int largest)
    {
        _file = file;
        if (file.Length == 0) throw new InvalidDataException($"{file.Name}: has 0 bytes; a row or more is needed.");
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        file.Read(0, prefix);
        Dimensions = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (Dimensions < 1 || Dimensions > largest)
            throw new InvalidDataException($"{file.Name}: row 0 has {Dimensions} components; the range is 1 to {largest}.");
        _payload = Dimensions * elementBytes;
        (Count, long rest) = Math.DivRem(file.Length, RowBytes);
        if (rest != 0)
            throw new InvalidDataException(
                $"{file.Name}: has {file.Length} bytes, which are {Count} rows of {RowBytes} and {rest} bytes; whole rows are needed.");
        if (Count > ICodeSource.LargestCount)
            throw new InvalidDataException($"{file.Name}: has {Count} rows; the limit is {ICodeSource.LargestCount}.");
        _block = new byte[Math.Clamp(BlockBytes / RowBytes, 1, Count) * RowBytes];
    }

    public string Name => _file.Name;

    /// <summary>Components of a row.</summary>
    public int Dimensions { get; }

    /// <summary>Rows.</summary>
    public long Count { get; }

    private int RowBytes => PrefixBytes + _payload;

    /// <summary>Reads the components of rows, <c>[rows, Dimensions]</c>.</summary>
    /// <exception cref="InvalidDataException">A row has another number of components, or the file became shorter.</exception>
    public void Read(long first, Span<byte> components)
    {
        for (long row = first; components.Length > 0;)
        {
            int rows = Math.Min(_block.Length / RowBytes, components.Length / _payload);
            Span<byte> block = _block.AsSpan(0, rows * RowBytes);
            _file.Read(row * RowBytes, block);
            for (int i = 0; i < rows; i++, row++)
            {
                ReadOnlySpan<byte> stored = block.Slice(i * RowBytes, RowBytes);
                int dimensions = BinaryPrimitives.ReadInt32LittleEndian(stored);
                if (dimensions != Dimensions)
                    throw new InvalidDataException($"{Name}: row {row} has {dimensions} components; row 0 has {Dimensions}.");
                stored[PrefixBytes..].CopyTo(components[(i * _payload)..]);
            }
            components = components[(rows * _payload)..];
        }
    }

    public void Dispose() => _file.Dispose();
}
