using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>Vectors of some items of a table index, to learn from.</summary>
internal static class TableSample
{
    /// <summary>Embeddings, or what codes stand for, [S,D], of at most so many items, spread evenly over all, in an order that the seed decides.</summary>
    public static unsafe float[] Of(TableIndex index, long most, int seed)
    {
        int dimensions = index.QueryLength, width = index.Codebooks.Count, embeddings = index.Store.Layout.Find(SectionKind.Embeddings);
        Snapshot snapshot = index.Store.Acquire();
        try
        {
            long row = 0, live = 0;
            int count = (int)Math.Min(Math.Min(most, snapshot.Count), Array.MaxLength / dimensions);
            float[] sample = new float[Guard.Elements("sample", count, dimensions)];
            int[] places = Shuffled(count, seed);
            for (int i = 0; i < count; i++)
            {
                // The so-manieth that is there.
                long wanted = (long)((Int128)i * snapshot.Count / count);
                if (snapshot.IsWhole) row = wanted;
                else for (; live < wanted || !snapshot.IsLive(row); row++) live += snapshot.IsLive(row) ? 1 : 0;
                (Items items, long item) = snapshot.Locate(row);
                Span<float> target = sample.AsSpan(places[i] * dimensions, dimensions);
                if (embeddings >= 0) new ReadOnlySpan<float>(items.Column(embeddings, item, 1), dimensions).CopyTo(target);
                else index.Codebooks.Reconstruct(new ReadOnlySpan<byte>(items.Column(0, item, 1), width), target);
            }
            return sample;
        }
        finally
        {
            ItemStore.Release(snapshot);
        }
    }

    private static int[] Shuffled(int count, int seed)
    {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) order[i] = i;
        ulong key = CounterRandom.Key(seed, 5);
        for (int i = 0; i < count; i++)
        {
            int other = i + (int)((ulong)CounterRandom.Bits(key, i) * (ulong)(count - i) >> 32);
            (order[i], order[other]) = (order[other], order[i]);
        }
        return order;
    }
}
