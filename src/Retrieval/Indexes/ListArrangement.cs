using JaccardKernels.Host;

namespace JaccardKernels.Retrieval;

/// <summary>Items in lists around centroids: each in that of the nearest to what its code stands for. Without centroids, all in one.</summary>
internal sealed class ListArrangement(TableParts parts) : Arrangement
{
    public override int Groups => parts.Lists;

    public override ItemGrouping Grouping() => parts.Centroids.Length == 0 ? base.Grouping() : new Lists(parts).Of;

    public override void WriteSections(IndexFileWriter writer, nint codes, long count, StoreProgress progress, CancellationToken cancellation)
    {
        if (parts.Centroids.Length > 0) writer.Write<float>(SectionKind.Centroids, 0, parts.Centroids);
        writer.Write<byte>(SectionKind.Quantizer, 0, parts.Quantizer);
    }

    // The lists of a block of items are found at once: who asks, asks for them in order.
    private sealed class Lists(TableParts parts)
    {
        private const int BlockItems = 1024;

        private readonly NearestCentroids _centroids = new(parts.Centroids, parts.Codebooks.Dimensions);
        private readonly int[] _lists = new int[BlockItems];
        private Items? _items;
        private long _block;

        public unsafe int Of(Items items, long item)
        {
            if (items != _items || item / BlockItems != _block)
            {
                (_items, _block) = (items, item / BlockItems);
                long first = _block * BlockItems;
                int count = (int)Math.Min(BlockItems, items.Count - first);
                var codes = new ReadOnlySpan<byte>(items.Column(0, first, count), count * parts.Codebooks.Count);
                using var team = new ThreadTeam(1);
                _centroids.Find(parts.Codebooks.Reconstruct(codes), _lists.AsSpan(0, count), team);
            }
            return _lists[item % BlockItems];
        }
    }
}
