using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>Numbers drawn one after the other from a key of <see cref="CounterRandom"/>.</summary>
/// <param name="key">What the numbers are a function of.</param>
internal struct RandomStream(ulong key)
{
    private readonly ulong _key = key;
    private long _counter;

    /// <summary>The stream of one image of one split: streams of different splits share no key.</summary>
    public static RandomStream Of(int seed, int split, int index) =>
        new(CounterRandom.Mix(CounterRandom.Key(seed, split) ^ CounterRandom.Mix((ulong)index)));

    /// <summary>A number in [0,1).</summary>
    public float Uniform() => CounterRandom.Uniform(_key, _counter++);

    /// <summary>A number in [low, high).</summary>
    public float Uniform(float low, float high) => low + (high - low) * Uniform();

    /// <summary>An integer in [0, count); the bias of the remainder is below count / 2^32.</summary>
    public int Below(int count) => (int)(CounterRandom.Bits(_key, _counter++) % (uint)count);

    /// <summary>True or false.</summary>
    public bool Coin() => (CounterRandom.Bits(_key, _counter++) & 1) != 0;

    /// <summary>A key for another stream.</summary>
    public ulong Fork() => CounterRandom.Mix(_key + (ulong)++_counter);

    /// <summary>Puts elements in random order (Fisher and Yates).</summary>
    public void Shuffle(Span<int> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
