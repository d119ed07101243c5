namespace JaccardKernels.Retrieval;

/// <summary>
/// An index over items of a code and an id, exact but where lists are left out on request (<see cref="TableIndex.Probes"/>). Results are in order of
/// (distance, id). Any number of threads search at once, also while one adds or removes: an answer is right for one state of the index between the start of
/// the search and its end. No search waits for a lock. Nothing is allocated per query once as many searches have run at a time, and as much was found, as ever
/// will be.
/// </summary>
/// <typeparam name="TQuery">What queries are made of: ulong words of packed bits, or float embeddings.</typeparam>
/// <typeparam name="TDistance">int for Hamming distances, float for others.</typeparam>
public interface IIndex<TQuery, TDistance> : IDisposable
    where TQuery : unmanaged
    where TDistance : unmanaged
{
    /// <summary>Items that are there.</summary>
    long Count { get; }

    /// <summary>Elements of a query.</summary>
    int QueryLength { get; }

    /// <summary>Adds items: all at once, but where they are more than some 64 MB, one part after another, of which those before a failure stay.</summary>
    /// <param name="ids">Their ids, 0 or more, not there yet.</param>
    /// <param name="codes">[N, code], in the form of queries.</param>
    /// <param name="names">[N], where the index keeps names.</param>
    /// <param name="labels">[N, C] counts, where it keeps labels.</param>
    /// <exception cref="ArgumentException">An id is negative, given twice or there already, or a length is not that of the ids.</exception>
    /// <exception cref="InvalidOperationException">The index is open for reading.</exception>
    /// <exception cref="IOException">The log cannot be written; nothing was added.</exception>
    void Add(ReadOnlySpan<long> ids, ReadOnlySpan<TQuery> codes, ReadOnlySpan<string> names = default, ReadOnlySpan<int> labels = default);

    /// <summary>Removes items; ids that are not there are passed over.</summary>
    /// <returns>How many were there.</returns>
    /// <exception cref="InvalidOperationException">The index is open for reading.</exception>
    /// <exception cref="IOException">The log cannot be written; nothing was removed.</exception>
    int Remove(ReadOnlySpan<long> ids);

    /// <summary>The code of an id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="code">[code], overwritten if the id is there.</param>
    /// <returns>Whether it is.</returns>
    bool TryReconstruct(long id, Span<TQuery> code);

    /// <summary>Finds the k nearest items of each query.</summary>
    /// <param name="queries">[Q, code].</param>
    /// <param name="k">How many, 1 or more; it may exceed <see cref="Count"/>.</param>
    /// <param name="distances">[Q,k], overwritten; beyond what there is, the value that the index states.</param>
    /// <param name="ids">[Q,k], overwritten; -1 beyond what there is.</param>
    /// <param name="filter">The ids that may be found; null means all.</param>
    /// <param name="cancellation">Ends the search early.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="InvalidDataException">The file is damaged where it was read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    void Search(
        ReadOnlySpan<TQuery> queries, int k, Span<TDistance> distances, Span<long> ids, IdFilter? filter = null, CancellationToken cancellation = default);

    /// <summary>Finds all items within a distance of a query.</summary>
    /// <param name="query">[code].</param>
    /// <param name="limit">The largest distance.</param>
    /// <param name="results">Overwritten: what was found, in order.</param>
    /// <param name="filter">The ids that may be found; null means all.</param>
    /// <param name="cancellation">Ends the search early.</param>
    /// <inheritdoc cref="Search" path="/exception"/>
    void SearchRange(
        ReadOnlySpan<TQuery> query, TDistance limit, List<Found<TDistance>> results, IdFilter? filter = null, CancellationToken cancellation = default);

    /// <summary>Writes the items as an index file of their structure, in place of whatever has its name.</summary>
    /// <exception cref="IOException">It cannot be written; what was there is as it was.</exception>
    void Save(string path, StoreProgress? progress = null, CancellationToken cancellation = default);
}

/// <summary>An item found.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Distance">Its distance from the query.</param>
public readonly record struct Found<TDistance>(long Id, TDistance Distance)
    where TDistance : unmanaged;
