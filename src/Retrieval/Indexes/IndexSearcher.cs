using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>What an index answers queries with.</summary>
internal interface ISearch<TQuery, TDistance>
{
    /// <summary>The distance where there is nothing to be found.</summary>
    TDistance Missing { get; }

    /// <summary>Refuses queries that are none.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    void Check(ReadOnlySpan<TQuery> queries);

    /// <summary>How many are to be found, so that <see cref="Refine"/> has enough to choose k of.</summary>
    int Candidates(int k) => k;

    /// <summary>Finds for a block of queries, into the workspace.</summary>
    void Find(SearchWorkspace workspace, Snapshot snapshot, ReadOnlySpan<TQuery> queries, int k, IdFilter? filter, CancellationToken cancellation);

    /// <summary>Puts what was found for a query of the block in its final order, of which the first k count.</summary>
    ReadOnlySpan<UInt128> Refine(SearchWorkspace workspace, Snapshot snapshot, ReadOnlySpan<TQuery> query, int place, ReadOnlySpan<UInt128> found) => found;

    /// <summary>The key that distances up to a limit have at most; null where nothing can be so near.</summary>
    ulong? LimitOf(TDistance limit);

    /// <summary>The distance of a key.</summary>
    TDistance DistanceOf(ulong key);
}

/// <summary>The course of every search: a snapshot, a workspace, block after block of queries.</summary>
internal sealed class IndexSearcher<TQuery, TDistance>(ItemStore store, int queryLength, int threads, ISearch<TQuery, TDistance> search) : IDisposable
    where TQuery : unmanaged
    where TDistance : unmanaged
{
    private readonly WorkspacePool _pool = new(threads);

    /// <inheritdoc cref="IIndex{TQuery, TDistance}.Search"/>
    public void Search(
        ReadOnlySpan<TQuery> queries, int k, Span<TDistance> distances, Span<long> ids, IdFilter? filter, CancellationToken cancellation)
    {
        int count = queries.Length / queryLength;
        Guard.Length(queries.Length, count * queryLength);
        Guard.Length(distances.Length, Guard.Elements("distances", count, Guard.Positive(k)));
        Guard.Length(ids.Length, distances.Length);
        search.Check(queries);
        Snapshot snapshot = store.Acquire();
        SearchWorkspace? workspace = null;
        try
        {
            workspace = _pool.Rent();
            for (int start = 0; start < count; start += SearchWorkspace.QueryBlock)
            {
                int block = Math.Min(SearchWorkspace.QueryBlock, count - start), candidates = search.Candidates(k);
                ReadOnlySpan<TQuery> some = queries.Slice(start * queryLength, block * queryLength);
                workspace.Clear(block, candidates, ulong.MaxValue);
                search.Find(workspace, snapshot, some, candidates, filter, cancellation);
                workspace.ThrowIfEnded(cancellation);
                for (int query = 0; query < block; query++)
                {
                    ReadOnlySpan<UInt128> found = search.Refine(
                        workspace, snapshot, some.Slice(query * queryLength, queryLength), query, workspace.Finish(query));
                    found = found[..Math.Min(k, found.Length)];
                    Span<TDistance> d = distances.Slice((start + query) * k, k);
                    Span<long> i = ids.Slice((start + query) * k, k);
                    for (int place = 0; place < found.Length; place++)
                        (d[place], i[place]) = (search.DistanceOf((ulong)(found[place] >> 64)), (long)(ulong)found[place]);
                    d[found.Length..].Fill(search.Missing);
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

    /// <inheritdoc cref="IIndex{TQuery, TDistance}.SearchRange"/>
    public void SearchRange(
        ReadOnlySpan<TQuery> query, TDistance limit, List<Found<TDistance>> results, IdFilter? filter, CancellationToken cancellation)
    {
        Guard.Length(query.Length, queryLength);
        search.Check(query);
        results.Clear();
        if (search.LimitOf(limit) is not { } largest) return;
        Snapshot snapshot = store.Acquire();
        SearchWorkspace? workspace = null;
        try
        {
            workspace = _pool.Rent();
            workspace.Clear(1, int.MaxValue, largest);
            search.Find(workspace, snapshot, query, int.MaxValue, filter, cancellation);
            workspace.ThrowIfEnded(cancellation);
            foreach (UInt128 found in workspace.Finish(0))
                results.Add(new Found<TDistance>((long)(ulong)found, search.DistanceOf((ulong)(found >> 64))));
        }
        finally
        {
            ItemStore.Release(snapshot);
            if (workspace is not null) _pool.Return(workspace);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _pool.Dispose();
}
