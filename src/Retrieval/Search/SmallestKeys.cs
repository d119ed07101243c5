using System.Runtime.CompilerServices;
using JaccardKernels.Host;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Selects the k smallest of a row of floats (or the largest), in the order (value, row). Values become integers of the same order with the row
/// below them; a buffer of twice k keeps those under the k-th so far and is halved by quickselect when full. Allocates when k grows only.
/// </summary>
internal sealed class SmallestKeys
{
    private ulong[] _keys = [];

    /// <summary>Selects.</summary>
    /// <param name="values">No NaN.</param>
    /// <param name="k">How many.</param>
    /// <param name="largest">The largest first instead.</param>
    /// <param name="excluded">A row to leave out, or -1.</param>
    /// <returns>k keys, or one for each row if those are fewer, ascending; valid until the next call.</returns>
    public ReadOnlySpan<ulong> Select(ReadOnlySpan<float> values, int k, bool largest, int excluded)
    {
        k = Math.Min(k, values.Length);
        if (_keys.Length < 2 * k) _keys = new ulong[2 * k];
        Span<ulong> keys = _keys;
        ulong threshold = ulong.MaxValue;
        int count = 0;
        uint flip = largest ? uint.MaxValue : 0;
        for (int row = 0; row < values.Length; row++)
        {
            ulong key = ((ulong)(OrderedFloat.KeyOf(values[row]) ^ flip) << 32) | (uint)row;
            if (key >= threshold || row == excluded) continue;
            keys[count++] = key;
            if (count < keys.Length) continue;
            Quickselect.Partition(keys, k);
            count = k;
            threshold = Maximum(keys[..k]);
        }
        if (count > k)
        {
            Quickselect.Partition(keys[..count], k);
            count = k;
        }
        keys[..count].Sort();
        return keys[..count];
    }

    /// <summary>The row of a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Row(ulong key) => (int)(uint)key;

    private static ulong Maximum(ReadOnlySpan<ulong> keys)
    {
        ulong maximum = 0;
        foreach (ulong key in keys) maximum = Math.Max(maximum, key);
        return maximum;
    }
}
