using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>
/// Product quantization (Jegou, Douze, Schmid 2011): the dimensions are cut into as many ranges as a code has bytes, each with 256 means of its own.
/// </summary>
public sealed class ProductQuantizer : Quantizer
{
    private ProductQuantizer(AdditiveCodebooks codebooks, IReadOnlyList<double> errors)
        : base(codebooks, errors)
    {
    }

    /// <inheritdoc/>
    public override QuantizerKind Kind => QuantizerKind.Product;

    /// <summary>Learns it; the error is the mean squared distance of an embedding from what its code stands for.</summary>
    /// <param name="backend">Where distances are computed.</param>
    /// <param name="embeddings">[N,D], one or more.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="bits">Bits of a code, a multiple of 8 up to 8 D.</param>
    /// <param name="seed">Decides where the means start.</param>
    /// <exception cref="ArgumentException">The bits and the dimensions do not go together; the message names both.</exception>
    public static ProductQuantizer Train(IBackend backend, ReadOnlySpan<float> embeddings, int dimensions, int bits, int seed = 1)
    {
        _ = QuantizerSpec.CountOf(embeddings, dimensions);
        var codebooks = new AdditiveCodebooks(StartOf(backend, embeddings, dimensions, QuantizerSpec.BytesOf(bits), seed), dimensions);
        double error = codebooks.MeanError(embeddings, new ProductQuantizer(codebooks, []).Encode(backend, embeddings));
        return new ProductQuantizer(codebooks, [error]);
    }

    /// <summary>Codebooks <c>[M,256,D]</c> of means of ranges of the dimensions, zero elsewhere.</summary>
    internal static float[] StartOf(IBackend backend, ReadOnlySpan<float> embeddings, int dimensions, int codebooks, int seed)
    {
        if (codebooks > dimensions)
            throw new ArgumentException(
                $"codes of {codebooks} bytes cut {dimensions} dimensions into ranges; the most are {dimensions} bytes.", nameof(codebooks));
        var values = new float[codebooks * AdditiveCodebooks.Codewords * dimensions];
        for (int m = 0; m < codebooks; m++)
        {
            (int start, int length) = RangeOf(m, codebooks, dimensions);
            float[] means = KMeans.Train(backend, Columns(embeddings, dimensions, start, length), length, seed + m);
            for (int k = 0; k < AdditiveCodebooks.Codewords; k++)
                means.AsSpan(k * length, length).CopyTo(values.AsSpan((m * AdditiveCodebooks.Codewords + k) * dimensions + start));
        }
        return values;
    }

    /// <summary>The rest of a stored one.</summary>
    internal static ProductQuantizer Read(SafetensorsFile file, AdditiveCodebooks codebooks) => codebooks.Count <= codebooks.Dimensions
        ? new ProductQuantizer(codebooks, [])
        : throw new InvalidDataException($"{file.Name}: {codebooks.Count} codebooks cut {codebooks.Dimensions} dimensions into ranges.");

    // Codewords of two ranges have no dimension in common: the nearest sum is that of the nearest means.
    private protected override void Encode(IBackend backend, ReadOnlySpan<float> embeddings, Span<byte> codes)
    {
        using var search = new CodewordSearch(backend, embeddings, Dimensions, Codebooks.Count);
        search.Find(Codebooks.Values, codes, sweeps: 0, seed: 0);
    }

    private protected override void AddTo(SafetensorsFile file)
    {
    }

    // Where the dimensions do not divide, the ranges differ by one.
    private static (int Start, int Length) RangeOf(int m, int codebooks, int dimensions)
    {
        int start = m * dimensions / codebooks;
        return (start, (m + 1) * dimensions / codebooks - start);
    }
}
