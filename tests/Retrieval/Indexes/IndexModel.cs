using System.Numerics;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Tests.Retrieval.Indexes;

/// <summary>What an index should hold and find: a dictionary, sorted anew for every question.</summary>
internal sealed class IndexModel(int bits, int seed)
{
    private readonly Random _random = new(seed);
    private readonly SortedDictionary<long, ulong[]> _codes = [];
    private readonly List<ulong[]> _centres = [];

    public int Words => (bits + 63) / 64;

    public int Count => _codes.Count;

    public IReadOnlyCollection<long> Ids => _codes.Keys;

    /// <summary>A code at random, or near one of a few centres.</summary>
    public ulong[] Code(bool clustered)
    {
        if (!clustered) return Random(1);
        while (_centres.Count < 8) _centres.Add(Random(1));
        ulong[] code = (ulong[])_centres[_random.Next(_centres.Count)].Clone();
        for (int flips = _random.Next(bits / 8 + 1); flips > 0; flips--)
        {
            int bit = _random.Next(bits);
            code[bit / 64] ^= 1UL << (bit % 64);
        }
        return code;
    }

    /// <summary>Codes whose bits are set with a probability.</summary>
    public ulong[] Sparse(double probability) => Random(probability * 2);

    public long[] NewIds(int count, long below)
    {
        var ids = new HashSet<long>();
        while (ids.Count < count)
        {
            long id = _random.NextInt64(below);
            if (!_codes.ContainsKey(id)) ids.Add(id);
        }
        return [.. ids];
    }

    public long[] SomeIds(int count) => [.. Enumerable.Range(0, count).Select(_ => _codes.Keys.ElementAt(_random.Next(_codes.Count)))];

    public ulong[] this[long id] => _codes[id];

    public void Add(long id, ulong[] code) => _codes.Add(id, code);

    public int Remove(IEnumerable<long> ids) => ids.Count(_codes.Remove);

    public (double Distance, long Id)[] Nearest(ReadOnlySpan<ulong> query, bool jaccard = false, Func<long, bool>? filter = null)
    {
        ulong[] q = query.ToArray();
        return [.. _codes.Where(pair => filter?.Invoke(pair.Key) != false)
            .Select(pair => (jaccard ? Jaccard(q, pair.Value) : Hamming(q, pair.Value), pair.Key)).Order()];
    }

    /// <summary>Adds items to both, a batch.</summary>
    public void AddTo(BinaryIndex index, int count, long below, bool clustered)
    {
        long[] ids = NewIds(count, below);
        ulong[][] codes = [.. ids.Select(_ => Code(clustered))];
        index.Add(ids, codes.SelectMany(code => code).ToArray());
        foreach ((long id, ulong[] code) in ids.Zip(codes)) Add(id, code);
    }

    private static double Hamming(ulong[] a, ulong[] b) => a.Zip(b, (x, y) => BitOperations.PopCount(x ^ y)).Sum();

    // The two counts themselves, not through the Hamming distance.
    private static double Jaccard(ulong[] a, ulong[] b)
    {
        int both = a.Zip(b, (x, y) => BitOperations.PopCount(x & y)).Sum(), either = a.Zip(b, (x, y) => BitOperations.PopCount(x | y)).Sum();
        return either == 0 ? 0 : (double)(either - both) / either;
    }

    private ulong[] Random(double twice)
    {
        ulong[] code = new ulong[Words];
        for (int bit = 0; bit < bits; bit++)
            if (_random.NextDouble() < twice / 2) code[bit / 64] |= 1UL << (bit % 64);
        return code;
    }
}
