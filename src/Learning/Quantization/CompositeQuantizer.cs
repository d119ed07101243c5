using System.Globalization;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>How composite quantization is learned; the defaults are those of Mojoo and Kurita 2021, section 5 of whose system it is.</summary>
public sealed record CompositeOptions
{
    /// <summary>Bits of a code, a multiple of 8 times the halves.</summary>
    public int Bits { get; init; } = 64;

    /// <summary>Parts of an embedding that are quantized each by itself: 2 for the two branches of the network.</summary>
    public int Halves { get; init; } = 1;

    /// <summary>Rounds of encoding and of learning the codebooks.</summary>
    public int Rounds { get; init; } = 2;

    /// <summary>Sweeps of iterated conditional modes in an encoding.</summary>
    public int Sweeps { get; init; } = CompositeQuantizer.DefaultSweeps;

    /// <summary>Decides where means start and the order of codebooks in sweeps.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Added to the diagonal of the normal equations.</summary>
    public double Ridge { get; init; } = 0.001;
}

/// <summary>
/// Composite quantization (Zhang, Du, Wang 2014; as Liu and others 2018 use it): a code stands for a sum of codewords of all dimensions of its half. It
/// starts from product quantization; in each round, codes are improved by iterated conditional modes, and codebooks are the ridge least squares
/// solution for them. Codewords that nothing uses keep their value.
/// </summary>
public sealed class CompositeQuantizer : Quantizer
{
    /// <summary>Sweeps of iterated conditional modes, if nothing is said.</summary>
    public const int DefaultSweeps = 3;

    private const int Codewords = AdditiveCodebooks.Codewords;
    private const string StartKey = "start", SweepsKey = "sweeps", SeedKey = "seed";

    private readonly int _sweeps, _seed;

    private CompositeQuantizer(AdditiveCodebooks codebooks, AdditiveCodebooks start, IReadOnlyList<double> errors, int sweeps, int seed)
        : base(codebooks, errors) => (Start, _sweeps, _seed) = (start, sweeps, seed);

    /// <inheritdoc/>
    public override QuantizerKind Kind => QuantizerKind.Composite;

    /// <summary>The product codebooks that learning began with: their codes are where the sweeps of an encoding start.</summary>
    internal AdditiveCodebooks Start { get; }

    /// <summary>Learns it; the error is the mean squared distance of an embedding from what its code stands for.</summary>
    /// <param name="backend">Where codes are computed.</param>
    /// <param name="embeddings">[N,D], one or more.</param>
    /// <param name="dimensions">D, a multiple of the halves.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">Bits, halves and dimensions do not go together; the message names them.</exception>
    public static CompositeQuantizer Train(IBackend backend, ReadOnlySpan<float> embeddings, int dimensions, CompositeOptions options)
    {
        _ = QuantizerSpec.CountOf(embeddings, dimensions);
        int bytes = QuantizerSpec.BytesOf(options.Bits), halves = Guard.Positive(options.Halves);
        if (bytes % halves != 0 || dimensions % halves != 0)
            throw new ArgumentException(
                $"{options.Bits} bits and {dimensions} dimensions were asked for in {halves} halves; bytes and dimensions must divide.", nameof(options));
        Guard.AtLeast(options.Rounds, 0);
        Guard.AtLeast(options.Sweeps, 0);
        int own = dimensions / halves, words = bytes / halves * Codewords;
        float[] start = new float[bytes * Codewords * dimensions], values = new float[start.Length];
        var errors = new double[options.Rounds + 1];
        for (int half = 0; half < halves; half++)
        {
            float[] vectors = Columns(embeddings, dimensions, half * own, own);
            float[] means = ProductQuantizer.StartOf(backend, vectors, own, bytes / halves, options.Seed);
            float[] learned = Improve(backend, vectors, new AdditiveCodebooks(means, own), options, errors);
            for (int word = 0; word < words; word++)
            {
                int at = (half * words + word) * dimensions + half * own;
                means.AsSpan(word * own, own).CopyTo(start.AsSpan(at));
                learned.AsSpan(word * own, own).CopyTo(values.AsSpan(at));
            }
        }
        return new CompositeQuantizer(
            new AdditiveCodebooks(values, dimensions), new AdditiveCodebooks(start, dimensions), errors, options.Sweeps, options.Seed);
    }

    /// <summary>The rest of a stored one.</summary>
    internal static CompositeQuantizer Read(SafetensorsFile file, AdditiveCodebooks codebooks)
    {
        StoredArray start = file[StartKey];
        start.RequireShape(codebooks.Count, Codewords, codebooks.Dimensions);
        return new CompositeQuantizer(
            codebooks, new AdditiveCodebooks(start.ToSingle(), codebooks.Dimensions), [], Number(file, SweepsKey, 0, 1000),
            Number(file, SeedKey, 0, int.MaxValue));
    }

    // Codewords of two halves have no dimension in common: all codebooks at once choose what those of each half would.
    private protected override void Encode(IBackend backend, ReadOnlySpan<float> embeddings, Span<byte> codes)
    {
        using var search = new CodewordSearch(backend, embeddings, Dimensions, Codebooks.Count);
        search.Find(Start.Values, codes, sweeps: 0, _seed);
        search.Improve(Codebooks.Values, codes, _sweeps, _seed);
    }

    private protected override void AddTo(SafetensorsFile file)
    {
        file.Add(StartKey, Start.Values, Start.Count, Codewords, Dimensions);
        file.Metadata[SweepsKey] = _sweeps.ToString(CultureInfo.InvariantCulture);
        file.Metadata[SeedKey] = _seed.ToString(CultureInfo.InvariantCulture);
    }

    // Rounds of encoding and regression of one half, whose errors are added to those of all.
    private static float[] Improve(IBackend backend, float[] vectors, AdditiveCodebooks words, CompositeOptions options, double[] errors)
    {
        byte[] codes = new byte[vectors.Length / words.Dimensions * words.Count];
        using var search = new CodewordSearch(backend, vectors, words.Dimensions, words.Count);
        search.Find(words.Values, codes, sweeps: 0, options.Seed);
        errors[0] += words.MeanError(vectors, codes);
        for (int round = 1; round <= options.Rounds; round++)
        {
            search.Improve(words.Values, codes, options.Sweeps, options.Seed + round);
            words = new AdditiveCodebooks(CodebookRegression.Solve(vectors, codes, words, options.Ridge), words.Dimensions);
            errors[round] += words.MeanError(vectors, codes);
        }
        return [.. words.Values];
    }
}
