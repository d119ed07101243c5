using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>The K least of the sorted keys that the segments of a scan have left, a group a query.</summary>
internal static class HammingMerge
{
    /// <summary>
    /// Keys are read rank by rank, the best of every segment first. Once a run as long as there are segments has brought nothing, and so a key of
    /// every segment was too far, all that follow are too: a few ranks are read of the K.
    /// </summary>
    [GpuKernel]
    public static void Merge(HammingScanOperands o)
    {
        TopKBuffer buffer = TopKBuffer.Create(1, o.Shift, o.K);
        int query = Grid.IdxX, quiet = 0;
        buffer.Clear(TopKBuffer.None);
        long total = (long)o.K * o.Segments, start = query * total;
        bool last = false;
        for (long first = 0; !last; first += Group.DimX)
        {
            long key = first + Group.IdxX < total ? o.Keys[start + first + Group.IdxX] : TopKBuffer.None;
            bool any = Group.BarrierOr(key < buffer.Bound(0));
            quiet = any ? 0 : quiet + Group.DimX;
            last = first + Group.DimX >= total | quiet >= o.Segments;
            buffer.Push(0, key);
            buffer.Prune(last);
        }
        for (int place = Group.IdxX; place < o.K; place += Group.DimX)
        {
            long key = buffer.Key(0, place);
            int at = query * o.K + place;
            o.Distances[at] = key == TopKBuffer.None ? -1 : (int)(key >> 32);
            o.Rows[at] = key == TopKBuffer.None ? -1 : (int)key;
        }
    }
}
