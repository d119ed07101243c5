using System.IO.Hashing;
using System.Runtime.InteropServices;
using JaccardKernels.Engine;

namespace JaccardKernels.Retrieval;

/// <summary>What a table index keeps besides its items: what makes codes and tables, and the centroids of its lists.</summary>
internal sealed class TableParts
{
    /// <summary>Takes both over.</summary>
    /// <param name="quantizer">A safetensors file with codebooks [M,256,D], and whatever else makes codes.</param>
    /// <param name="centroids">[G,D], or none for one list.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">The quantizer is none, or the centroids are no rows of D finite numbers.</exception>
    public TableParts(byte[] quantizer, float[] centroids, string name)
    {
        using var stream = new MemoryStream(quantizer, writable: false);
        (Quantizer, Centroids) = (quantizer, centroids);
        Codebooks = AdditiveCodebooks.Read(SafetensorsFile.Read(stream, $"{name}: its quantizer"));
        if (centroids.Length % Codebooks.Dimensions != 0 || centroids.Length / Codebooks.Dimensions > TableIndex.MostLists)
            throw new InvalidDataException($"{name}: has {centroids.Length} numbers of centroids; rows of {Codebooks.Dimensions}, at most {TableIndex.MostLists}, are needed.");
        int bad = StoredArray.IndexOfNonFinite(centroids);
        if (bad >= 0) throw new InvalidDataException($"{name}: centroid {bad / Codebooks.Dimensions} has {centroids[bad]}; finite numbers are needed.");
        var hash = new XxHash3();
        hash.Append(quantizer);
        hash.Append(MemoryMarshal.AsBytes<float>(centroids));
        Hash = hash.GetCurrentHashAsUInt64();
    }

    /// <summary>The quantizer, a safetensors file.</summary>
    public byte[] Quantizer { get; }

    /// <summary>Its codebooks.</summary>
    public AdditiveCodebooks Codebooks { get; }

    /// <summary>The centroids of the lists, [G,D]; empty for one list.</summary>
    public float[] Centroids { get; }

    /// <summary>Lists, G.</summary>
    public int Lists => Math.Max(1, Centroids.Length / Codebooks.Dimensions);

    /// <summary>What tells these from others.</summary>
    public ulong Hash { get; }

    /// <summary>Those of a file.</summary>
    /// <exception cref="InvalidDataException">It has none, or they are not sound.</exception>
    public static TableParts Of(MappedIndex file)
    {
        byte[] quantizer = Read<byte>(file, SectionKind.Quantizer) ?? throw new InvalidDataException($"{file.Path}: has no quantizer.");
        float[]? centroids = Read<float>(file, SectionKind.Centroids);
        if (centroids is null == (file.Header.Structure == IndexStructure.InvertedFile))
            throw new InvalidDataException($"{file.Path}: its structure is {file.Header.Structure}, and it has {(centroids is null ? "no" : "")} centroids.");
        return new TableParts(quantizer, centroids ?? [], file.Path);
    }

    private static unsafe T[]? Read<T>(MappedIndex file, SectionKind kind)
        where T : unmanaged
    {
        if (file.Find(kind) is not { } section) return null;
        if (section.Bytes > int.MaxValue || section.Bytes == 0 || section.Bytes % sizeof(T) != 0)
            throw new InvalidDataException($"{file.Path}: its {kind} have {section.Bytes} bytes; the range is 1 to {int.MaxValue}, whole elements.");
        return new ReadOnlySpan<T>(file.Checked(section.Offset, section.Bytes), (int)(section.Bytes / sizeof(T))).ToArray();
    }
}
