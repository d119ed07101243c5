using System.Runtime.InteropServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>Packed binary codes. What is found how is the matter of its kinds, <see cref="HammingIndex"/> and <see cref="JaccardIndex"/>.</summary>
public abstract class BinaryIndex : StoredIndex
{
    private protected BinaryIndex(ItemStore store)
        : base(store) => QueryLength = SimilarityProblem.WordsOf(store.Layout.Bits);

    /// <summary>Words of a code.</summary>
    public int QueryLength { get; }

    /// <summary>Opens an index file of binary codes as what it is.</summary>
    /// <inheritdoc cref="StoredIndex.OpenAny"/>
    public static new BinaryIndex OpenAny(string path, bool writable = false, int threads = 0) =>
        Of(ItemStore.Open(path, writable, IndexStructure.Flat, IndexStructure.MultiIndexHashing, IndexStructure.Jaccard), threads);

    /// <summary>An empty index in memory, of the kind that has a structure.</summary>
    /// <inheritdoc cref="HammingIndex.Create"/>
    public static BinaryIndex CreateAny(IndexStructure structure, IndexContent content, int threads = 0) =>
        structure == IndexStructure.Jaccard ? JaccardIndex.Create(content, threads) : HammingIndex.Create(content, threads);

    /// <inheritdoc cref="IIndex{TQuery, TDistance}.Add"/>
    public void Add(ReadOnlySpan<long> ids, ReadOnlySpan<ulong> codes, ReadOnlySpan<string> names = default, ReadOnlySpan<int> labels = default)
    {
        Guard.Length(codes.Length, Guard.Elements("codes", ids.Length, QueryLength));
        RequireUnusedBitsZero(codes);
        base.Add(ids, codes, names, labels);
    }

    /// <inheritdoc cref="IIndex{TQuery, TDistance}.TryReconstruct"/>
    public bool TryReconstruct(long id, Span<ulong> code)
    {
        Guard.Length(code.Length, QueryLength);
        return Read(id, 0, MemoryMarshal.AsBytes(code));
    }

    /// <summary>All items, as they are now, in order of their ids.</summary>
    public ItemCursor Items() => new(Store);

    /// <inheritdoc cref="IIndex{TQuery, TDistance}.Save"/>
    public void Save(string path, StoreProgress? progress = null, CancellationToken cancellation = default) =>
        Save(path, Structure, progress, cancellation);

    /// <summary>Writes the items as an index file, in place of whatever has its name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="structure">Flat or multi-index hashing of Hamming distances; Jaccard of Jaccard's.</param>
    /// <param name="progress">Told of.</param>
    /// <param name="cancellation">Ends it early; nothing is written.</param>
    /// <exception cref="ArgumentOutOfRangeException">The structure is of another distance.</exception>
    /// <exception cref="IOException">It cannot be written; what was there is as it was.</exception>
    public void Save(string path, IndexStructure structure, StoreProgress? progress = null, CancellationToken cancellation = default)
    {
        if (!IsBinary(structure) || (structure == IndexStructure.Jaccard) != (Structure == IndexStructure.Jaccard))
            throw new ArgumentOutOfRangeException(nameof(structure), $"{structure} is not of the kind of {Structure}.");
        Save(path, Store.Layout with { Structure = structure }, progress, cancellation);
    }

    internal static bool IsBinary(IndexStructure structure) =>
        structure is IndexStructure.Flat or IndexStructure.MultiIndexHashing or IndexStructure.Jaccard;

    internal static BinaryIndex Of(ItemStore store, int threads) =>
        store.Layout.Structure == IndexStructure.Jaccard ? new JaccardIndex(store, threads) : new HammingIndex(store, threads);

    private protected void RequireUnusedBitsZero(ReadOnlySpan<ulong> codes)
    {
        int bad = PackedCodes.IndexOfUnusedBit(codes, Bits);
        if (bad >= 0) throw new ArgumentException($"code {bad} has a bit beyond its {Bits} set.", nameof(codes));
    }
}
