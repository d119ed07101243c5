using JaccardKernels.Problems;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Stress;

/// <summary>
/// The changes that are made to an index, by number: change c adds the items 8 c to 8 c + 7, and then, as a change of its own, two of the items of change c - 3 are
/// removed. What is in the index after so many of them, anybody can tell.
/// </summary>
internal static class Changes
{
    public const int ItemsPerChange = 8;

    /// <summary>The changes that the file is built with.</summary>
    public const int First = 5000;

    public static ulong CodeOf(long id) => CounterRandom.Mix((ulong)id);

    public static long[] Added(long change) => [.. Enumerable.Range(0, ItemsPerChange).Select(i => change * ItemsPerChange + i)];

    public static long[] Removed(long change) => change < 3 ? [] : [(change - 3) * ItemsPerChange + 1, (change - 3) * ItemsPerChange + 2];

    /// <summary>What is wrong with an index in which changes were made up to one that may be half done; null if nothing is.</summary>
    /// <param name="index">The index.</param>
    /// <param name="last">The last change of which anything is there.</param>
    public static string? Wrong(BinaryIndex index, out long last)
    {
        using ItemCursor items = index.Items();
        long[] ids = new long[items.Count];
        ulong[] codes = new ulong[items.Count];
        if (items.Read(ids, codes) != ids.Length) throw new InvalidOperationException("the cursor ended early.");
        last = ids.Length == 0 ? -1 : ids[^1] / ItemsPerChange;
        for (int i = 0; i < ids.Length; i++)
            if (codes[i] != CodeOf(ids[i])) return $"item {ids[i]} has another code";
        var present = new HashSet<long>(ids);
        for (long change = 0; change <= last; change++)
        {
            long[] removed = Removed(change + 3);
            // Of the last change, the removal may not have been reached.
            bool mayBeThere = change + 3 >= last, mustBeThere = change + 3 > last;
            foreach (long id in Added(change))
            {
                bool gone = removed.Contains(id);
                if (!present.Contains(id) && (!gone || mustBeThere)) return $"item {id} of change {change} is missing; change {last} is the last";
                if (present.Contains(id) && gone && !mayBeThere) return $"item {id} is there again; change {last} is the last";
            }
        }
        return null;
    }
}

/// <summary>Builds an index and changes it without end; after each step a line on stdout says that it is done.</summary>
internal static class Writer
{
    public static int Run(string path)
    {
        if (!File.Exists(path))
        {
            using HammingIndex made = HammingIndex.Create(new IndexContent(64));
            for (long change = 0; change < Changes.First; change++) Apply(made, change);
            made.Save(path, IndexStructure.MultiIndexHashing);
            Acknowledge('b', Changes.First - 1);
        }
        using HammingIndex index = HammingIndex.Open(path, writable: true);
        for (long change = index.LargestId / Changes.ItemsPerChange; ; change++)
        {
            // The last one may have been half done; removing again what is gone is nothing.
            if (change * Changes.ItemsPerChange > index.LargestId)
            {
                Add(index, change);
                Acknowledge('a', change);
            }
            index.Remove(Changes.Removed(change));
            Acknowledge('r', change);
            if (change % 25 != 0) continue;
            index.Compact();
            Acknowledge('c', change);
        }
    }

    private static void Apply(HammingIndex index, long change)
    {
        Add(index, change);
        index.Remove(Changes.Removed(change));
    }

    private static void Add(HammingIndex index, long change)
    {
        long[] ids = Changes.Added(change);
        index.Add(ids, [.. ids.Select(Changes.CodeOf)]);
    }

    private static void Acknowledge(char what, long change)
    {
        Console.Out.WriteLine($"{what} {change}");
        Console.Out.Flush();
    }
}
