using JaccardKernels.Engine;
using JaccardKernels.Host;

namespace JaccardKernels.Retrieval;

/// <summary>Scans parts of a table index for a block of queries: every block of codes is read once for all that look into its list.</summary>
internal struct TableScanner : ISearchTasks
{
    public SearchWorkspace Workspace;
    public TableWorkspace Tables;
    public Snapshot Snapshot;
    public IdFilter? Filter;

    // The column of terms.
    public int Terms;

    /// <inheritdoc/>
    public readonly unsafe void Run(int task, int worker)
    {
        ScanPart part = Workspace.Parts[task];
        (int[] positions, float[] distances, byte[] scratch) = Tables.Of(worker);
        bool isWhole = Snapshot.IsWhole;
        uint probing = Tables.Probing(part.Group);
        for (int start = 0, count; start < part.Count; start += count)
        {
            count = Math.Min(IsBounded(worker, probing) ? LookupWithin.BlockItems : LookupWithin.FirstItems, part.Count - start);
            long first = part.Start + start;
            var codes = new ReadOnlySpan<byte>(part.Items.Column(0, first, count), count * (Tables.Length / AdditiveCodebooks.Codewords));
            var terms = new ReadOnlySpan<float>(part.Items.Column(Terms, first, count), count);
            long firstId = part.IdsRise ? part.Items.IdOf(first) : -1;
            for (int query = 0; query < Tables.Queries; query++)
            {
                if ((probing >> query & 1) == 0) continue;
                NearestSelection found = Workspace.Found(worker, query);
                float limit = Limit(found.BoundKey, isBelow: firstId >= 0 && (ulong)firstId > found.BoundId);
                int near = LookupWithin.Run(Tables.Table(query), codes, terms, limit, positions, distances, scratch);
                for (int i = 0; i < near; i++)
                {
                    long item = first + positions[i], row = part.Items.FirstRow + item;
                    if (!isWhole && !Snapshot.IsLive(row)) continue;
                    long id = part.Items.IdOf(item);
                    if (Filter is not null && !Filter.Admits(id)) continue;
                    found.Offer(OrderedFloat.KeyOf(distances[i]), id);
                    if (Tables.KeepsRows) Tables.SetRow(worker, query, id, row);
                }
            }
        }
    }

    // All queries that look into a list have found as many as they want.
    private readonly bool IsBounded(int worker, uint probing)
    {
        for (int query = 0; query < Tables.Queries; query++)
            if ((probing >> query & 1) != 0 && float.IsPositiveInfinity(Limit(Workspace.Found(worker, query).BoundKey, isBelow: false))) return false;
        return true;
    }

    // The largest distance that can still be of interest.
    private static float Limit(ulong bound, bool isBelow)
    {
        // The integers beyond that of infinity are no numbers.
        if (bound >= OrderedFloat.KeyOf(float.PositiveInfinity)) return float.PositiveInfinity;
        float limit = OrderedFloat.Of((uint)bound);
        return isBelow ? MathF.BitDecrement(limit) : limit;
    }
}
