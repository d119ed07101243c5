using System.Globalization;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>
/// What makes codes of embeddings. A code is bytes, each the number of a codeword, and stands for the sum of these. Learned once by the Train of its
/// kind; immutable.
/// </summary>
public abstract class Quantizer
{
    private const string KindKey = "quantizer";

    private protected Quantizer(AdditiveCodebooks codebooks, IReadOnlyList<double> errors) => (Codebooks, Errors) = (codebooks, errors);

    /// <summary>Which kind.</summary>
    public abstract QuantizerKind Kind { get; }

    /// <summary>What codes stand for, and tables for queries.</summary>
    public AdditiveCodebooks Codebooks { get; }

    /// <summary>Dimensions of an embedding.</summary>
    public int Dimensions => Codebooks.Dimensions;

    /// <summary>Bits of a code.</summary>
    public int Bits => 8 * Codebooks.Count;

    /// <summary>
    /// What the kind makes small, the mean over the embeddings it was learned from, at the start and after every round; empty if it was read.
    /// </summary>
    public IReadOnlyList<double> Errors { get; }

    /// <summary>Codes uint8 <c>[N, bits / 8]</c> of embeddings <c>[N,D]</c>.</summary>
    /// <exception cref="ArgumentException">The embeddings are not rows of D.</exception>
    public byte[] Encode(IBackend backend, ReadOnlySpan<float> embeddings)
    {
        int count = embeddings.Length / Dimensions;
        Guard.Length(embeddings.Length, count * Dimensions);
        var codes = new byte[Guard.Elements("codes", count, Codebooks.Count)];
        if (count > 0) Encode(backend, embeddings, codes);
        return codes;
    }

    /// <summary>Writes it as safetensors.</summary>
    public void Save(string path) => ToFile(path).Write(path);

    /// <summary>The bytes of the file that <see cref="Save"/> writes.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        ToFile("quantizer").Write(stream);
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is something else; the message names file, thing, value and limit.</exception>
    public static Quantizer Load(string path) => Load(SafetensorsFile.Read(path));

    /// <summary>Reads what <see cref="ToBytes"/> gave.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="name">What messages call them.</param>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static Quantizer Load(byte[] bytes, string name)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        return Load(SafetensorsFile.Read(stream, name));
    }

    private static Quantizer Load(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(KindKey, out string? text) || !Enum.TryParse(text, out QuantizerKind kind) || !Enum.IsDefined(kind))
            throw new InvalidDataException(
                OneLine.Of($"{file.Name}: the metadata '{KindKey}' is '{text}'; it is one of {string.Join(", ", Enum.GetNames<QuantizerKind>())}."));
        AdditiveCodebooks codebooks = AdditiveCodebooks.Read(file);
        return kind switch
        {
            QuantizerKind.Composite => CompositeQuantizer.Read(file, codebooks),
            QuantizerKind.Product => ProductQuantizer.Read(file, codebooks),
            _ => SignQuantizer.Read(file, codebooks, kind),
        };
    }

    private SafetensorsFile ToFile(string name)
    {
        var file = new SafetensorsFile(name);
        file.Metadata[KindKey] = Kind.ToString();
        Codebooks.AddTo(file);
        AddTo(file);
        return file;
    }

    /// <summary>Encodes; sizes are checked and not 0.</summary>
    private protected abstract void Encode(IBackend backend, ReadOnlySpan<float> embeddings, Span<byte> codes);

    /// <summary>Adds what the kind needs besides its codebooks.</summary>
    private protected abstract void AddTo(SafetensorsFile file);

    /// <summary>A number of the metadata.</summary>
    private protected static int Number(SafetensorsFile file, string key, int least, int most)
    {
        file.Metadata.TryGetValue(key, out string? text);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
            ? value
            : throw new InvalidDataException(OneLine.Of($"{file.Name}: the metadata '{key}' is '{text}'; it is a number from {least} to {most}."));
    }

    /// <summary>Columns start to start + count - 1 of rows of D.</summary>
    private protected static float[] Columns(ReadOnlySpan<float> rows, int dimensions, int start, int count)
    {
        var columns = new float[rows.Length / dimensions * count];
        for (int i = 0; i < rows.Length / dimensions; i++) rows.Slice(i * dimensions + start, count).CopyTo(columns.AsSpan(i * count));
        return columns;
    }
}
