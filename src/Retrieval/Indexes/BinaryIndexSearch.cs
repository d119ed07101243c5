namespace JaccardKernels.Retrieval;

/// <summary>Binary codes by a distance.</summary>
/// <typeparam name="TDistance">int for Hamming distances, float for others.</typeparam>
public abstract class BinaryIndex<TDistance> : BinaryIndex, IIndex<ulong, TDistance>, ISearch<ulong, TDistance>
    where TDistance : unmanaged
{
    private readonly IndexSearcher<ulong, TDistance> _searcher;

    private protected BinaryIndex(ItemStore store, int threads)
        : base(store) => _searcher = new IndexSearcher<ulong, TDistance>(store, QueryLength, threads, this);

    /// <inheritdoc/>
    TDistance ISearch<ulong, TDistance>.Missing => Missing;

    /// <inheritdoc cref="ISearch{TQuery, TDistance}.Missing"/>
    private protected abstract TDistance Missing { get; }

    /// <inheritdoc/>
    public void Search(
        ReadOnlySpan<ulong> queries, int k, Span<TDistance> distances, Span<long> ids, IdFilter? filter = null, CancellationToken cancellation = default) =>
        _searcher.Search(queries, k, distances, ids, filter, cancellation);

    /// <inheritdoc/>
    public void SearchRange(
        ReadOnlySpan<ulong> query, TDistance limit, List<Found<TDistance>> results, IdFilter? filter = null, CancellationToken cancellation = default) =>
        _searcher.SearchRange(query, limit, results, filter, cancellation);

    void ISearch<ulong, TDistance>.Check(ReadOnlySpan<ulong> queries) => RequireUnusedBitsZero(queries);

    void ISearch<ulong, TDistance>.Find(
        SearchWorkspace workspace, Snapshot snapshot, ReadOnlySpan<ulong> queries, int k, IdFilter? filter, CancellationToken cancellation) =>
        Find(workspace, snapshot, queries, k, filter, cancellation);

    ulong? ISearch<ulong, TDistance>.LimitOf(TDistance limit) => LimitOf(limit);

    TDistance ISearch<ulong, TDistance>.DistanceOf(ulong key) => DistanceOf(key);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _searcher.Dispose();
        base.Dispose(disposing);
    }

    /// <inheritdoc cref="ISearch{TQuery, TDistance}.Find"/>
    private protected abstract void Find(
        SearchWorkspace workspace, Snapshot snapshot, ReadOnlySpan<ulong> queries, int k, IdFilter? filter, CancellationToken cancellation);

    /// <inheritdoc cref="ISearch{TQuery, TDistance}.LimitOf"/>
    private protected abstract ulong? LimitOf(TDistance limit);

    /// <inheritdoc cref="ISearch{TQuery, TDistance}.DistanceOf"/>
    private protected abstract TDistance DistanceOf(ulong key);
}
