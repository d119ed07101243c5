using JaccardKernels.Problems;

namespace JaccardKernels.Peers;

/// <summary>The operands of some work: the same numbers for everybody.</summary>
internal sealed class PeerData
{
    // Levels of similarity, as those of label sets of a few objects: differences are far from any threshold, so that rounding decides none.
    private const int Levels = 8;

    private readonly Random _random = new(1);
    private int _draws;

    /// <summary>Numbers in [-1, 1].</summary>
    public float[] Floats(int length) => Draw(length, () => 2f * _random.NextSingle() - 1f);

    /// <summary>Counts of objects, most of them 0.</summary>
    public int[] Counts(int length) => Draw(length, () => _random.Next(10) == 0 ? _random.Next(1, 6) : 0);

    /// <summary>Numbers of classes.</summary>
    public int[] Labels(int length, int classes) => Draw(length, () => _random.Next(classes));

    /// <summary>A symmetric matrix of similarities in [0, 1].</summary>
    public float[] Similarity(int size)
    {
        var values = new float[size * size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++) values[i * size + j] = values[j * size + i] = i == j ? 1f : _random.Next(Levels + 1) / (float)Levels;
        }
        return values;
    }

    /// <summary>Words of random bits.</summary>
    public ulong[] Codes(int words)
    {
        ulong key = CounterRandom.Key(1, _draws++);
        var values = new ulong[words];
        for (int i = 0; i < words; i++) values[i] = CounterRandom.Mix(key + (ulong)i);
        return values;
    }

    private static T[] Draw<T>(int length, Func<T> next)
    {
        var values = new T[length];
        for (int i = 0; i < length; i++) values[i] = next();
        return values;
    }
}
