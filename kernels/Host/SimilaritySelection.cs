using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace JaccardKernels.Host;

/// <summary>
/// The K most similar of a stream of similarities in rising order of row, and how many reach the least. A key is an integer of the similarity's
/// order, inverted, over the row: the smallest keys are the most similar, of equals the first, and no two are the same. Once there are K, a
/// similarity has to exceed the K-th, since a later row of an equal one comes behind. The state is memory of the caller; the struct is a view of it.
/// </summary>
internal readonly unsafe struct SimilaritySelection
{
    private const int Head = 2;

    private readonly long* _state;
    private readonly long* _keys;
    private readonly int _k, _capacity;
    private readonly float _least;

    /// <summary>A view of state of <see cref="Length"/> words.</summary>
    public SimilaritySelection(long* state, int k, int capacity, float least)
    {
        _state = state;
        _keys = state + Head;
        (_k, _capacity, _least) = (k, capacity, least);
    }

    /// <summary>Keys to keep room for: twice what is wanted, so that pruning is rare, but no more than there are.</summary>
    public static int CapacityFor(int k, int count) => (int)Math.Min(Math.Max(2L * k, 64), count);

    /// <summary>Words of a state.</summary>
    public static long Length(int capacity) => Head + (long)capacity;

    /// <summary>How many have reached the least.</summary>
    public int Reached => Counts[0];

    private int* Counts => (int*)_state;

    // Keys stored.
    private ref int Stored => ref Counts[1];

    /// <summary>A similarity has to exceed this.</summary>
    public ref float Bound => ref *(float*)(_state + 1);

    /// <summary>The key of a similarity, no NaN, and a row; both zeros are one.</summary>
    public static long Key(float similarity, int row) => ((long)~Ordered(BitConverter.SingleToInt32Bits(similarity + 0f)) << 32) | (uint)row;

    /// <summary>The similarity of a key.</summary>
    public static float SimilarityOf(long key) => BitConverter.Int32BitsToSingle(Ordered(~(int)(key >> 32)));

    /// <summary>Forgets all.</summary>
    // Exceeding the float below the least is reaching the least.
    public void Clear() => (Counts[0], Stored, Bound) = (0, 0, MathF.BitDecrement(_least));

    /// <summary>Takes the similarity of one row, which is not counted among those that reach the least.</summary>
    public void Offer(float similarity, int row)
    {
        if (similarity > Bound) Accept(similarity, row);
    }

    /// <summary>Takes similarities of rows firstRow to firstRow + count - 1.</summary>
    public void Offer(float* similarities, int count, int firstRow)
    {
        int i = 0, reached = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= count - 16; i += 16)
            {
                Vector512<float> values = Vector512.Load(similarities + i);
                reached += BitOperations.PopCount(Vector512.GreaterThanOrEqual(values, Vector512.Create(_least)).ExtractMostSignificantBits());
                ulong above = Vector512.GreaterThan(values, Vector512.Create(Bound)).ExtractMostSignificantBits();
                if (above != 0) Accept(above, similarities, i, firstRow);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= count - 8; i += 8)
            {
                Vector256<float> values = Vector256.Load(similarities + i);
                reached += BitOperations.PopCount(Vector256.GreaterThanOrEqual(values, Vector256.Create(_least)).ExtractMostSignificantBits());
                ulong above = Vector256.GreaterThan(values, Vector256.Create(Bound)).ExtractMostSignificantBits();
                if (above != 0) Accept(above, similarities, i, firstRow);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (; i <= count - 4; i += 4)
            {
                Vector128<float> values = Vector128.Load(similarities + i);
                reached += BitOperations.PopCount(Vector128.GreaterThanOrEqual(values, Vector128.Create(_least)).ExtractMostSignificantBits());
                ulong above = Vector128.GreaterThan(values, Vector128.Create(Bound)).ExtractMostSignificantBits();
                if (above != 0) Accept(above, similarities, i, firstRow);
            }
        }
        for (; i < count; i++)
        {
            if (similarities[i] >= _least) reached++;
            if (similarities[i] > Bound) Accept(similarities[i], firstRow + i);
        }
        Counts[0] += reached;
    }

    /// <summary>Writes the keys of the K most similar in order, and <see cref="long.MaxValue"/> beyond what there was.</summary>
    public void Finish(long* keys)
    {
        int found = Math.Min(Stored, _k);
        if (Stored > _k) Quickselect.Partition(new Span<long>(_keys, Stored), _k);
        new Span<long>(_keys, found).Sort();
        new Span<long>(_keys, found).CopyTo(new Span<long>(keys, found));
        new Span<long>(keys + found, _k - found).Fill(long.MaxValue);
    }

    // The bits of negative numbers fall as these rise: all but the sign are inverted. Its own inverse.
    private static int Ordered(int bits) => bits ^ ((bits >> 31) & int.MaxValue);

    private void Accept(ulong mask, float* similarities, int i, int firstRow)
    {
        for (; mask != 0; mask &= mask - 1)
        {
            int at = i + BitOperations.TrailingZeroCount(mask);
            // The bound may have risen since the mask was made.
            if (similarities[at] > Bound) Accept(similarities[at], firstRow + at);
        }
    }

    private void Accept(float similarity, int row)
    {
        _keys[Stored++] = Key(similarity, row);
        if (Stored < _capacity || _capacity <= _k) return;
        Quickselect.Partition(new Span<long>(_keys, Stored), _k);
        Stored = _k;
        Bound = SimilarityOf(TensorPrimitives.Max<long>(new ReadOnlySpan<long>(_keys, _k)));
    }
}
