using System.Text;

namespace JaccardKernels.Retrieval;

/// <summary>Writes the items of a snapshot as an index file.</summary>
internal static class ItemFile
{
    /// <summary>Items copied at a time, in bytes.</summary>
    public const int CopyBytes = 1 << 22;

    /// <summary>Writes an index file to a stream that the caller commits.</summary>
    /// <returns>Its header.</returns>
    public static IndexHeader Write(
        FileStream stream, ItemLayout layout, Arrangement arrangement, ItemRuns items, long generation, StoreProgress? progress, CancellationToken cancellation)
    {
        var writer = new IndexFileWriter(stream);
        for (int column = 0; column < layout.Columns.Count; column++)
        {
            Column what = layout.Columns[column];
            writer.Begin(what.Kind, what.Parameter);
            long written = 0;
            foreach (ItemRun run in items.Runs)
            {
                int step = Math.Max(1, CopyBytes / what.Width);
                for (long at = 0; at < run.Count; at += step)
                {
                    cancellation.ThrowIfCancellationRequested();
                    int count = (int)Math.Min(step, run.Count - at);
                    unsafe
                    {
                        writer.Write(new ReadOnlySpan<byte>(run.Items.Column(column, run.Start + at, count), count * what.Width));
                    }
                    progress?.Invoke($"writing {what.Kind.ToString().ToLowerInvariant()}", written += count, items.Count);
                }
            }
        }
        bool rising = Rising(items, out long firstId);
        if (!rising) WriteIds(writer, items);
        if (items.GroupStarts.Length > 2) writer.Write<long>(SectionKind.Groups, 0, items.GroupStarts);
        if (layout.HasNames) WriteNames(writer, items);
        if (layout.Origin.Length > 0) writer.Write<byte>(SectionKind.Origin, 0, Encoding.UTF8.GetBytes(layout.Origin));
        using (WrittenSection codes = writer.Map(SectionKind.Codes))
            arrangement.WriteSections(writer, codes.Start, items.Count, progress ?? ((_, _, _) => { }), cancellation);
        return writer.Finish(new IndexHeader
        {
            Structure = layout.Structure, Bits = layout.Bits, Count = items.Count, FirstId = rising ? firstId : 0, Generation = generation,
        });
    }

    // Ids that are numbers in a row need not be kept. They rise within a group, so their number and the difference of the ends tell.
    private static bool Rising(ItemRuns items, out long first)
    {
        first = 0;
        if (items.Count == 0) return true;
        first = items.Runs[0].Items.IdOf(items.Runs[0].Start);
        ItemRun last = items.Runs[^1];
        return items.GroupStarts.Length == 2 && last.Items.IdOf(last.Start + last.Count - 1) - first == items.Count - 1;
    }

    private static void WriteIds(IndexFileWriter writer, ItemRuns items)
    {
        long[] buffer = new long[4096];
        int filled = 0;
        writer.Begin(SectionKind.Ids);
        foreach (ItemRun run in items.Runs)
        {
            for (long item = run.Start; item < run.Start + run.Count; item++)
            {
                buffer[filled++] = run.Items.IdOf(item);
                if (filled == buffer.Length) Flush();
            }
        }
        Flush();

        void Flush()
        {
            writer.Write<long>(buffer.AsSpan(0, filled));
            filled = 0;
        }
    }

    private static void WriteNames(IndexFileWriter writer, ItemRuns items)
    {
        writer.Begin(SectionKind.Names);
        long end = 0;
        writer.Write<long>([0]);
        foreach (string name in Names(items)) writer.Write<long>([end += Encoding.UTF8.GetByteCount(name)]);
        foreach (string name in Names(items)) writer.Write<byte>(Encoding.UTF8.GetBytes(name));
    }

    private static IEnumerable<string> Names(ItemRuns items)
    {
        foreach (ItemRun run in items.Runs)
            for (long item = run.Start; item < run.Start + run.Count; item++) yield return run.Items.NameOf(item)!;
    }
}
