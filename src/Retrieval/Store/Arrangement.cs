namespace JaccardKernels.Retrieval;

/// <summary>How the items of a file are grouped, and what a file holds besides them so that they can be searched. This one: in one group, nothing else.</summary>
internal class Arrangement
{
    /// <summary>Groups.</summary>
    public virtual int Groups => 1;

    /// <summary>What tells the group an item belongs to; it is asked about items that do not change meanwhile.</summary>
    public virtual ItemGrouping Grouping() => (_, _) => 0;

    /// <summary>Writes further sections, after all those of the items.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="codes">The codes, in their order in the file.</param>
    /// <param name="count">How many.</param>
    /// <param name="progress">Told of.</param>
    /// <param name="cancellation">Ends it early.</param>
    public virtual void WriteSections(IndexFileWriter writer, nint codes, long count, StoreProgress progress, CancellationToken cancellation)
    {
    }
}

/// <summary>The group of an item.</summary>
internal delegate int ItemGrouping(Items items, long item);

/// <summary>Takes what long work is doing, how much of it is done, and of how much.</summary>
/// <param name="what">A few words.</param>
/// <param name="done">Done so far.</param>
/// <param name="total">In all.</param>
public delegate void StoreProgress(string what, long done, long total);
