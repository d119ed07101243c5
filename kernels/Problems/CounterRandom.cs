namespace JaccardKernels.Problems;

/// <summary>
/// Counter-based random bits: a pure function of a key and a counter, so that any element can be drawn by any thread of any device.
/// The mixing function is the finaliser of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014).
/// Plain integer arithmetic: kernels of every backend call these very functions, but the host's dropout, which repeats them by vectors.
/// </summary>
public static class CounterRandom
{
    /// <summary>2^64 / golden ratio, made odd: SplitMix64's increment.</summary>
    public const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>The factors of SplitMix64's output function, in their order.</summary>
    public const ulong FirstFactor = 0xBF58476D1CE4E5B9, SecondFactor = 0x94D049BB133111EB;

    /// <summary>The key of a stream numbered by two integers.</summary>
    public static ulong Key(int seed, int step) => Mix(((ulong)(uint)seed << 32) | (uint)step);

    /// <summary>The 32 bits of element <paramref name="index"/> of the stream <paramref name="key"/>.</summary>
    public static uint Bits(ulong key, long index) => (uint)(Mix(key + (ulong)index * Increment) >> 32);

    /// <summary>A number in [0, 1) with 24 random bits.</summary>
    public static float Uniform(ulong key, long index) => (Bits(key, index) >> 8) * (1f / 16777216f);

    /// <summary>SplitMix64's output function after one increment.</summary>
    public static ulong Mix(ulong z)
    {
        z += Increment;
        z = (z ^ (z >> 30)) * FirstFactor;
        z = (z ^ (z >> 27)) * SecondFactor;
        return z ^ (z >> 31);
    }
}
