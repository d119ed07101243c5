using System.Runtime.InteropServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Packed binary codes with ids, names and labels, in memory or in a file with its log. What is found how is the matter of its kinds,
/// <see cref="HammingIndex"/> and <see cref="JaccardIndex"/>.
/// </summary>
public abstract class BinaryIndex : IDisposable
{
    private readonly ChangeWriter _changes = new();
    private readonly Lock _adding = new();

    private protected BinaryIndex(ItemStore store)
    {
        Store = store;
        QueryLength = SimilarityProblem.WordsOf(store.Layout.Bits);
    }

    /// <summary>Items that are there.</summary>
    public long Count => Store.Current.Count;

    /// <summary>Words of a code.</summary>
    public int QueryLength { get; }

    /// <summary>Bits of a code.</summary>
    public int Bits => Store.Layout.Bits;

    /// <summary>How the codes are arranged.</summary>
    public IndexStructure Structure => Store.Layout.Structure;

    /// <summary>It keeps names.</summary>
    public bool HasNames => Store.Layout.HasNames;

    /// <summary>Classes of the labels it keeps, or 0.</summary>
    public int Classes => Store.Layout.Classes;

    /// <summary>What made the codes; empty if unknown.</summary>
    public string Origin => Store.Layout.Origin;

    /// <summary>Changes since the file was written: items added, and items removed.</summary>
    public (long Added, long Removed) Changes => (Store.Current.Added, Store.Current.Removed.Count);

    /// <summary>Bytes of the file; 0 in memory.</summary>
    public long FileBytes => Store.Current.File?.ByteCount ?? 0;

    internal ItemStore Store { get; }

    /// <summary>Opens an index file as what it is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="writable">To add and remove; refused while another process has it open so.</param>
    /// <param name="threads">Threads of one search; 0 means one for each processor.</param>
    /// <exception cref="IOException">There is none, it cannot be read, or it is being written.</exception>
    /// <exception cref="InvalidDataException">It or its log is damaged, or of an unknown version.</exception>
    public static BinaryIndex OpenAny(string path, bool writable = false, int threads = 0)
    {
        ItemStore store = ItemStore.Open(path, writable, IndexStructure.Flat, IndexStructure.MultiIndexHashing, IndexStructure.Jaccard);
        return store.Layout.Structure == IndexStructure.Jaccard ? new JaccardIndex(store, threads) : new HammingIndex(store, threads);
    }

    /// <summary>An empty index in memory, of the kind that has a structure.</summary>
    /// <inheritdoc cref="HammingIndex.Create"/>
    public static BinaryIndex CreateAny(IndexStructure structure, IndexContent content, int threads = 0) =>
        structure == IndexStructure.Jaccard ? JaccardIndex.Create(content, threads) : HammingIndex.Create(content, threads);

    /// <inheritdoc cref="IIndex{TQuery, TDistance}.Add"/>
    public void Add(ReadOnlySpan<long> ids, ReadOnlySpan<ulong> codes, ReadOnlySpan<string> names = default, ReadOnlySpan<int> labels = default)
    {
        Guard.Length(codes.Length, Guard.Elements("codes", ids.Length, QueryLength));
        Guard.Length(names.Length, HasNames ? ids.Length : 0);
        Guard.Length(labels.Length, Guard.Elements("labels", ids.Length, Classes));
        RequireUnusedBitsZero(codes);
        int most = (1 << 26) / Store.Layout.Width + 1;
        lock (_adding)
        {
            for (int start = 0; start < ids.Length; start += most)
            {
                int count = Math.Min(most, ids.Length - start);
                _changes.BeginAdd(ids.Slice(start, count));
                _changes.Append(codes.Slice(start * QueryLength, count * QueryLength));
                if (Classes > 0) _changes.Append(labels.Slice(start * Classes, count * Classes));
                if (HasNames) _changes.AppendNames(names.Slice(start, count));
                Store.Add(_changes.Payload);
            }
        }
    }

    /// <inheritdoc cref="IIndex{TQuery, TDistance}.Remove"/>
    public int Remove(ReadOnlySpan<long> ids) => Store.Remove(ids);

    /// <inheritdoc cref="IIndex{TQuery, TDistance}.TryReconstruct"/>
    public bool TryReconstruct(long id, Span<ulong> code)
    {
        Guard.Length(code.Length, QueryLength);
        return Read(id, 0, MemoryMarshal.AsBytes(code));
    }

