using System.Numerics.Tensors;
using JaccardKernels.Host;
using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>
/// Codebooks <c>[M,256,D]</c> of which a code of M bytes takes a codeword each: it stands for their sum. Composite, product and sign codes are all of
/// this form, and so are ranked by the same look-up tables. Immutable.
/// </summary>
public sealed class AdditiveCodebooks
{
    /// <summary>Codewords of a codebook, K.</summary>
    public const int Codewords = 256;

    // Queries whose tables are computed at once.
    private const int BlockQueries = 1024;

    private const string TensorName = "codebooks";

    private readonly float[] _values;

    /// <summary>Takes over codebooks.</summary>
    /// <param name="values">[M,256,D], kept, not copied.</param>
    /// <param name="dimensions">D.</param>
    /// <exception cref="ArgumentException">The values are not whole codebooks.</exception>
    public AdditiveCodebooks(float[] values, int dimensions)
    {
        Dimensions = Guard.Positive(dimensions);
        Count = values.Length / (Codewords * dimensions);
        Guard.Length(values.Length, Count * Codewords * dimensions);
        _values = values;
    }

    /// <summary>Reads the codebooks of a quantizer's file.</summary>
    /// <exception cref="InvalidDataException">There are none, they have another shape, or a number is not finite.</exception>
    public static AdditiveCodebooks Read(SafetensorsFile file)
    {
        StoredArray stored = file[TensorName];
        return stored.Shape is [> 0 and <= CompositeEncodingProblem.MaxCodebooks, Codewords, > 0]
            ? new AdditiveCodebooks(stored.ToSingle(), stored.Shape[2])
            : throw new InvalidDataException(
                $"{file.Name}: the shape of {TensorName} is {stored.ShapeText}; it is [M,{Codewords},D], M up to {CompositeEncodingProblem.MaxCodebooks}.");
    }

    /// <summary>Adds them to a quantizer's file.</summary>
    public void AddTo(SafetensorsFile file) => file.Add(TensorName, Values, Count, Codewords, Dimensions);

    /// <summary>Codebooks, M, and bytes of a code.</summary>
    public int Count { get; }

    /// <summary>Dimensions, D.</summary>
    public int Dimensions { get; }

    /// <summary>All codewords, <c>[M,256,D]</c>.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>
    /// Tables <c>[Q,M,256]</c> of queries <c>[Q,D]</c>, for distances as of <see cref="LookupProblem"/> together with <see cref="Terms"/>: squared
    /// distances to what codes stand for, or negated inner products with it.
    /// </summary>
    /// <exception cref="ArgumentException">The queries are not rows of D.</exception>
    public float[] Tables(IBackend backend, ReadOnlySpan<float> queries, EmbeddingDistance distance)
    {
        int count = queries.Length / Dimensions, row = Count * Codewords;
        Guard.Length(queries.Length, count * Dimensions);
        var tables = new float[Guard.Elements("tables", count, row)];
        if (count == 0) return tables;
        int block = Math.Min(count, BlockQueries);
        using DeviceBuffer words = backend.Allocate<float>(_values.Length), x = backend.Allocate<float>(block * Dimensions);
        using DeviceBuffer y = backend.Allocate<float>(block * row);
        backend.Upload(Values, words.As<float>());
        for (int start = 0; start < count; start += block)
        {
            int rows = Math.Min(block, count - start);
            DeviceSpan<float> source = x.Slice<float>(0, rows * Dimensions), products = y.Slice<float>(0, rows * row);
            backend.Upload(queries.Slice(start * Dimensions, rows * Dimensions), source);
            backend.Gemm(new GemmProblem(rows, row, Dimensions, transposeB: true), source, words.As<float>(), default, products);
            backend.Download(products, tables.AsSpan(start * row, rows * row));
        }
        FromProducts(queries, tables, distance);
        return tables;
    }

