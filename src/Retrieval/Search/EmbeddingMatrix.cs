using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>Real-valued embeddings float32 <c>[N,D]</c>, all finite. Immutable.</summary>
public sealed class EmbeddingMatrix
{
    private readonly float[] _values;

    /// <summary>Takes over embeddings <c>[N,D]</c>.</summary>
    /// <param name="values">Kept, not copied.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="name">What messages call them.</param>
    /// <exception cref="ArgumentException">The values are not rows of D.</exception>
    /// <exception cref="InvalidDataException">A value is NaN or infinite.</exception>
    public EmbeddingMatrix(float[] values, int dimensions, string name = "embeddings")
    {
        Dimensions = Guard.Positive(dimensions);
        Count = values.Length / dimensions;
        Guard.Length(values.Length, Count * dimensions);
        int bad = StoredArray.IndexOfNonFinite(values);
        if (bad >= 0)
            throw new InvalidDataException(
                $"{name}: row {bad / dimensions}, dimension {bad % dimensions} is {values[bad]}; finite numbers are needed.");
        _values = values;
    }

    /// <summary>Rows, N.</summary>
    public int Count { get; }

    /// <summary>Dimensions, D.</summary>
    public int Dimensions { get; }

    /// <summary>All values, <c>[N,D]</c>.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>Reads embeddings from a matrix of floats.</summary>
    /// <exception cref="InvalidDataException">The array is not a matrix of finite floats with at least one column.</exception>
    public static EmbeddingMatrix From(StoredArray array)
    {
        (_, int dimensions) = array.RequireMatrix();
        if (dimensions == 0) throw new InvalidDataException($"{array.Name}: the shape is {array.ShapeText}; one column or more is needed.");
        return new EmbeddingMatrix(array.ToSingle(), dimensions, array.Name);
    }
}
