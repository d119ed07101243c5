using JaccardKernels.Host;

namespace JaccardKernels.Retrieval;

/// <summary>
/// The k smallest of a stream of (key, id), in that order: a buffer of twice k keeps those under the k-th so far and is halved by quickselect when full.
/// Allocates when it grows only.
/// </summary>
internal sealed class NearestSelection
{
    private const int Least = 64;

    private UInt128[] _entries = [];
    private UInt128 _bound;
    private ulong _limit;
    private int _k, _count;

    /// <summary>Only smaller keys, or this one with a smaller id, are of interest.</summary>
    public ulong BoundKey => (ulong)(_bound >> 64);

    /// <summary>The id of the bound.</summary>
    public ulong BoundId => (ulong)_bound;

    /// <summary>Forgets all.</summary>
    /// <param name="k">How many are wanted.</param>
    /// <param name="limit">The largest key wanted.</param>
    public void Clear(int k, ulong limit = ulong.MaxValue)
    {
        (_k, _limit) = (k, limit);
        Restart();
    }

    /// <summary>Forgets what was found.</summary>
    public void Restart()
    {
        _count = 0;
        _bound = _limit == ulong.MaxValue ? UInt128.MaxValue : new UInt128(_limit + 1, 0);
    }

    /// <summary>Takes an entry.</summary>
    public void Offer(ulong key, long id) => Offer(new UInt128(key, (ulong)id));

    /// <summary>Takes the entries of another.</summary>
    public void OfferAll(NearestSelection other)
    {
        foreach (UInt128 entry in other._entries.AsSpan(0, other._count)) Offer(entry);
    }

    /// <summary>There are k entries whose keys are at most this.</summary>
    public bool HasAllWithin(ulong key)
    {
        if (_count < _k) return false;
        Halve();
        return BoundKey <= key;
    }

    /// <summary>The entries, at most k, in order; valid until the next call.</summary>
    public ReadOnlySpan<UInt128> Finish()
    {
        if (_count > _k) Halve();
        _entries.AsSpan(0, _count).Sort();
        return _entries.AsSpan(0, _count);
    }

    private void Offer(UInt128 entry)
    {
        if (entry >= _bound) return;
        if (_count == _entries.Length) Array.Resize(ref _entries, (int)Math.Clamp(2L * _count, Least, Array.MaxLength));
        _entries[_count++] = entry;
        // A larger buffer of an earlier search is not filled: bounds that fall early save more.
        if (_count >= Math.Max(Least, 2L * _k)) Halve();
    }

    // Keeps the k smallest, of which the largest is the bound.
    private void Halve()
    {
        Quickselect.Partition(_entries.AsSpan(0, _count), _k);
        _count = _k;
        UInt128 largest = 0;
        foreach (UInt128 entry in _entries.AsSpan(0, _k)) largest = UInt128.Max(largest, entry);
        // What is there must not be admitted again, and nothing like it is offered twice.
        _bound = largest;
    }
}
