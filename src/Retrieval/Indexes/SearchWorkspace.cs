using System.Runtime.ExceptionServices;
using JaccardKernels.Host;

namespace JaccardKernels.Retrieval;

/// <summary>What one search at a time works in: a team of threads, and for each of them what it has found for each query of a block.</summary>
internal sealed class SearchWorkspace : IDisposable
{
    /// <summary>Queries that share what is read of the codes.</summary>
    public const int QueryBlock = 32;

    // Items of a file that one worker scans at a time: enough to be worth a task, few enough to share the work and to stop soon.
    private const int PartItems = 1 << 16;

    private readonly NearestSelection[] _found;
    private readonly int[][] _positions, _distances;
    private readonly bool[] _isFound = new bool[QueryBlock];
    private Exception? _failure;

    public SearchWorkspace(int threads)
    {
        Team = new ThreadTeam(threads);
        _found = [.. Enumerable.Range(0, Team.Threads * QueryBlock).Select(_ => new NearestSelection())];
        _positions = [.. Enumerable.Range(0, Team.Threads).Select(_ => new int[HammingWithin.BlockCodes])];
        _distances = [.. Enumerable.Range(0, Team.Threads).Select(_ => new int[HammingWithin.BlockCodes])];
        IsFound = query => _isFound[query];
    }

    /// <summary>The threads.</summary>
    public ThreadTeam Team { get; }

    /// <summary>What searches by tables need.</summary>
    public TableWorkspace Tables => field ??= new TableWorkspace(Team.Threads);

    /// <summary>The parts to be scanned.</summary>
    public List<ScanPart> Parts { get; } = [];

    /// <summary>The queries, of the block, that are still to be scanned for.</summary>
    public List<int> Pending { get; } = [];

    /// <summary>Bits set in each query of the block.</summary>
    public int[] BitCounts { get; } = new int[QueryBlock];

    /// <summary>All of the file that a query wants has been found.</summary>
    public Predicate<int> IsFound { get; }

    /// <summary>Says whether all of the file that a query wants has been found.</summary>
    public void SetFound(int query, bool isFound) => _isFound[query] = isFound;

    /// <summary>Something went wrong, or the search was cancelled: what is left to do is pointless.</summary>
    public bool IsEnded(CancellationToken cancellation) => Volatile.Read(ref _failure) is not null || cancellation.IsCancellationRequested;

    /// <summary>Throws what a worker could not.</summary>
    public void ThrowIfEnded(CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _failure, null) is { } failure) ExceptionDispatchInfo.Throw(failure);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Does tasks on all threads; the first exception of one ends the others, and is thrown by <see cref="ThrowIfEnded"/>.</summary>
    public void Run<TTasks>(int count, ref TTasks tasks, CancellationToken cancellation)
        where TTasks : struct, ISearchTasks
    {
        var body = new Guarded<TTasks> { Workspace = this, Tasks = tasks, Cancellation = cancellation };
        Team.For(count, ref body);
    }

    /// <summary>What a worker has found for a query.</summary>
    public NearestSelection Found(int worker, int query) => _found[worker * QueryBlock + query];

    /// <summary>Room for one block of codes.</summary>
    public (int[] Positions, int[] Distances) Buffers(int worker) => (_positions[worker], _distances[worker]);

    /// <summary>Lists a part to be scanned for every so many items of a group of the file.</summary>
    public void AddStoredParts(Snapshot snapshot, int group)
    {
        if (snapshot.Stored is not { } stored) return;
        long end = stored.GroupStart(group + 1);
        for (long start = stored.GroupStart(group); start < end; start += PartItems)
            Parts.Add(new ScanPart(stored, start, (int)Math.Min(PartItems, end - start), group, IdsRise: true));
    }

    /// <summary>Lists a part for every block of added items.</summary>
    public void AddAddedParts(Snapshot snapshot)
    {
        for (long start = 0; start < snapshot.Added; start += snapshot.ChunkItems)
        {
            int count = (int)Math.Min(snapshot.ChunkItems, snapshot.Added - start);
            Parts.Add(new ScanPart(snapshot.Chunks[start / snapshot.ChunkItems], 0, count, -1, IdsRise: false));
        }
    }

    /// <summary>Forgets what was found.</summary>
    public void Clear(int queries, int k, ulong limit)
    {
        for (int worker = 0; worker < Team.Threads; worker++)
            for (int query = 0; query < queries; query++) Found(worker, query).Clear(k, limit);
    }

    /// <summary>What all workers have found for a query, in order; valid until the next call.</summary>
    public ReadOnlySpan<UInt128> Finish(int query)
    {
        NearestSelection all = Found(0, query);
        for (int worker = 1; worker < Team.Threads; worker++) all.OfferAll(Found(worker, query));
        return all.Finish();
    }

    /// <inheritdoc/>
    public void Dispose() => Team.Dispose();

    // A worker must not throw.
    private struct Guarded<TTasks> : IParallelBody
        where TTasks : struct, ISearchTasks
    {
        public SearchWorkspace Workspace;
        public TTasks Tasks;
        public CancellationToken Cancellation;

        public readonly void Run(int task, int worker)
        {
            if (Workspace.IsEnded(Cancellation)) return;
            try
            {
                Tasks.Run(task, worker);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref Workspace._failure, exception, null);
            }
        }
    }
}

/// <summary>The tasks of a search.</summary>
internal interface ISearchTasks
{
    /// <summary>Does one.</summary>
    void Run(int task, int worker);
}

/// <summary>Codes that follow each other, to be scanned by one worker.</summary>
/// <param name="Items">Where they are.</param>
/// <param name="Start">The first.</param>
/// <param name="Count">How many.</param>
/// <param name="Group">The group they are of.</param>
/// <param name="IdsRise">Their ids rise.</param>
internal readonly record struct ScanPart(Items Items, long Start, int Count, int Group, bool IdsRise);

/// <summary>Workspaces to be used again: as many as there were searches at a time.</summary>
internal sealed class WorkspacePool(int threads) : IDisposable
{
    private readonly Stack<SearchWorkspace> _free = new();
    private bool _disposed;

    public SearchWorkspace Rent()
    {
        lock (_free)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_free.TryPop(out SearchWorkspace? workspace)) return workspace;
        }
        return new SearchWorkspace(threads);
    }

    public void Return(SearchWorkspace workspace)
    {
        lock (_free)
        {
            if (!_disposed)
            {
                _free.Push(workspace);
                return;
            }
        }
        workspace.Dispose();
    }

    public void Dispose()
    {
        lock (_free)
        {
            _disposed = true;
            while (_free.TryPop(out SearchWorkspace? workspace)) workspace.Dispose();
        }
    }
}