    /// <summary>The same for squared distances, on the host, into the caller's memory: nothing is allocated.</summary>
    /// <param name="queries">[Q,D].</param>
    /// <param name="tables">[Q,M,256], overwritten.</param>
    /// <param name="team">Threads.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Tables(ReadOnlySpan<float> queries, Span<float> tables, ThreadTeam team)
    {
        int count = queries.Length / Dimensions;
        Guard.Length(queries.Length, count * Dimensions);
        Guard.Length(tables.Length, count * Count * Codewords);
        if (count == 0) return;
        Gemm.Run(new GemmProblem(count, Count * Codewords, Dimensions, transposeB: true), queries, _values, default, tables, team);
        FromProducts(queries, tables, EmbeddingDistance.SquaredEuclidean);
    }

    // |x - y|^2 = |x|^2 - 2 x y + |y|^2: the query's norm goes into its first column, which every item takes one entry of.
    private void FromProducts(ReadOnlySpan<float> queries, Span<float> tables, EmbeddingDistance distance)
    {
        TensorPrimitives.Multiply(tables, distance == EmbeddingDistance.SquaredEuclidean ? -2f : -1f, tables);
        if (distance == EmbeddingDistance.InnerProduct) return;
        for (int q = 0; q < queries.Length / Dimensions; q++)
        {
            Span<float> first = tables.Slice(q * Count * Codewords, Codewords);
            TensorPrimitives.Add(first, TensorPrimitives.SumOfSquares(queries.Slice(q * Dimensions, Dimensions)), first);
        }
    }

    /// <summary>What items add to their distances: the squared norm of what a code stands for <c>[N]</c>, or nothing for inner products.</summary>
    /// <exception cref="ArgumentException">The codes are not rows of M.</exception>
    public float[] Terms(ReadOnlySpan<byte> codes, EmbeddingDistance distance)
    {
        if (distance == EmbeddingDistance.InnerProduct) return [];
        int count = CountOf(codes);
        var terms = new float[count];
        var item = new float[Dimensions];
        for (int i = 0; i < count; i++)
        {
            Sum(codes.Slice(i * Count, Count), item);
            terms[i] = TensorPrimitives.SumOfSquares<float>(item);
        }
        return terms;
    }

    /// <summary>What codes <c>[N,M]</c> stand for, <c>[N,D]</c>.</summary>
    /// <exception cref="ArgumentException">The codes are not rows of M.</exception>
    public float[] Reconstruct(ReadOnlySpan<byte> codes)
    {
        int count = CountOf(codes);
        var result = new float[Guard.Elements("embeddings", count, Dimensions)];
        Reconstruct(codes, result);
        return result;
    }

    /// <summary>Writes what codes <c>[N,M]</c> stand for into <c>[N,D]</c>.</summary>
    /// <exception cref="ArgumentException">The codes are not rows of M, or the result has another length.</exception>
    public void Reconstruct(ReadOnlySpan<byte> codes, Span<float> result)
    {
        int count = CountOf(codes);
        Guard.Length(result.Length, count * Dimensions);
        for (int i = 0; i < count; i++) Sum(codes.Slice(i * Count, Count), result.Slice(i * Dimensions, Dimensions));
    }

    /// <summary>The mean squared distance of embeddings <c>[N,D]</c> from what their codes stand for.</summary>
    /// <exception cref="ArgumentException">The codes or the embeddings are not rows, or not as many.</exception>
    public double MeanError(ReadOnlySpan<float> embeddings, ReadOnlySpan<byte> codes)
    {
        int count = CountOf(codes);
        Guard.Length(embeddings.Length, count * Dimensions);
        var item = new float[Dimensions];
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            Sum(codes.Slice(i * Count, Count), item);
            ReadOnlySpan<float> embedding = embeddings.Slice(i * Dimensions, Dimensions);
            for (int d = 0; d < item.Length; d++) sum += ((double)embedding[d] - item[d]) * ((double)embedding[d] - item[d]);
        }
        return sum / Math.Max(count, 1);
    }

    private void Sum(ReadOnlySpan<byte> code, Span<float> item)
    {
        item.Clear();
        for (int m = 0; m < code.Length; m++) TensorPrimitives.Add(item, _values.AsSpan((m * Codewords + code[m]) * Dimensions, Dimensions), item);
    }

    private int CountOf(ReadOnlySpan<byte> codes)
    {
        int count = codes.Length / Count;
        Guard.Length(codes.Length, count * Count, nameof(codes));
        return count;
    }
}
