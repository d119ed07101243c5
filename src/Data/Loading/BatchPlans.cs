using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>The usual orders.</summary>
public static class BatchPlans
{
    /// <summary>All images once, in order, plain; the last batch may be shorter: for evaluation.</summary>
    /// <param name="count">Images of the set.</param>
    public static IBatchPlan Sequential(int count) => new SequentialPlan(count);

    /// <summary>
    /// Epochs without end, each in an order of its own, augmented, whole batches only (what is left of an epoch is left out): for
    /// training. Batch b is a pure function of (seed, b), so training may resume at any batch.
    /// </summary>
    /// <param name="count">Images of the set.</param>
    /// <param name="batchSize">Images of a batch, up to <paramref name="count"/>.</param>
    /// <param name="seed">What orders and augmentations are a function of.</param>
    /// <param name="firstBatch">The batch to begin with.</param>
    /// <param name="batches">How many batches there are in all, from 0; the default is no end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch is larger than the set.</exception>
    public static IBatchPlan Shuffled(int count, int batchSize, int seed, long firstBatch = 0, long batches = long.MaxValue)
    {
        Guard.Positive(batchSize);
        if (batchSize > count)
            throw new ArgumentOutOfRangeException(
                nameof(batchSize), $"the batch has {batchSize} images, more than the set, which has {count}.");
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        return new ShuffledPlan(count, batchSize, seed, firstBatch, batches);
    }

    private sealed class SequentialPlan(int count) : IBatchPlan
    {
        private int _next;

        public int Next(Span<int> indices, Span<ulong> augmentations)
        {
            int length = Math.Min(indices.Length, count - _next);
            for (int i = 0; i < length; i++) indices[i] = _next++;
            augmentations.Clear();
            return length;
        }
    }

    private sealed class ShuffledPlan(int count, int batchSize, int seed, long firstBatch, long batches) : IBatchPlan
    {
        private readonly int[] _order = new int[count];
        private readonly long _batchesPerEpoch = count / batchSize;
        private long _batch = firstBatch;
        private long _epoch = -1;

        public int Next(Span<int> indices, Span<ulong> augmentations)
        {
            Guard.Length(indices.Length, batchSize);
            if (_batch >= batches) return 0;
            long epoch = _batch / _batchesPerEpoch;
            if (epoch != _epoch)
            {
                for (int i = 0; i < _order.Length; i++) _order[i] = i;
                RandomStream.Of(seed, OrderStream, (int)epoch).Shuffle(_order);
                _epoch = epoch;
            }
            _order.AsSpan((int)(_batch % _batchesPerEpoch) * batchSize, batchSize).CopyTo(indices);
            ulong key = CounterRandom.Mix(CounterRandom.Key(seed, KeyStream) + (ulong)_batch);
            // Key 0 would mean no augmentation.
            for (int i = 0; i < augmentations.Length; i++) augmentations[i] = CounterRandom.Mix(key + (ulong)i) | 1;
            _batch++;
            return batchSize;
        }

        private const int OrderStream = 201;
        private const int KeyStream = 202;
    }
}
