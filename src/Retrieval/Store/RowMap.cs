namespace JaccardKernels.Retrieval;

/// <summary>
/// From one number to another, for one thread that writes and many that read without a lock: open addressing over two arrays. A reader sees an entry whole
/// or not at all, and sees at least what was there when it was given the map. Where it must grow, the writer goes on with a larger copy.
/// </summary>
internal sealed class RowMap
{
    private const int LeastCapacity = 64;

    // Of this process alone, so that nobody can prepare keys that all fall on one place.
    private static readonly ulong s_secret = BitConverter.ToUInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));

    // Keys plus 1; 0 is a free place.
    private readonly long[] _keys;
    private readonly long[] _values;
    private readonly int _shift;

    private RowMap(int capacity)
    {
        (_keys, _values) = (new long[capacity], new long[capacity]);
        _shift = 64 - int.Log2(capacity);
    }

    /// <summary>Entries.</summary>
    public int Count { get; private set; }

    /// <summary>An empty map.</summary>
    public static RowMap Create() => new(LeastCapacity);

    /// <summary>Finds a value.</summary>
    public bool TryGet(long key, out long value)
    {
        int place = Place(key);
        for (long seen; (seen = Volatile.Read(ref _keys[place])) != 0; place = (place + 1) & (_keys.Length - 1))
        {
            if (seen != key + 1) continue;
            value = Volatile.Read(ref _values[place]);
            return true;
        }
        value = 0;
        return false;
    }

    /// <summary>Sets a value, by the thread that writes.</summary>
    /// <param name="key">0 or more.</param>
    /// <param name="value">The value.</param>
    /// <returns>The map to go on with.</returns>
    public RowMap Set(long key, long value)
    {
        // Half full at most, so that a search ends soon.
        RowMap map = 2 * (Count + 1) <= _keys.Length ? this : Grown();
        map.Put(key, value);
        return map;
    }

    /// <summary>All entries.</summary>
    public IEnumerable<(long Key, long Value)> Entries()
    {
        for (int i = 0; i < _keys.Length; i++)
        {
            long key = Volatile.Read(ref _keys[i]);
            if (key != 0) yield return (key - 1, Volatile.Read(ref _values[i]));
        }
    }

    private RowMap Grown()
    {
        if (_keys.Length > 1 << 29) throw new InvalidOperationException($"{Count} changes are held in memory; compact the index.");
        var larger = new RowMap(2 * _keys.Length);
        foreach ((long key, long value) in Entries()) larger.Put(key, value);
        return larger;
    }

    private void Put(long key, long value)
    {
        int place = Place(key);
        while (_keys[place] != 0 && _keys[place] != key + 1) place = (place + 1) & (_keys.Length - 1);
        Volatile.Write(ref _values[place], value);
        if (_keys[place] != 0) return;
        // The value is there before the key that leads to it.
        Volatile.Write(ref _keys[place], key + 1);
        Count++;
    }

    // Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): neighbouring numbers fall far apart.
    private int Place(long key) => (int)((((ulong)key ^ s_secret) * 0x9E3779B97F4A7C15 ^ s_secret) * 0xD6E8FEB86659FD93 >> _shift);
}
