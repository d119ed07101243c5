namespace JaccardKernels.Fuzz;

/// <summary>Random numbers that are a function of seed, target and iteration alone (SplitMix64: Steele, Lea, Flood 2014).</summary>
internal sealed class FuzzRandom
{
    private ulong _state;

    /// <summary>Starts the numbers of one iteration.</summary>
    public FuzzRandom(int seed, string target, long iteration)
    {
        // FNV-1a, so that targets do not share their mutations; string.GetHashCode differs from run to run.
        ulong key = 14695981039346656037;
        foreach (char c in target) key = (key ^ c) * 1099511628211;
        _state = key ^ (ulong)(uint)seed << 32;
        _state = Bits() + (ulong)iteration * 0x9E3779B97F4A7C15;
        _state = Bits();
    }

    /// <summary>64 random bits.</summary>
    public ulong Bits()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }

    /// <summary>A number from 0 to below a limit; 0 where the limit is not above 0.</summary>
    public int Below(int limit) => limit <= 0 ? 0 : (int)((Bits() >> 32) * (ulong)limit >> 32);

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    /// <summary>One of several.</summary>
    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>A length from 1 to a limit, short ones more often: its order of magnitude is drawn first.</summary>
    public int Length(int limit) => limit <= 1 ? limit : Math.Min(limit, 1 + Below(1 << 1 + Below(1 + int.Log2(limit))));
}