    /// <summary>The labels of an id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="counts">[C], overwritten if the id is there.</param>
    /// <returns>Whether it is, and the index keeps labels.</returns>
    public bool TryGetLabels(long id, Span<int> counts)
    {
        Guard.Length(counts.Length, Classes);
        return Classes > 0 && Read(id, Store.Layout.Find(SectionKind.Labels), MemoryMarshal.AsBytes(counts));
    }

    /// <summary>The name of an id; null where it is not there, or names are not kept.</summary>
    public string? NameOf(long id)
    {
        Snapshot snapshot = Store.Acquire();
        try
        {
            long row = snapshot.Find(id);
            if (row < 0) return null;
            (Items items, long item) = snapshot.Locate(row);
            return items.NameOf(item);
        }
        finally
        {
            ItemStore.Release(snapshot);
        }
    }

    /// <summary>The largest id that is there; -1 where there is none.</summary>
    public long LargestId => Store.LargestId();

    /// <summary>All items, as they are now, in order of their ids.</summary>
    public ItemCursor Items() => new(Store);

    /// <inheritdoc cref="IIndex{TQuery, TDistance}.Save"/>
    public void Save(string path, StoreProgress? progress = null, CancellationToken cancellation = default) =>
        Save(path, Structure, progress, cancellation);

    /// <summary>Writes what was added and removed since into a new file that takes the place of the old one; in memory, gives back what removed items took.</summary>
    /// <exception cref="InvalidOperationException">The index is open for reading.</exception>
    /// <exception cref="IOException">It cannot be written; all is as it was.</exception>
    public void Compact(StoreProgress? progress = null, CancellationToken cancellation = default) => Store.Compact(progress, cancellation);

    /// <summary>Takes up what another process has written since the index was opened for reading, or last refreshed.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Refresh() => Store.Refresh();

    /// <summary>Compares all of the file with its checksums.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void Check(StoreProgress? progress = null, CancellationToken cancellation = default)
    {
        Snapshot snapshot = Store.Acquire();
        try
        {
            snapshot.File?.CheckAll(done => progress?.Invoke("checking", Math.Min(done, snapshot.File.ByteCount), snapshot.File.ByteCount), cancellation);
        }
        finally
        {
            ItemStore.Release(snapshot);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes file and log.</summary>
    protected virtual void Dispose(bool disposing) => Store.Dispose();

    /// <summary>Writes the items as an index file, in place of whatever has its name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="structure">Flat or multi-index hashing of Hamming distances; Jaccard of Jaccard's.</param>
    /// <param name="progress">Told of.</param>
    /// <param name="cancellation">Ends it early; nothing is written.</param>
    /// <exception cref="ArgumentOutOfRangeException">The structure is of another distance.</exception>
    /// <exception cref="IOException">It cannot be written; what was there is as it was.</exception>
    public void Save(string path, IndexStructure structure, StoreProgress? progress = null, CancellationToken cancellation = default)
    {
        if ((structure == IndexStructure.Jaccard) != (Structure == IndexStructure.Jaccard))
            throw new ArgumentOutOfRangeException(nameof(structure), $"{structure} is not of the kind of {Structure}.");
        Snapshot snapshot = Store.Acquire();
        try
        {
            Arrangement arrangement = Arrangements.Of(structure, Bits);
            ItemStore.Write(path, Store.Layout with { Structure = structure }, arrangement, ItemRuns.Of(snapshot, arrangement), progress, cancellation);
        }
        finally
        {
            ItemStore.Release(snapshot);
        }
    }

    private unsafe bool Read(long id, int column, Span<byte> target)
    {
        Snapshot snapshot = Store.Acquire();
        try
        {
            long row = snapshot.Find(id);
            if (row < 0) return false;
            (Items items, long item) = snapshot.Locate(row);
            new ReadOnlySpan<byte>(items.Column(column, item, 1), target.Length).CopyTo(target);
            return true;
        }
        finally
        {
            ItemStore.Release(snapshot);
        }
    }

    private protected void RequireUnusedBitsZero(ReadOnlySpan<ulong> codes)
    {
        int bad = PackedCodes.IndexOfUnusedBit(codes, Bits);
        if (bad >= 0) throw new ArgumentException($"code {bad} has a bit beyond its {Bits} set.", nameof(codes));
    }
}
