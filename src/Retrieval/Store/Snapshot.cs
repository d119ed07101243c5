namespace JaccardKernels.Retrieval;

/// <summary>
/// The items of an index at one moment: those of its file, those added since, and which of both were removed. It never changes; what is written later is
/// beyond the numbers it holds.
/// </summary>
/// <param name="File">The file, or null for an index in memory; kept open by the lease the snapshot is given with.</param>
/// <param name="Stored">The items of the file, or null.</param>
/// <param name="Chunks">Those added, in blocks of <paramref name="ChunkItems"/>; there may be more than are of this moment.</param>
/// <param name="ChunkItems">A power of two.</param>
/// <param name="Added">How many were added.</param>
/// <param name="Removed">By row, the change that removed it.</param>
/// <param name="Rows">By id, the row last added with it.</param>
/// <param name="Change">The last change that counts here.</param>
/// <param name="Count">Items that are there.</param>
internal sealed record Snapshot(
    MappedIndex? File, StoredItems? Stored, AddedItems[] Chunks, int ChunkItems, long Added, RowMap Removed, RowMap Rows, long Change, long Count)
{
    /// <summary>Items of the file, removed ones too.</summary>
    public long StoredCount => Stored?.Count ?? 0;

    /// <summary>None was removed.</summary>
    public bool IsWhole => Count == StoredCount + Added;

    /// <summary>An item is not removed.</summary>
    public bool IsLive(long row) => !(Removed.TryGet(row, out long change) && change <= Change);

    /// <summary>The row of an id that is there, or -1.</summary>
    public long Find(long id)
    {
        if (Rows.TryGet(id, out long row))
        {
            // The map knows the latest row alone: an older one is looked for where the latest is of a later change.
            if (row >= StoredCount + Added) row = FindAdded(id);
            if (row >= 0 && IsLive(row)) return row;
        }
        row = Stored?.Find(id) ?? -1;
        return row >= 0 && IsLive(row) ? row : -1;
    }

    /// <summary>The items a row is among, and its place there.</summary>
    public (Items Items, long Item) Locate(long row)
    {
        if (row < StoredCount) return (Stored!, row);
        int added = (int)(row - StoredCount);
        return (Chunks[added / ChunkItems], added % ChunkItems);
    }

    private long FindAdded(long id)
    {
        for (long added = Added - 1; added >= 0; added--)
            if (Chunks[added / ChunkItems].IdOf(added % ChunkItems) == id) return StoredCount + added;
        return -1;
    }
}
