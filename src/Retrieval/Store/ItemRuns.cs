namespace JaccardKernels.Retrieval;

/// <summary>Items that follow each other both where they are and where they go.</summary>
internal readonly record struct ItemRun(Items Items, long Start, long Count);

/// <summary>The live items of a snapshot in the order of a file: by group, then by id.</summary>
/// <param name="Runs">The items.</param>
/// <param name="GroupStarts">Where each group starts, and the number of all.</param>
internal sealed record ItemRuns(List<ItemRun> Runs, long[] GroupStarts)
{
    /// <summary>All items.</summary>
    public long Count => GroupStarts[^1];

    /// <summary>Merges what was added into what is stored, and leaves out what was removed.</summary>
    /// <param name="snapshot">The items.</param>
    /// <param name="arrangement">What groups them.</param>
    /// <param name="regroup">The file is grouped by something else, if in as many groups: all of its items are put in order anew.</param>
    public static ItemRuns Of(Snapshot snapshot, Arrangement arrangement, bool regroup = false)
    {
        bool isGroupedSo = !regroup && snapshot.Stored is { } file && file.Groups == arrangement.Groups;
        long stored = isGroupedSo ? snapshot.StoredCount : 0;
        long[] removed = [.. snapshot.Removed.Entries().Where(e => e.Key < stored && e.Value <= snapshot.Change).Select(e => e.Key).Order()];
        Added[] added = [.. AddedOf(snapshot, stored, arrangement).Order()];
        var builder = new Builder(removed);
        long[] starts = new long[arrangement.Groups + 1];
        int next = 0;
        for (int group = 0; group < arrangement.Groups; group++)
        {
            long at = stored == 0 ? 0 : snapshot.Stored!.GroupStart(group), end = stored == 0 ? 0 : snapshot.Stored!.GroupStart(group + 1);
            for (; next < added.Length && added[next].Group == group; next++)
            {
                long place = stored == 0 ? 0 : snapshot.Stored!.LowerBound(group, added[next].Id);
                builder.AddStored(snapshot.Stored, at, place);
                builder.Add(added[next].Items, added[next].Item, 1);
                at = place;
            }
            builder.AddStored(snapshot.Stored, at, end);
            starts[group + 1] = builder.Count;
        }
        if (next < added.Length) throw new InvalidDataException($"id {added[next].Id} belongs to group {added[next].Group}; there are {arrangement.Groups}.");
        return new ItemRuns(builder.Runs, starts);
    }

    private static IEnumerable<Added> AddedOf(Snapshot snapshot, long first, Arrangement arrangement)
    {
        ItemGrouping groupOf = arrangement.Grouping();
        for (long row = first; row < snapshot.StoredCount + snapshot.Added; row++)
        {
            if (!snapshot.IsLive(row)) continue;
            (Items items, long item) = snapshot.Locate(row);
            yield return new Added(groupOf(items, item), items.IdOf(item), items, item);
        }
    }

    private readonly record struct Added(int Group, long Id, Items Items, long Item) : IComparable<Added>
    {
        public int CompareTo(Added other) => Group != other.Group ? Group.CompareTo(other.Group) : Id.CompareTo(other.Id);
    }

    private sealed class Builder(long[] removed)
    {
        private int _removed;

        public List<ItemRun> Runs { get; } = [];

        public long Count { get; private set; }

        public void AddStored(StoredItems? items, long start, long end)
        {
            for (; _removed < removed.Length && removed[_removed] < end; _removed++)
            {
                Add(items!, start, removed[_removed] - start);
                start = removed[_removed] + 1;
            }
            Add(items!, start, end - start);
        }

        public void Add(Items items, long start, long count)
        {
            if (count <= 0) return;
            Count += count;
            if (Runs.Count > 0 && Runs[^1] is var last && last.Items == items && last.Start + last.Count == start)
                Runs[^1] = last with { Count = last.Count + count };
            else
                Runs.Add(new ItemRun(items, start, count));
        }
    }
}
