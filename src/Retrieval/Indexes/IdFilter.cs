namespace JaccardKernels.Retrieval;

/// <summary>Which ids a search may find. It is asked about items that are near enough to be found, by many threads at once.</summary>
public abstract class IdFilter
{
    /// <summary>Whether an id may be found.</summary>
    public abstract bool Admits(long id);

    /// <summary>A filter that asks a function.</summary>
    /// <param name="predicate">Safe to be called by many threads at once.</param>
    public static IdFilter Where(Func<long, bool> predicate) => new Predicate(predicate);

    /// <summary>The others.</summary>
    public IdFilter Not() => new Predicate(id => !Admits(id));

    private sealed class Predicate(Func<long, bool> predicate) : IdFilter
    {
        public override bool Admits(long id) => predicate(id);
    }
}

/// <summary>The ids whose bits are set: bit i of word w is id 64 w + i, from a first id on.</summary>
/// <param name="bits">The bits; kept, not copied.</param>
/// <param name="firstId">The id of the first bit.</param>
public sealed class IdBitmap(ulong[] bits, long firstId = 0) : IdFilter
{
    /// <summary>The bitmap of some ids.</summary>
    /// <exception cref="ArgumentException">There are none, or they lie more than 2^36 apart.</exception>
    public static IdBitmap Of(ReadOnlySpan<long> ids)
    {
        if (ids.IsEmpty) throw new ArgumentException("there are no ids.", nameof(ids));
        long first = long.MaxValue, last = long.MinValue;
        foreach (long id in ids) (first, last) = (Math.Min(first, id), Math.Max(last, id));
        if ((ulong)last - (ulong)first >= 1UL << 36) throw new ArgumentException($"ids run from {first} to {last}; a bitmap of at most 2^36 is made of them.", nameof(ids));
        ulong[] bits = new ulong[(last - first) / 64 + 1];
        foreach (long id in ids) bits[(id - first) / 64] |= 1UL << (int)((id - first) % 64);
        return new IdBitmap(bits, first);
    }

    /// <inheritdoc/>
    public override bool Admits(long id)
    {
        ulong bit = (ulong)(id - firstId);
        return id >= firstId && bit / 64 < (ulong)bits.LongLength && (bits[bit / 64] >> (int)(bit % 64) & 1) != 0;
    }
}
