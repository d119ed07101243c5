using System.Runtime.InteropServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Codes with ids, names and labels, in memory or in a file with its log. What is found how is the matter of its kinds: <see cref="HammingIndex"/>,
/// <see cref="JaccardIndex"/> and <see cref="TableIndex"/>.
/// </summary>
public abstract class StoredIndex : IDisposable
{
    private readonly ChangeWriter _changes = new();
    private readonly Lock _adding = new();

    private protected StoredIndex(ItemStore store) => Store = store;

    /// <summary>Items that are there.</summary>
    public long Count => Store.Current.Count;

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
    public static StoredIndex OpenAny(string path, bool writable = false, int threads = 0)
    {
        ItemStore store = ItemStore.Open(path, writable, Enum.GetValues<IndexStructure>());
        return store.Layout.Tables is null ? BinaryIndex.Of(store, threads) : new TableIndex(store, threads);
    }

    /// <inheritdoc cref="IIndex{TQuery, TDistance}.Remove"/>
    public int Remove(ReadOnlySpan<long> ids) => Store.Remove(ids);

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

    /// <summary>Adds items, one part after another of as many as a record should have. The columns are those of the layout, in its order.</summary>
    private protected void Add<TCode>(
        ReadOnlySpan<long> ids, ReadOnlySpan<TCode> codes, ReadOnlySpan<string> names, ReadOnlySpan<int> labels,
        ReadOnlySpan<float> terms = default, ReadOnlySpan<float> embeddings = default)
        where TCode : unmanaged
    {
        Guard.Length(names.Length, HasNames ? ids.Length : 0);
        Guard.Length(labels.Length, Guard.Elements("labels", ids.Length, Classes));
        int most = (1 << 26) / Store.Layout.Width + 1;
        lock (_adding)
        {
            for (int start = 0; start < ids.Length; start += most)
            {
                int count = Math.Min(most, ids.Length - start);
                _changes.BeginAdd(ids.Slice(start, count));
                Append(codes, start, count, ids.Length);
                Append(labels, start, count, ids.Length);
                Append(terms, start, count, ids.Length);
                Append(embeddings, start, count, ids.Length);
                if (HasNames) _changes.AppendNames(names.Slice(start, count));
                Store.Add(_changes.Payload);
            }
        }
    }

    /// <summary>Writes the items as an index file, in place of whatever has its name.</summary>
    private protected void Save(string path, ItemLayout layout, StoreProgress? progress, CancellationToken cancellation)
    {
        Snapshot snapshot = Store.Acquire();
        try
        {
            Arrangement arrangement = Arrangements.Of(layout);
            ItemStore.Write(path, layout, arrangement, ItemRuns.Of(snapshot, arrangement, regroup: layout.Tables != Store.Layout.Tables), progress, cancellation);
        }
        finally
        {
            ItemStore.Release(snapshot);
        }
    }

    private void Append<T>(ReadOnlySpan<T> column, int start, int count, int rows)
        where T : unmanaged
    {
        int width = column.Length / rows;
        _changes.Append(column.Slice(start * width, count * width));
    }

    /// <summary>Copies what an id has in a column.</summary>
    private protected unsafe bool Read(long id, int column, Span<byte> target)
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
}
