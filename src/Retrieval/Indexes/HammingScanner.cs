using JaccardKernels.Host;

namespace JaccardKernels.Retrieval;

/// <summary>Scans parts of an index for a block of queries: every block of codes is read once for all of them.</summary>
/// <typeparam name="TRanking">What a Hamming distance is worth.</typeparam>
internal struct HammingScanner<TRanking> : ISearchTasks
    where TRanking : struct, IHammingRanking
{
    public SearchWorkspace Workspace;
    public Snapshot Snapshot;
    public TRanking Ranking;
    public IdFilter? Filter;

    // Of the caller's block: the words of all queries, and how many each has.
    public unsafe ulong* Queries;
    public int Words;

    /// <inheritdoc/>
    public readonly unsafe void Run(int task, int worker)
    {
        ScanPart part = Workspace.Parts[task];
        (int[] positions, int[] distances) = Workspace.Buffers(worker);
        bool isWhole = Snapshot.IsWhole;
        for (int start = 0; start < part.Count; start += HammingWithin.BlockCodes)
        {
            int count = Math.Min(HammingWithin.BlockCodes, part.Count - start);
            long first = part.Start + start;
            var codes = new ReadOnlySpan<ulong>(part.Items.Column(0, first, count), count * Words);
            long firstId = part.IdsRise ? part.Items.IdOf(first) : -1;
            foreach (int query in Workspace.Pending)
            {
                NearestSelection found = Workspace.Found(worker, query);
                int limit = Ranking.Limit(query, part.Group, found.BoundKey, isBelow: firstId >= 0 && (ulong)firstId > found.BoundId);
                int near = HammingWithin.Run(new ReadOnlySpan<ulong>(Queries + query * Words, Words), codes, limit, positions, distances);
                for (int i = 0; i < near; i++)
                {
                    long item = first + positions[i];
                    if (!isWhole && !Snapshot.IsLive(part.Items.FirstRow + item)) continue;
                    long id = part.Items.IdOf(item);
                    if (Filter is null || Filter.Admits(id)) found.Offer(Ranking.Key(query, part, item, distances[i]), id);
                }
            }
        }
    }
}

/// <summary>What a Hamming distance is worth in a ranking whose keys rise with it.</summary>
internal interface IHammingRanking
{
    /// <summary>The largest distance that can still be of interest.</summary>
    /// <param name="query">The query.</param>
    /// <param name="group">The group of the codes, or -1.</param>
    /// <param name="bound">The key that is to be reached.</param>
    /// <param name="isBelow">It is not enough to reach it: the key must be smaller.</param>
    int Limit(int query, int group, ulong bound, bool isBelow);

    /// <summary>The key of a distance.</summary>
    ulong Key(int query, in ScanPart part, long item, int distance);
}

/// <summary>The distance is the key.</summary>
internal readonly struct DistanceRanking : IHammingRanking
{
    public int Limit(int query, int group, ulong bound, bool isBelow) =>
        (int)Math.Min(bound, int.MaxValue) - (isBelow && bound < int.MaxValue ? 1 : 0);

    public ulong Key(int query, in ScanPart part, long item, int distance) => (ulong)distance;
}
