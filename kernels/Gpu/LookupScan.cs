using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// The scan that never writes a distance: a group takes a query, whose table it holds in shared memory, and a segment of the items, a thread an item
/// at a time. A distance below the query's present K-th goes to its list in a <see cref="TopKBuffer"/>. Reads of a table go to random banks of shared
/// memory, some three a bank for 32 threads: on an H100 (132 multiprocessors at 1.755 GHz) that is about 2.5 T entries a second, and with 8 of them an
/// item 0.3 T items. So the codes, 8 bytes each, come from the cache, where queries share them, but for the first.
/// </summary>
internal static class LookupScan
{
    // 15 KiB, which the list leaves of the least shared memory that a device has.
    private const int StagedEntries = 3840;

    // Infinity.
    private const uint InfinityBits = 0x7F800000;

    /// <summary>The distance of what there is not.</summary>
    public static float Beyond => Interop.IntAsFloat(InfinityBits);

    /// <summary>Codebooks of a table that shared memory has room for; the others are read through the cache.</summary>
    public static int StagedFor(in LookupProblem problem) => Math.Min(problem.Codebooks, StagedEntries / problem.Codewords);

    /// <summary>A group a segment of one query.</summary>
    [GpuKernel]
    public static void Scan(LookupOperands o)
    {
        ArrayView<float> table = SharedMemory.Allocate<float>(StagedEntries);
        TopKBuffer buffer = TopKBuffer.Create(1, o.Shift, o.K);
        int query = Grid.IdxX % o.QueryCount, segment = Grid.IdxX / o.QueryCount;
        int start = segment * o.SegmentItems, length = IntrinsicMath.Min(o.SegmentItems, o.Count - start);
        long from = (long)query * o.Codebooks * o.Codewords;
        for (int i = Group.IdxX; i < o.Staged * o.Codewords; i += Group.DimX) table[i] = o.Tables[from + i];
        buffer.Clear(TopKBuffer.None);
        // At least once: a segment may have no items, and its list is to be sorted all the same.
        bool last = false;
        for (int chunk = 0; !last; chunk += Group.DimX)
        {
            last = chunk + Group.DimX >= length;
            int own = chunk + Group.IdxX;
            if (own < length)
            {
                int item = start + own;
                long code = (long)item * o.Codebooks;
                float sum = o.HasTerms != 0 ? o.Terms[item] : 0f;
                for (int m = 0; m < o.Staged; m++) sum += table[m * o.Codewords + o.Codes[code + m]];
                buffer.Push(0, RankKey.Of(o.SumFrom(query, item, o.Staged, sum), item));
            }
            buffer.Prune(last);
        }
        for (int place = Group.IdxX; place < o.K; place += Group.DimX)
            o.Keys[((long)query * o.K + place) * o.Segments + segment] = buffer.Key(0, place);
    }

    /// <summary>A group a query: the lists of all segments become one.</summary>
    [GpuKernel]
    public static void Merge(LookupOperands o)
    {
        TopKBuffer buffer = SegmentMerge.Run(o.Keys, o.K, o.Segments, o.Shift);
        for (int place = Group.IdxX; place < o.K; place += Group.DimX)
        {
            long key = buffer.Key(0, place), at = (long)Grid.IdxX * o.K + place;
            bool found = key != TopKBuffer.None;
            o.Distances[at] = found ? RankKey.ValueOf(key) : Beyond;
            o.Rows[at] = found ? (int)key : -1;
        }
    }
}
