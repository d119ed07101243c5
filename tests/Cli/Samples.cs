using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Cli;

/// <summary>Small arrays as files, drawn by counter.</summary>
internal static class Samples
{
    /// <summary>Counts int32 [rows, classes]: many zeros, a few rows empty.</summary>
    public static int[] Counts(string path, int seed, int rows, int classes)
    {
        ulong key = CounterRandom.Key(seed, 0);
        int[] counts = new int[rows * classes];
        for (int i = 0; i < counts.Length; i++)
            counts[i] = i / classes % 7 == 3 ? 0 : Math.Max(0, (int)(CounterRandom.Uniform(key, i) * 8) - 4);
        NpyFile.Write<int>(path, counts, rows, classes);
        return counts;
    }

    /// <summary>Floats [rows, columns] in [-1, 1).</summary>
    public static float[] Floats(string path, int seed, int rows, int columns)
    {
        ulong key = CounterRandom.Key(seed, 1);
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.Length; i++) values[i] = (float)(2 * CounterRandom.Uniform(key, i) - 1);
        NpyFile.Write<float>(path, values, rows, columns);
        return values;
    }

    /// <summary>Codes uint8 [rows, bytes].</summary>
    public static byte[] Codes(string path, int seed, int rows, int bytes)
    {
        ulong key = CounterRandom.Key(seed, 2);
        byte[] codes = new byte[rows * bytes];
        for (int i = 0; i < codes.Length; i++) codes[i] = (byte)CounterRandom.Bits(key, i);
        NpyFile.Write<byte>(path, codes, rows, bytes);
        return codes;
    }

    /// <summary>Bits in which two codes differ.</summary>
    public static int Hamming(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int distance = 0;
        for (int i = 0; i < a.Length; i++)
            for (int bit = 0; bit < 8; bit++) distance += (a[i] >> bit & 1) != (b[i] >> bit & 1) ? 1 : 0;
        return distance;
    }

    /// <summary>Multiset Jaccard of two rows of counts, by definition; 1 for two empty ones.</summary>
    public static double MultisetJaccard(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        long least = 0, most = 0;
        for (int c = 0; c < a.Length; c++)
        {
            least += Math.Min(a[c], b[c]);
            most += Math.Max(a[c], b[c]);
        }
        return most == 0 ? 1 : (double)least / most;
    }
}
