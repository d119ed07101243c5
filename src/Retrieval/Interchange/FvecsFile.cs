using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>Embeddings as .fvecs files of the TEXMEX data sets: each row D floats, int32 D before them.</summary>
public static class FvecsFile
{
    /// <summary>The most dimensions of an embedding, 2^20, as many as bits of a code.</summary>
    public const int LargestDimensions = PackedCodes.LargestBits;

    /// <summary>Opens embeddings. Nothing but the first row's length is read yet.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It has no row, or not whole rows; the message is one line.</exception>
    public static FvecsSource Open(string path) =>
        Ownership.Pass(SourceFile.Open(path), file => new FvecsSource(new VecsReader(file, sizeof(float), LargestDimensions)));

    /// <summary>Starts a file of embeddings.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimensions">D, 1 to <see cref="LargestDimensions"/>.</param>
    /// <param name="count">Embeddings there will be, 1 to <see cref="ICodeSource.LargestCount"/>: a file of none could not say their length.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static FvecsSink Create(string path, int dimensions, long count)
    {
        if (Guard.Positive(dimensions) > LargestDimensions)
            throw new ArgumentOutOfRangeException(nameof(dimensions), $"dimensions is {dimensions}; the limit is {LargestDimensions}.");
        return new FvecsSink(path, dimensions, count);
    }
}
