using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>Which images make the batch of a step, and how each is augmented: a pure function of the step, so that a run can resume
/// anywhere.</summary>
public interface IBatchSchedule
{
    /// <summary>Images of a batch.</summary>
    int BatchSize { get; }

    /// <summary>Fills the image numbers and augmentation keys (0 for none) of a step.</summary>
    void Fill(int step, Span<int> indices, Span<ulong> keys);
}

/// <summary>Passes over a set in an order shuffled anew each epoch; batches run on across the ends of epochs.</summary>
/// <param name="count">Images of the set.</param>
/// <param name="batchSize">Images of a batch.</param>
/// <param name="seed">Decides the orders and the augmentation.</param>
/// <param name="augment">Draw an augmentation for each image of each batch.</param>
public sealed class ShuffledSchedule(int count, int batchSize, int seed, bool augment) : IBatchSchedule
{
    private readonly int[] _order = new int[count];
    private long _epoch = -1;

    /// <inheritdoc/>
    public int BatchSize => batchSize;

    /// <inheritdoc/>
    public void Fill(int step, Span<int> indices, Span<ulong> keys)
    {
        for (int i = 0; i < batchSize; i++)
        {
            long position = (long)step * batchSize + i;
            if (position / count != _epoch) Shuffle(position / count);
            indices[i] = _order[position % count];
            // The lowest bit keeps the key from being 0, which would mean no augmentation.
            keys[i] = augment ? CounterRandom.Mix(CounterRandom.Key(seed, 1) + (ulong)position) | 1 : 0;
        }
    }

    private void Shuffle(long epoch)
    {
        _epoch = epoch;
        ulong key = CounterRandom.Mix(CounterRandom.Key(seed, 2) + (ulong)epoch);
        Permutation.Fill(_order, key);
    }
}

/// <summary>A set from its first image to its last, plain; the last batch is filled up with the last image.</summary>
/// <param name="count">Images of the set.</param>
/// <param name="batchSize">Images of a batch.</param>
/// <param name="variant">0 for plain images; else the number of an augmented variant of the whole set.</param>
/// <param name="seed">Decides the variants.</param>
public sealed class SequentialSchedule(int count, int batchSize, int variant = 0, int seed = 0) : IBatchSchedule
{
    /// <inheritdoc/>
    public int BatchSize => batchSize;

    /// <summary>Batches that cover the set.</summary>
    public int Batches => (count + batchSize - 1) / batchSize;

    /// <inheritdoc/>
    public void Fill(int step, Span<int> indices, Span<ulong> keys)
    {
        for (int i = 0; i < batchSize; i++)
        {
            indices[i] = Math.Min(count - 1, step * batchSize + i);
            keys[i] = variant == 0 ? 0 : CounterRandom.Mix(CounterRandom.Key(seed, variant) + (ulong)indices[i]) | 1;
        }
    }
}

/// <summary>Random orders.</summary>
internal static class Permutation
{
    /// <summary>Fills 0 to length - 1 in an order decided by the key (Fisher, Yates; Durstenfeld 1964).</summary>
    public static void Fill(Span<int> order, ulong key)
    {
        for (int i = 0; i < order.Length; i++) order[i] = i;
        Shuffle(order, key);
    }

    /// <summary>Shuffles elements.</summary>
    public static void Shuffle<T>(Span<T> items, ulong key)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            // The high half of a 32 x 32 bit product: uniform up to 2^-32 (Lemire 2019).
            int j = (int)((CounterRandom.Bits(key, i) * (ulong)(i + 1)) >> 32);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
