using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary>A quantizer with where it computes, which makes the codes of a table index.</summary>
internal sealed class TableQuantizer : IDisposable
{
    // More say little new: as many for each of 256 codewords as k-means takes.
    private const int MostLearnedFrom = 1 << 16;

    private readonly Quantizer _quantizer;
    private readonly HostBackend _backend;

    private TableQuantizer(Quantizer quantizer, HostBackend backend) => (_quantizer, _backend) = (quantizer, backend);

    /// <summary>Reads a quantizer, or learns it.</summary>
    /// <param name="text">KIND:BITS, or a file.</param>
    /// <param name="embeddings">What it is for.</param>
    /// <param name="seed">Decides where learning starts.</param>
    /// <exception cref="ArgumentException">The text names neither, or the embeddings do not go with it.</exception>
    /// <exception cref="InvalidDataException">The file is no quantizer.</exception>
    public static TableQuantizer Of(string text, EmbeddingMatrix embeddings, int seed)
    {
        var backend = new HostBackend();
        try
        {
            if (!text.Contains(':') && !File.Exists(text)) throw new FileNotFoundException($"{text}: there is no such quantizer, and it is no KIND:BITS, such as composite:64.");
            if (embeddings.Count == 0) throw new ArgumentException("there are no embeddings to learn a quantizer from.");
            Quantizer quantizer = File.Exists(text)
                ? Quantizer.Load(text)
                : QuantizerSpec.Parse(text).Train(backend, Sample(embeddings), embeddings.Dimensions, seed);
            return quantizer.Dimensions == embeddings.Dimensions
                ? new TableQuantizer(quantizer, backend)
                : throw new ArgumentException($"--quantizer {text} takes {quantizer.Dimensions} dimensions; the embeddings have {embeddings.Dimensions}.");
        }
        catch
        {
            backend.Dispose();
            throw;
        }
    }

    /// <summary>The quantizer in an index, which makes the codes of what is added.</summary>
    /// <exception cref="InvalidDataException">It is one that cannot be read.</exception>
    public static TableQuantizer Of(TableIndex index, string path)
    {
        var quantizer = new TableQuantizer(Quantizer.Load(index.Quantizer.ToArray(), $"{path}: its quantizer"), new HostBackend());
        index.Encoder = quantizer.Encode;
        return quantizer;
    }

    /// <summary>The codes of embeddings.</summary>
    public byte[] Encode(ReadOnlySpan<float> embeddings) => _quantizer.Encode(_backend, embeddings);

    /// <summary>The quantizer's file.</summary>
    public byte[] ToBytes() => _quantizer.ToBytes();

    /// <inheritdoc/>
    public void Dispose() => _backend.Dispose();

    // Evenly spread over all.
    private static float[] Sample(EmbeddingMatrix embeddings)
    {
        int count = Math.Min(embeddings.Count, MostLearnedFrom), d = embeddings.Dimensions;
        float[] sample = new float[count * d];
        for (int i = 0; i < count; i++)
            embeddings.Values.Slice((int)((long)i * embeddings.Count / count) * d, d).CopyTo(sample.AsSpan(i * d));
        return sample;
    }
}
