using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>
/// Sign codes: bit j is 1 where the j-th dimension, or the j-th direction of an <see cref="ItqRotation"/>, is 0 or more; least significant bit first.
/// The bytes are packed codes for Hamming distances, and, as numbers of codewords, stand for a vector too: in every direction the mean magnitude of
/// the embeddings learned from, with the bit's sign.
/// </summary>
public sealed class SignQuantizer : Quantizer
{
    private readonly ItqRotation? _rotation;

    private SignQuantizer(AdditiveCodebooks codebooks, IReadOnlyList<double> errors, ItqRotation? rotation)
        : base(codebooks, errors) => _rotation = rotation;

    /// <inheritdoc/>
    public override QuantizerKind Kind => _rotation is null ? QuantizerKind.Sign : QuantizerKind.Itq;

    /// <summary>Signs of the dimensions themselves; the error is the mean squared distance of an embedding from what its code stands for.</summary>
    /// <exception cref="ArgumentException">There is not a bit a dimension.</exception>
    public static SignQuantizer Train(ReadOnlySpan<float> embeddings, int dimensions, int bits)
    {
        _ = QuantizerSpec.CountOf(embeddings, dimensions);
        _ = QuantizerSpec.BytesOf(bits);
        if (bits != dimensions)
            throw new ArgumentException($"sign codes have a bit a dimension, {dimensions}; {bits} were asked for. itq makes fewer.", nameof(bits));
        float[] magnitudes = MeanMagnitudes(embeddings, dimensions);
        var directions = new float[dimensions * dimensions];
        for (int d = 0; d < dimensions; d++) directions[d * dimensions + d] = magnitudes[d];
        var codebooks = new AdditiveCodebooks(Codewords(directions, new float[dimensions], bits), dimensions);
        double error = 0;
        for (int i = 0; i < embeddings.Length; i++) error += Math.Pow(Math.Abs(embeddings[i]) - magnitudes[i % dimensions], 2);
        return new SignQuantizer(codebooks, [error / (embeddings.Length / dimensions)], null);
    }

    /// <summary>Signs after a rotation that is learned; the errors are those of <see cref="ItqRotation.Errors"/>.</summary>
    /// <exception cref="ArgumentException">There are more bits than dimensions.</exception>
    public static SignQuantizer TrainRotated(IBackend backend, ReadOnlySpan<float> embeddings, int dimensions, int bits, int seed = 1)
    {
        _ = QuantizerSpec.CountOf(embeddings, dimensions);
        _ = QuantizerSpec.BytesOf(bits);
        ItqRotation rotation = ItqRotation.Train(backend, embeddings, dimensions, bits, seed);
        float[] magnitudes = MeanMagnitudes(rotation.Apply(backend, embeddings), bits), directions = [.. rotation.Directions];
        for (int j = 0; j < bits; j++)
        {
            Span<float> direction = directions.AsSpan(j * dimensions, dimensions);
            TensorPrimitives.Multiply(direction, magnitudes[j], direction);
        }
        return new SignQuantizer(new AdditiveCodebooks(Codewords(directions, rotation.Mean, bits), dimensions), rotation.Errors, rotation);
    }

    /// <summary>The rest of a stored one.</summary>
    internal static SignQuantizer Read(SafetensorsFile file, AdditiveCodebooks codebooks, QuantizerKind kind)
    {
        int bits = 8 * codebooks.Count, dimensions = codebooks.Dimensions;
        if (kind == QuantizerKind.Sign && bits != dimensions)
            throw new InvalidDataException($"{file.Name}: sign codes have {bits} bits for {dimensions} dimensions.");
        return new SignQuantizer(codebooks, [], kind == QuantizerKind.Sign ? null : ItqRotation.Read(file, bits, dimensions));
    }

    private protected override void Encode(IBackend backend, ReadOnlySpan<float> embeddings, Span<byte> codes)
    {
        ReadOnlySpan<float> values = _rotation is null ? embeddings : _rotation.Apply(backend, embeddings);
        var problem = new SignQuantizationProblem(values.Length / Bits, Bits);
        var words = new ulong[problem.LengthCodes];
        using DeviceBuffer x = backend.Allocate<float>(values.Length), y = backend.Allocate<ulong>(words.Length);
        backend.Upload(values, x.As<float>());
        backend.SignQuantization(problem, x.As<float>(), y.As<ulong>());
        backend.Download(y.As<ulong>(), words.AsSpan());
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes<ulong>(words);
        for (int i = 0; i < problem.Count; i++)
            bytes.Slice(i * problem.Words * sizeof(ulong), Codebooks.Count).CopyTo(codes[(i * Codebooks.Count)..]);
    }

    private protected override void AddTo(SafetensorsFile file) => _rotation?.AddTo(file);

    private static float[] MeanMagnitudes(ReadOnlySpan<float> rows, int columns)
    {
        var sums = new double[columns];
        for (int i = 0; i < rows.Length; i++) sums[i % columns] += Math.Abs(rows[i]);
        int count = rows.Length / columns;
        return [.. sums.Select(sum => (float)(sum / count))];
    }

    // Of each byte all 256 sums of its directions [bits,D] with their signs; the mean comes with the first.
    private static float[] Codewords(ReadOnlySpan<float> directions, ReadOnlySpan<float> mean, int bits)
    {
        int dimensions = mean.Length;
        var words = new float[bits / 8 * AdditiveCodebooks.Codewords * dimensions];
        for (int i = 0; i < words.Length / dimensions; i++)
        {
            Span<float> word = words.AsSpan(i * dimensions, dimensions);
            int first = i / AdditiveCodebooks.Codewords * 8, value = i % AdditiveCodebooks.Codewords;
            if (first == 0) mean.CopyTo(word);
            for (int bit = 0; bit < 8; bit++)
            {
                float sign = (value >> bit & 1) != 0 ? 1f : -1f;
                TensorPrimitives.MultiplyAdd(directions.Slice((first + bit) * dimensions, dimensions), sign, word, word);
            }
        }
        return words;
    }
}
