using System.Globalization;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>How embeddings become codes.</summary>
public enum QuantizerKind
{
    /// <summary>Sums of codewords of full dimensions: <see cref="CompositeQuantizer"/>.</summary>
    Composite,

    /// <summary>Codewords of parts of the dimensions: <see cref="ProductQuantizer"/>.</summary>
    Product,

    /// <summary>The sign of every dimension: <see cref="SignQuantizer"/>.</summary>
    Sign,

    /// <summary>Signs after a learned rotation: <see cref="ItqRotation"/>.</summary>
    Itq,
}

/// <summary>A kind of codes and their bits, as text <c>composite:64</c>.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Bits">Bits of a code.</param>
public readonly record struct QuantizerSpec(QuantizerKind Kind, int Bits)
{
    /// <summary>Reads <c>KIND:BITS</c>.</summary>
    /// <exception cref="ArgumentException">The text is something else; the message names what there is.</exception>
    public static QuantizerSpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        if (parts.Length != 2 || !Enum.TryParse(parts[0], ignoreCase: true, out QuantizerKind kind) || !char.IsAsciiLetter(parts[0][0])
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int bits))
            throw new ArgumentException(
                OneLine.Of($"'{text}' are no codes; they are KIND:BITS, such as composite:64, with a kind of composite, product, sign, itq."), nameof(text));
        return new QuantizerSpec(kind, bits);
    }

    /// <summary>Learns the quantizer from embeddings <c>[N,D]</c>; composite codes of more than 64 dimensions are of two halves.</summary>
    /// <exception cref="ArgumentException">The bits and the dimensions do not go together; the message names both.</exception>
    public Quantizer Train(IBackend backend, ReadOnlySpan<float> embeddings, int dimensions, int seed = 1) => Kind switch
    {
        QuantizerKind.Composite => CompositeQuantizer.Train(backend, embeddings, dimensions, CompositeOf(Bits, dimensions, seed)),
        QuantizerKind.Product => ProductQuantizer.Train(backend, embeddings, dimensions, Bits, seed),
        QuantizerKind.Sign => SignQuantizer.Train(embeddings, dimensions, Bits),
        _ => SignQuantizer.TrainRotated(backend, embeddings, dimensions, Bits, seed),
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()}:{Bits}";

    /// <summary>The parts of an embedding that are composite codes each: 2, for the branches of the network, above 64 dimensions.</summary>
    internal static int HalvesOf(int dimensions) => dimensions > 64 && dimensions % 2 == 0 ? 2 : 1;

    /// <summary>How composite codes are learned if nothing more is said.</summary>
    internal static CompositeOptions CompositeOf(int bits, int dimensions, int seed) => new() { Bits = bits, Halves = HalvesOf(dimensions), Seed = seed };

    /// <summary>The bytes of a code of so many bits.</summary>
    /// <exception cref="ArgumentException">They are not whole bytes, or too many.</exception>
    internal static int BytesOf(int bits) => bits % 8 == 0 && bits is >= 8 and <= 8 * CompositeEncodingProblem.MaxCodebooks
        ? bits / 8
        : throw new ArgumentException(
            $"codes of {bits} bits were asked for; bits are a multiple of 8 from 8 to {8 * CompositeEncodingProblem.MaxCodebooks}.",
            nameof(bits));

    /// <summary>The number of embeddings, of which there must be one.</summary>
    /// <exception cref="ArgumentException">They are not rows of D, or none.</exception>
    internal static int CountOf(ReadOnlySpan<float> embeddings, int dimensions)
    {
        int count = embeddings.Length / Guard.Positive(dimensions);
        Guard.Length(embeddings.Length, count * dimensions, nameof(embeddings));
        return count > 0 ? count : throw new ArgumentException("there are no embeddings to learn codes from.", nameof(embeddings));
    }
}
