using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>The course of a search, and what its kinds share of it.</summary>
/// <typeparam name="TDistance">int for Hamming distances, float for others.</typeparam>
public abstract class BinaryIndex<TDistance> : BinaryIndex, IIndex<ulong, TDistance>
    where TDistance : unmanaged
{
    // Items of a file that one worker scans at a time: enough to be worth a task, few enough to share the work and to stop soon.
    private const int PartItems = 1 << 16;

    private readonly WorkspacePool _pool;

    private protected BinaryIndex(ItemStore store, int threads)
        : base(store) => _pool = new WorkspacePool(threads);

    /// <summary>The distance where there is nothing to be found.</summary>
    private protected abstract TDistance Missing { get; }

    /// <inheritdoc/>
    public void Search(
        ReadOnlySpan<ulong> queries, int k, Span<TDistance> distances, Span<long> ids, IdFilter? filter = null, CancellationToken cancellation = default)
    {
        int count = queries.Length / QueryLength;
        Guard.Length(queries.Length, count * QueryLength);
        Guard.Length(distances.Length, Guard.Elements("distances", count, Guard.Positive(k)));
        Guard.Length(ids.Length, distances.Length);
        RequireUnusedBitsZero(queries);
        Snapshot snapshot = Store.Acquire();
        SearchWorkspace? workspace = null;
        try
        {
            workspace = _pool.Rent();
            for (int start = 0; start < count; start += SearchWorkspace.QueryBlock)
            {
                int block = Math.Min(SearchWorkspace.QueryBlock, count - start);
                ReadOnlySpan<ulong> some = queries.Slice(start * QueryLength, block * QueryLength);
                workspace.Clear(block, k, ulong.MaxValue);
                Find(workspace, snapshot, some, k, filter, cancellation);
                workspace.ThrowIfEnded(cancellation);
                for (int query = 0; query < block; query++)
                {
                    ReadOnlySpan<UInt128> found = workspace.Finish(query);
                    Span<TDistance> d = distances.Slice((start + query) * k, k);
                    Span<long> i = ids.Slice((start + query) * k, k);
                    for (int place = 0; place < found.Length; place++) (d[place], i[place]) = (DistanceOf((ulong)(found[place] >> 64)), (long)(ulong)found[place]);
                    d[found.Length..].Fill(Missing);
                    i[found.Length..].Fill(-1);
                }
            }
        }
        finally
        {
            ItemStore.Release(snapshot);
            if (workspace is not null) _pool.Return(workspace);
        }
    }

    /// <inheritdoc/>
    public void SearchRange(
        ReadOnlySpan<ulong> query, TDistance limit, List<Found<TDistance>> results, IdFilter? filter = null, CancellationToken cancellation = default)
    {
        Guard.Length(query.Length, QueryLength);
        RequireUnusedBitsZero(query);
        results.Clear();
        if (LimitOf(limit) is not { } largest) return;
        Snapshot snapshot = Store.Acquire();
        SearchWorkspace? workspace = null;
        try
        {
            workspace = _pool.Rent();
            workspace.Clear(1, int.MaxValue, largest);
            Find(workspace, snapshot, query, int.MaxValue, filter, cancellation);
            workspace.ThrowIfEnded(cancellation);
            foreach (UInt128 found in workspace.Finish(0)) results.Add(new Found<TDistance>((long)(ulong)found, DistanceOf((ulong)(found >> 64))));
        }
        finally
        {
            ItemStore.Release(snapshot);
            if (workspace is not null) _pool.Return(workspace);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _pool.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Finds for a block of queries, into the workspace.</summary>
    private protected abstract void Find(
        SearchWorkspace workspace, Snapshot snapshot, ReadOnlySpan<ulong> queries, int k, IdFilter? filter, CancellationToken cancellation);

    /// <summary>The key that distances up to a limit have at most; null where nothing can be so near.</summary>
    private protected abstract ulong? LimitOf(TDistance limit);

    /// <summary>The distance of a key.</summary>
    private protected abstract TDistance DistanceOf(ulong key);

    /// <summary>Adds a part for every so many items of a group of the file.</summary>
    private protected static void AddStoredParts(SearchWorkspace workspace, Snapshot snapshot, int group)
    {
        if (snapshot.Stored is not { } stored) return;
        long end = stored.GroupStart(group + 1);
        for (long start = stored.GroupStart(group); start < end; start += PartItems)
            workspace.Parts.Add(new ScanPart(stored, start, (int)Math.Min(PartItems, end - start), group, IdsRise: true));
    }

    /// <summary>Adds a part for every block of added items.</summary>
    private protected static void AddAddedParts(SearchWorkspace workspace, Snapshot snapshot)
    {
        for (long start = 0; start < snapshot.Added; start += snapshot.ChunkItems)
        {
            int count = (int)Math.Min(snapshot.ChunkItems, snapshot.Added - start);
            workspace.Parts.Add(new ScanPart(snapshot.Chunks[start / snapshot.ChunkItems], 0, count, -1, IdsRise: false));
        }
    }
}
