using System.Numerics;

namespace JaccardKernels.Host;

/// <summary>Selection without sorting (Hoare 1961, with the median of three).</summary>
public static class Quickselect
{
    // Below this many, sorting is as fast as selecting.
    private const int Few = 32;

    /// <summary>Moves the k smallest to the front, in no order.</summary>
    /// <param name="keys">Distinct.</param>
    /// <param name="k">1 to the number of keys.</param>
    public static void Partition<T>(Span<T> keys, int k)
        where T : unmanaged, IBinaryInteger<T>
    {
        int low = 0, high = keys.Length - 1;
        // A run of bad pivots ends in sorting too.
        for (int rounds = 64; high - low > Few && rounds > 0; rounds--)
        {
            T a = keys[low], b = keys[low + (high - low) / 2], c = keys[high];
            T pivot = T.Max(T.Min(a, b), T.Min(T.Max(a, b), c));
            int i = low - 1, j = high + 1;
            while (true)
            {
                while (keys[++i] < pivot) { }
                while (keys[--j] > pivot) { }
                if (i >= j) break;
                (keys[i], keys[j]) = (keys[j], keys[i]);
            }
            if (k <= j) high = j;
            else low = j + 1;
        }
        keys[low..(high + 1)].Sort();
    }
}
