using System.Numerics;
using System.Runtime.Intrinsics;

namespace JaccardKernels.Host;

/// <summary>
/// The K smallest of a stream of small integers, by counting: accepted entries are counted by distance, and as soon as K lie below a level, that
/// level is closed. An entry is looked at only if it is below the closed level, so that of equals the first stay, and no more than 2 K entries
/// are ever of interest. The state is memory of the caller; the struct is a view of it.
/// </summary>
internal readonly unsafe struct HammingSelection
{
    private const int Head = 4;

    private readonly int* _state;
    private readonly int* _histogram;
    private readonly int* _distances;
    private readonly int* _rows;
    private readonly int _bits, _k, _capacity;

    /// <summary>A view of state of <see cref="Length"/> integers.</summary>
    public HammingSelection(int* state, int bits, int k, int capacity)
    {
        (_bits, _k, _capacity) = (bits, k, capacity);
        _state = state;
        _histogram = state + Head;
        _distances = _histogram + bits + 1;
        _rows = _distances + capacity;
    }

    /// <summary>Entries to keep room for: twice what can be of interest, so that compacting is rare, but no more than there are.</summary>
    public static int CapacityFor(int k, int count) => (int)Math.Min(Math.Max(4L * k, 64), count);

    /// <summary>Integers of a state.</summary>
    public static long Length(int bits, int capacity) => Head + bits + 1 + 2L * capacity;

    // Entries below this distance are accepted.
    private ref int Bound => ref _state[0];

    // The highest distance still of interest.
    private ref int Top => ref _state[1];

    // Accepted entries up to Top.
    private ref int Live => ref _state[2];

    // Entries stored, some of them above Top by now.
    private ref int Stored => ref _state[3];

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        (Bound, Top, Live, Stored) = (_bits + 1, _bits, 0, 0);
        new Span<int>(_histogram, _bits + 1).Clear();
    }

    /// <summary>Takes distances of rows firstRow to firstRow + count - 1; rows come in rising order.</summary>
    public void Offer(int* distances, int count, int firstRow)
    {
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= count - 16; i += 16)
            {
                ulong below = Vector512.LessThan(Vector512.Load(distances + i), Vector512.Create(Bound)).ExtractMostSignificantBits();
                if (below != 0) Accept(below, distances, i, firstRow);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= count - 8; i += 8)
            {
                ulong below = Vector256.LessThan(Vector256.Load(distances + i), Vector256.Create(Bound)).ExtractMostSignificantBits();
                if (below != 0) Accept(below, distances, i, firstRow);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (; i <= count - 4; i += 4)
            {
                ulong below = Vector128.LessThan(Vector128.Load(distances + i), Vector128.Create(Bound)).ExtractMostSignificantBits();
                if (below != 0) Accept(below, distances, i, firstRow);
            }
        }
        for (; i < count; i++)
        {
            if (distances[i] < Bound) Accept(distances[i], firstRow + i);
        }
    }

    /// <summary>The largest distance still of interest, -1 where none is.</summary>
    public int Limit => Bound - 1;

    /// <summary>All distances are of interest, for fewer than K were offered so far.</summary>
    public bool TakesAll => Bound > _bits;

    /// <summary>Takes some distances; their positions rise, and are counted from firstRow.</summary>
    public void Offer(int* positions, int* distances, int count, int firstRow)
    {
        for (int i = 0; i < count; i++)
            if (distances[i] < Bound) Accept(distances[i], firstRow + positions[i]);
    }

    /// <summary>Writes the K smallest by (distance, row), and -1 beyond what there was.</summary>
    public void Finish(int* distances, int* rows)
    {
        int found = Math.Min(Live, _k), start = 0;
        for (int level = 0; level <= Top; level++) (_histogram[level], start) = (start, start + _histogram[level]);
        for (int i = 0; i < Stored; i++)
        {
            int distance = _distances[i];
            if (distance > Top) continue;
            int place = _histogram[distance]++;
            if (place >= _k) continue;
            distances[place] = distance;
            rows[place] = _rows[i];
        }
        new Span<int>(distances + found, _k - found).Fill(-1);
        new Span<int>(rows + found, _k - found).Fill(-1);
    }

    private void Accept(ulong mask, int* distances, int i, int firstRow)
    {
        for (; mask != 0; mask &= mask - 1)
        {
            int at = i + BitOperations.TrailingZeroCount(mask);
            // The bound may have fallen since the mask was made.
            if (distances[at] < Bound) Accept(distances[at], firstRow + at);
        }
    }

    private void Accept(int distance, int row)
    {
        if (Stored == _capacity) Compact();
        _distances[Stored] = distance;
        _rows[Stored++] = row;
        _histogram[distance]++;
        if (++Live < _k) return;
        while (Live - _histogram[Top] >= _k) Live -= _histogram[Top--];
        Bound = Top;
    }

    private void Compact()
    {
        int kept = 0;
        for (int i = 0; i < Stored; i++)
        {
            if (_distances[i] > Top) continue;
            _distances[kept] = _distances[i];
            _rows[kept++] = _rows[i];
        }
        Stored = kept;
    }
}
