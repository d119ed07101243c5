using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>How mining cuts a set: shuffled anew each epoch, then into groups of equal size up to one image.</summary>
internal static class MiningGroups
{
    /// <summary>The images in the order of an epoch.</summary>
    public static int[] Order(int count, int seed, int epoch)
    {
        var order = new int[count];
        Permutation.Fill(order, Key(seed, epoch));
        return order;
    }

    /// <summary>What an epoch's draws are keyed by.</summary>
    public static ulong Key(int seed, int epoch) => CounterRandom.Mix(CounterRandom.Key(seed, 3) + (ulong)epoch);

    /// <summary>The images of a group.</summary>
    public static ReadOnlySpan<int> Members(int[] order, int group, int groups) =>
        order.AsSpan((int)((long)group * order.Length / groups)..(int)((long)(group + 1) * order.Length / groups));
}
