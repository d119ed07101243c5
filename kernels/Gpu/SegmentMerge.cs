using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>The K least of the sorted keys that the segments of a scan have left, a group a query.</summary>
internal static class SegmentMerge
{
    /// <summary>
    /// The list of the group's query, sorted, of keys <c>[Q,K,segments]</c>. They are read rank by rank, the best of every segment first. Once a run as
    /// long as there are segments has brought nothing, and so a key of every segment was too far, all that follow are too: a few ranks are read of
    /// the K.
    /// </summary>
    public static TopKBuffer Run(ArrayView<long> keys, int k, int segments, int shift)
    {
        TopKBuffer buffer = TopKBuffer.Create(1, shift, k);
        int quiet = 0;
        buffer.Clear(TopKBuffer.None);
        long total = (long)k * segments, start = Grid.IdxX * total;
        bool last = false;
        for (long first = 0; !last; first += Group.DimX)
        {
            long key = first + Group.IdxX < total ? keys[start + first + Group.IdxX] : TopKBuffer.None;
            bool any = Group.BarrierOr(key < buffer.Bound(0));
            quiet = any ? 0 : quiet + Group.DimX;
            last = first + Group.DimX >= total | quiet >= segments;
            buffer.Push(0, key);
            buffer.Prune(last);
        }
        return buffer;
    }
}
