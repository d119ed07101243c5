using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// The K least keys that each of several lists is offered, kept in shared memory by all threads of a group together. A key is what ranks, in its
/// upper half, over the number of the row it stands for: no two are equal, so the outcome does not depend on the order in which threads push.
/// A list is unordered and has room for K keys and one of every thread; once there is no room for the next push of all threads, a bitonic sort
/// prunes it to K, and from then on only keys below its K-th are taken: of N in random order about K ln(N / K) get that far.
/// <para>
/// Use: <see cref="Create"/> and <see cref="Clear"/>; then in turns <see cref="Push"/> (a thread at most once a list) and <see cref="Prune"/>, the last
/// of them told so, after which <see cref="Key"/> reads. All but Push and Key are called by every thread of the group.
/// </para>
/// </summary>
internal struct TopKBuffer
{
    /// <summary>What an empty place holds.</summary>
    public const long None = long.MaxValue;

    /// <summary>Lists of a group.</summary>
    public const int MaxLists = 8;

    // 32 KiB: leaves a third of the least shared memory that a device has (48 KiB) to the operands, and four groups to a multiprocessor.
    private const int MaxKeys = 4096;

    private ArrayView<long> _keys, _bounds;
    private ArrayView<int> _counts;
    private int _lists, _shift, _k;

    private readonly int Capacity => 1 << _shift;

    /// <summary>The largest K for groups of a size: a list has to hold K keys and another of every thread.</summary>
    public static int MaxK(int groupSize) => MaxKeys - groupSize;

    /// <summary>Lists that a group has room for.</summary>
    public static int ListsFor(int k, int groupSize) => Math.Min(MaxKeys >> ShiftFor(k, groupSize), MaxLists);

    /// <summary>The binary logarithm of a list's capacity.</summary>
    public static int ShiftFor(int k, int groupSize)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, MaxK(groupSize));
        int shift = 1;
        while (1 << shift < k + groupSize) shift++;
        return shift;
    }

    /// <summary>The buffer of this group; a kernel has one.</summary>
    /// <param name="lists">Its lists, as of <see cref="ListsFor"/>.</param>
    /// <param name="shift">As of <see cref="ShiftFor"/>.</param>
    /// <param name="k">Keys to keep.</param>
    public static TopKBuffer Create(int lists, int shift, int k) => new()
    {
        _keys = SharedMemory.Allocate<long>(MaxKeys), _bounds = SharedMemory.Allocate<long>(MaxLists),
        // The place behind the last list's count says that some list is full.
        _counts = SharedMemory.Allocate<int>(MaxLists + 1),
        _lists = lists, _shift = shift, _k = k,
    };

    /// <summary>Empties all lists; only keys below <paramref name="limit"/> will be taken.</summary>
    public readonly void Clear(long limit)
    {
        Group.Barrier();
        for (int i = Group.IdxX; i <= MaxLists; i += Group.DimX)
        {
            _counts[i] = 0;
            if (i < MaxLists) _bounds[i] = limit;
        }
        Group.Barrier();
    }

    /// <summary>The key that a key has to be below to be of interest.</summary>
    public readonly long Bound(int list) => _bounds[list];

    /// <summary>Takes a key if it is below the list's bound.</summary>
    public readonly void Push(int list, long key)
    {
        if (key >= _bounds[list]) return;
        int at = Atomic.Add(ref _counts[list], 1);
        _keys[(list << _shift) + at] = key;
        if (at + Group.DimX >= Capacity) _counts[MaxLists] = 1;
    }

    /// <summary>
    /// Makes room for another key of every thread in every list; or, at the end, leaves the K least of every list in rising order. A kernel calls it
    /// in one place, because PoCL copies all that follows a conditional barrier, and two or more of them in a row take it minutes to compile.
    /// </summary>
    /// <param name="last">Nothing more will be pushed; the same for all threads.</param>
    public readonly void Prune(bool last = false)
    {
        // Who filled a list sees its own mark, and the barrier tells everybody. To read the mark between two barriers instead, so that nobody
        // pushes again before all have read, does not hold: ILGPU 1.5.3 moves a load down to its first use, past a barrier.
        if (Group.BarrierOr(last | (_counts[MaxLists] != 0))) Sort();
    }

    // Leaves the K least keys of every list, in rising order.
    private readonly void Sort()
    {
        Group.Barrier();
        int keys = _lists << _shift;
        for (int i = Group.IdxX; i < keys; i += Group.DimX)
        {
            if ((i & (Capacity - 1)) >= _counts[i >> _shift]) _keys[i] = None;
        }
        Group.Barrier();
        for (int size = 2; size <= Capacity; size *= 2)
        {
            for (int step = size / 2; step > 0; step /= 2)
            {
                for (int i = Group.IdxX; i < keys / 2; i += Group.DimX) Order(2 * i - (i & (step - 1)), step, size);
                Group.Barrier();
            }
        }
        for (int list = Group.IdxX; list < _lists; list += Group.DimX)
        {
            _counts[list] = IntrinsicMath.Min(_counts[list], _k);
            _bounds[list] = IntrinsicMath.Min(_bounds[list], _keys[(list << _shift) + _k - 1]);
        }
        if (Group.IdxX == 0) _counts[MaxLists] = 0;
        Group.Barrier();
    }

    /// <summary>The key at a place up to K of a sorted list; <see cref="None"/> beyond what it was offered.</summary>
    public readonly long Key(int list, int place) => _keys[(list << _shift) + place];

    // Runs of a size rise and fall in turn within a list; the last run, the list itself, rises.
    private readonly void Order(int at, int step, int size)
    {
        long low = _keys[at], high = _keys[at + step];
        bool rising = (at & (Capacity - 1) & size) == 0;
        if (low > high != rising) return;
        _keys[at] = high;
        _keys[at + step] = low;
    }
}
