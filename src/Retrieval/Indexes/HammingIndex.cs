namespace JaccardKernels.Retrieval;

/// <summary>
/// Binary codes by Hamming distance, exact, in memory or in a file: all compared (<see cref="IndexStructure.Flat"/>), or found by tables of substrings
/// (<see cref="IndexStructure.MultiIndexHashing"/>), of which what was added since the file was written is no part yet. Where there is nothing to be found
/// distances are -1.
/// </summary>
public sealed class HammingIndex : BinaryIndex<int>
{
    internal HammingIndex(ItemStore store, int threads)
        : base(store, threads)
    {
    }

    /// <inheritdoc/>
    private protected override int Missing => -1;

    /// <summary>An empty index in memory.</summary>
    /// <param name="content">What it keeps.</param>
    /// <param name="threads">Threads of one search; 0 means one for each processor. Searches at a time have threads of their own.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bits or threads are out of range.</exception>
    public static HammingIndex Create(IndexContent content, int threads = 0) => new(ItemStore.InMemory(content.Layout(IndexStructure.Flat)), threads);

    /// <summary>Opens an index file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="writable">To add and remove; refused while another process has it open so.</param>
    /// <param name="threads">Threads of one search; 0 means one for each processor. Searches at a time have threads of their own.</param>
    /// <exception cref="IOException">There is none, it cannot be read, or it is being written.</exception>
    /// <exception cref="InvalidDataException">It or its log is damaged, of an unknown version, or of another structure.</exception>
    public static HammingIndex Open(string path, bool writable = false, int threads = 0) =>
        new(ItemStore.Open(path, writable, IndexStructure.Flat, IndexStructure.MultiIndexHashing), threads);

    /// <inheritdoc/>
    private protected override unsafe void Find(
        SearchWorkspace workspace, Snapshot snapshot, ReadOnlySpan<ulong> queries, int k, IdFilter? filter, CancellationToken cancellation)
    {
        int count = queries.Length / QueryLength;
        List<int> pending = workspace.Pending;
        pending.Clear();
        for (int query = 0; query < count; query++) pending.Add(query);
        fixed (ulong* words = queries)
        {
            if (SubstringTables.Of(snapshot) is { } tables)
            {
                var search = new SubstringSearch
                {
                    Workspace = workspace, Snapshot = snapshot, Tables = tables, Filter = filter, Cancellation = cancellation, Queries = words,
                    Count = count,
                };
                workspace.Run(count, ref search, cancellation);
                // What the tables would not find faster than a scan is left to it.
                pending.RemoveAll(workspace.IsFound);
            }
            var scanner = new HammingScanner<DistanceRanking>
            {
                Workspace = workspace, Snapshot = snapshot, Filter = filter, Queries = words, Words = QueryLength,
            };
            workspace.Parts.Clear();
            if (pending.Count > 0) workspace.AddStoredParts(snapshot, 0);
            workspace.Run(workspace.Parts.Count, ref scanner, cancellation);
            pending.Clear();
            for (int query = 0; query < count; query++) pending.Add(query);
            workspace.Parts.Clear();
            workspace.AddAddedParts(snapshot);
            workspace.Run(workspace.Parts.Count, ref scanner, cancellation);
        }
    }

    /// <inheritdoc/>
    private protected override ulong? LimitOf(int limit) => limit < 0 ? null : (ulong)limit;

    /// <inheritdoc/>
    private protected override int DistanceOf(ulong key) => (int)key;
}
