using JaccardKernels.Engine;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Embeddings float32 <c>[N,D]</c> on their way into a file, a block at a time; of <see cref="FvecsFile.Create"/>. How many there will be is checked
/// by <see cref="Commit"/>, with which the file appears whole; disposing without it leaves the target as it was. Not for several threads at once.
/// </summary>
public sealed class FvecsSink : IDisposable
{
    private readonly VecsWriter<float> _rows;

    internal FvecsSink(string path, int dimensions, long count) =>
        (Name, Dimensions, Count, _rows) = (path, dimensions, count, new VecsWriter<float>(path, dimensions, count));

    /// <summary>What messages call it: the file.</summary>
    public string Name { get; }

    /// <summary>Dimensions, D.</summary>
    public int Dimensions { get; }

    /// <summary>Embeddings there will be, N.</summary>
    public long Count { get; }

    /// <summary>Embeddings written so far.</summary>
    public long Written { get; private set; }

    /// <summary>Writes the next embeddings, <c>[rows,D]</c>.</summary>
    /// <exception cref="ArgumentException">The values are not whole embeddings, or one is NaN or infinite.</exception>
    /// <exception cref="InvalidOperationException">They are more than were announced.</exception>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Write(ReadOnlySpan<float> embeddings)
    {
        (int rows, int rest) = Math.DivRem(embeddings.Length, Dimensions);
        if (rest != 0)
            throw new ArgumentException($"embeddings has {embeddings.Length} elements; an embedding has {Dimensions}.", nameof(embeddings));
        int bad = StoredArray.IndexOfNonFinite(embeddings);
        if (bad >= 0)
            throw new ArgumentException(
                $"row {Written + bad / Dimensions}, dimension {bad % Dimensions} is {embeddings[bad]}; finite numbers are needed.",
                nameof(embeddings));
        if (rows > Count - Written)
            throw new InvalidOperationException($"{Name}: embedding {Written + rows - 1} is written; {Count} were announced.");
        _rows.Write(embeddings);
        Written += rows;
    }

    /// <summary>Makes the embeddings durable and the file visible under its name; once.</summary>
    /// <exception cref="InvalidOperationException">They are fewer than were announced.</exception>
    /// <exception cref="IOException">The disk is full or the rename failed.</exception>
    public void Commit()
    {
        if (Written != Count) throw new InvalidOperationException($"{Name}: {Written} embeddings are written; {Count} were announced.");
        _rows.Commit();
    }

    /// <summary>Removes what is not committed.</summary>
    public void Dispose() => _rows.Dispose();
}
