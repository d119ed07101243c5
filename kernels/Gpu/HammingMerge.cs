using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>What the segments of a <see cref="HammingScan"/> have left, as distances and rows.</summary>
internal static class HammingMerge
{
    /// <summary>A group a query.</summary>
    [GpuKernel]
    public static void Merge(HammingScanOperands o)
    {
        TopKBuffer buffer = SegmentMerge.Run(o.Keys, o.K, o.Segments, o.Shift);
        for (int place = Group.IdxX; place < o.K; place += Group.DimX)
        {
            long key = buffer.Key(0, place);
            int at = Grid.IdxX * o.K + place;
            o.Distances[at] = key == TopKBuffer.None ? -1 : (int)(key >> 32);
            o.Rows[at] = key == TopKBuffer.None ? -1 : (int)key;
        }
    }
}
