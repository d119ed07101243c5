using System.Runtime.InteropServices;
using JaccardKernels.Engine;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Embeddings float32 <c>[N,D]</c> read from a file front to back, a block at a time; of <see cref="FvecsFile.Open"/>. Not for several threads at
/// once.
/// </summary>
public sealed class FvecsSource : IDisposable
{
    private readonly VecsReader _rows;
    private long _next;

    internal FvecsSource(VecsReader rows) => _rows = rows;

    /// <summary>What messages call it: the file.</summary>
    public string Name => _rows.Name;

    /// <summary>Dimensions, D, 1 to <see cref="FvecsFile.LargestDimensions"/>.</summary>
    public int Dimensions => _rows.Dimensions;

    /// <summary>Embeddings in all, N, 1 to <see cref="ICodeSource.LargestCount"/>.</summary>
    public long Count => _rows.Count;

    /// <summary>Reads the next embeddings, as many as there is room for and are left.</summary>
    /// <param name="embeddings">Receives them, <c>[rows,D]</c>.</param>
    /// <returns>The embeddings read; 0 at the end.</returns>
    /// <exception cref="ArgumentException">There is no room for even one of those that are left.</exception>
    /// <exception cref="InvalidDataException">A row has another length, a value is NaN or infinite, or the file became shorter; the message is one
    /// line.</exception>
    public int Read(Span<float> embeddings)
    {
        // More floats would be more bytes than a span has.
        int rows = (int)Math.Min(Math.Min(embeddings.Length, int.MaxValue / sizeof(float)) / Dimensions, Count - _next);
        if (rows == 0)
        {
            return _next == Count
                ? 0
                : throw new ArgumentException($"there is room for {embeddings.Length} floats; an embedding has {Dimensions}.");
        }
        Span<float> block = embeddings[..(rows * Dimensions)];
        _rows.Read(_next, MemoryMarshal.AsBytes(block));
        int bad = StoredArray.IndexOfNonFinite(block);
        if (bad >= 0)
            throw new InvalidDataException(
                $"{Name}: row {_next + bad / Dimensions}, dimension {bad % Dimensions} is {block[bad]}; finite numbers are needed.");
        _next += rows;
        return rows;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _rows.Dispose();
}
