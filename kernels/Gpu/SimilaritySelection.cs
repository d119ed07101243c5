using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>What the kernels of a similarity search share.</summary>
internal struct SearchOperands
{
    /// <summary>Words of row i, word w at i RowStride + w WordStride: packed, or the labels as they are.</summary>
    public ArrayView<uint> A, B;

    public int RowStrideA, WordStrideA, RowStrideB, WordStrideB, Words;

    /// <summary>Each row's own sum.</summary>
    public ArrayView<long> SumsA, SumsB;

    /// <summary>1 if a count exceeds a byte; and with which of its values these kernels compute, -1 for any.</summary>
    public ArrayView<int> Exceeded;

    public int Turn;

    /// <summary>[rows,Segments,K]: the keys of each segment in order; and [rows,Segments]: how many reached the least.</summary>
    public ArrayView<long> Keys;

    public ArrayView<int> Reached;

    /// <summary>[M,K] and [M].</summary>
    public ArrayView<float> Similarities;

    public ArrayView<int> Rows, Counts;

    /// <summary>The rows of a that are searched for.</summary>
    public int FirstRow, EndRow;

    public int N, Kind, K, Lists, Shift, Segments, SegmentLength;

    public float Least, EmptyValue;
}

/// <summary>
/// The fused search: a group takes up to 8 rows of a and a segment of the rows of b, a thread a row of b at a time, whose similarities with all
/// of the group's rows grow in registers. Those that beat a row's K-th so far are pushed into its list. What ranks is the float nearest to the
/// similarity: near a bound, and only there, it is computed exactly.
/// </summary>
internal static class SimilaritySelection
{
    // A device's division and root are off by at most so many units in the last place (OpenCL allows 2.5 and 3).
    private const int Slack = 8;

    private const int Depth = 64;

    /// <summary>A similarity, 0 or more, and a row as a key: greater similarities come first, then lesser rows.</summary>
    public static long Key(float similarity, int row) => ((long)(int.MaxValue - (int)Interop.FloatAsInt(similarity)) << 32) | (uint)row;

    /// <summary>The similarity of a key.</summary>
    public static float SimilarityOf(long key) => Interop.IntAsFloat((uint)(int.MaxValue - (int)(key >> 32)));

    /// <summary>A group a segment of some rows.</summary>
    public static void Run<TMeasure, TSum>(SearchOperands o)
        where TMeasure : struct, IMeasure<TSum>
        where TSum : unmanaged
    {
        if (o.Turn >= 0 && o.Exceeded[0] != o.Turn) return;
        int block = Grid.IdxX / o.Segments, segment = Grid.IdxX % o.Segments, thread = Group.IdxX, first = o.FirstRow + block * o.Lists;
        int start = segment * o.SegmentLength, end = IntrinsicMath.Min(start + o.SegmentLength, o.N);
        // Two vectors a step, of the words of eight rows.
        ArrayView<Four<uint>> strip = SharedMemory.Allocate<Four<uint>>(TopKBuffer.MaxLists / 4 * Depth);
        ArrayView<int> reached = SharedMemory.Allocate<int>(TopKBuffer.MaxLists);
        TopKBuffer buffer = TopKBuffer.Create(o.Lists, o.Shift, o.K);
        for (int i = thread; i < TopKBuffer.MaxLists; i += Group.DimX) reached[i] = 0;
        buffer.Clear(TopKBuffer.None);
        int c0 = 0, c1 = 0, c2 = 0, c3 = 0, c4 = 0, c5 = 0, c6 = 0, c7 = 0;
        // At least once: a segment may have no columns, and its lists are to be sorted all the same.
        bool last = false;
        for (int chunk = start; !last; chunk += Group.DimX)
        {
            last = chunk + Group.DimX >= end;
            // Threads beyond the end compute the last row again, and do not offer it.
            int own = chunk + thread, column = IntrinsicMath.Min(own, o.N - 1);
            TSum s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            for (int word = 0; word < o.Words; word += Depth)
            {
                int depth = IntrinsicMath.Min(Depth, o.Words - word);
                // Rows of one strip stay where they are.
                if (o.Words > Depth || chunk == start) Stage(o, strip.Cast<uint>(), first, word, depth);
                for (int step = 0; step < depth; step++)
                {
                    uint b = o.B[column * o.RowStrideB + (word + step) * o.WordStrideB];
                    Four<uint> low = strip[2 * step], high = strip[2 * step + 1];
                    s0 = TMeasure.Combine(s0, low.X, b);
                    s1 = TMeasure.Combine(s1, low.Y, b);
                    s2 = TMeasure.Combine(s2, low.Z, b);
                    s3 = TMeasure.Combine(s3, low.W, b);
                    s4 = TMeasure.Combine(s4, high.X, b);
                    s5 = TMeasure.Combine(s5, high.Y, b);
                    s6 = TMeasure.Combine(s6, high.Z, b);
                    s7 = TMeasure.Combine(s7, high.W, b);
                }
            }
            if (own < end)
            {
                c0 += Offer<TMeasure, TSum>(o, buffer, 0, first, own, s0);
                c1 += Offer<TMeasure, TSum>(o, buffer, 1, first, own, s1);
                c2 += Offer<TMeasure, TSum>(o, buffer, 2, first, own, s2);
                c3 += Offer<TMeasure, TSum>(o, buffer, 3, first, own, s3);
                c4 += Offer<TMeasure, TSum>(o, buffer, 4, first, own, s4);
                c5 += Offer<TMeasure, TSum>(o, buffer, 5, first, own, s5);
                c6 += Offer<TMeasure, TSum>(o, buffer, 6, first, own, s6);
                c7 += Offer<TMeasure, TSum>(o, buffer, 7, first, own, s7);
            }
            buffer.Prune(last);
        }
        Atomic.Add(ref reached[0], c0);
        Atomic.Add(ref reached[1], c1);
        Atomic.Add(ref reached[2], c2);
        Atomic.Add(ref reached[3], c3);
        Atomic.Add(ref reached[4], c4);
        Atomic.Add(ref reached[5], c5);
        Atomic.Add(ref reached[6], c6);
        Atomic.Add(ref reached[7], c7);
        Group.Barrier();
        int lists = IntrinsicMath.Min(o.Lists, o.EndRow - first);
        for (int i = thread; i < lists * o.K; i += Group.DimX)
        {
            int list = i / o.K, place = i % o.K;
            o.Keys[((long)(block * o.Lists + list) * o.Segments + segment) * o.K + place] = buffer.Key(list, place);
        }
        for (int list = thread; list < lists; list += Group.DimX) o.Reached[(block * o.Lists + list) * o.Segments + segment] = reached[list];
    }

    /// <summary>A group some rows: their lists of all segments become one.</summary>
    [GpuKernel]
    public static void Merge(SearchOperands o)
    {
        int block = Grid.IdxX, first = o.FirstRow + block * o.Lists, lists = IntrinsicMath.Min(o.Lists, o.EndRow - first), keys = o.Segments * o.K;
        TopKBuffer buffer = TopKBuffer.Create(o.Lists, o.Shift, o.K);
        buffer.Clear(TopKBuffer.None);
        for (int chunk = 0; chunk < keys; chunk += Group.DimX)
        {
            int at = chunk + Group.IdxX;
            for (int list = 0; list < lists; list++)
            {
                if (at < keys) buffer.Push(list, o.Keys[(long)(block * o.Lists + list) * keys + at]);
            }
            buffer.Prune(chunk + Group.DimX >= keys);
        }
        for (int i = Group.IdxX; i < lists * o.K; i += Group.DimX)
        {
            long key = buffer.Key(i / o.K, i % o.K), at = (long)first * o.K + i;
            bool found = key != TopKBuffer.None;
            o.Similarities[at] = found ? SimilarityOf(key) : 0f;
            o.Rows[at] = found ? (int)key : -1;
        }
        for (int list = Group.IdxX; list < lists; list += Group.DimX)
        {
            int reached = 0;
            for (int segment = 0; segment < o.Segments; segment++) reached += o.Reached[(block * o.Lists + list) * o.Segments + segment];
            o.Counts[first + list] = reached;
        }
    }

    // Step by step, the lists side by side; lists beyond the last row hold it again.
    private static void Stage(SearchOperands o, ArrayView<uint> strip, int first, int word, int depth)
    {
        Group.Barrier();
        for (int i = Group.IdxX; i < TopKBuffer.MaxLists * depth; i += Group.DimX)
        {
            int row = IntrinsicMath.Min(first + i % TopKBuffer.MaxLists, o.EndRow - 1);
            strip[i] = o.A[row * o.RowStrideA + (word + i / TopKBuffer.MaxLists) * o.WordStrideA];
        }
        Group.Barrier();
    }

    // Returns 1 if the similarity reaches the least.
    private static int Offer<TMeasure, TSum>(SearchOperands o, TopKBuffer buffer, int list, int first, int column, TSum sum)
        where TMeasure : struct, IMeasure<TSum>
        where TSum : unmanaged
    {
        int row = first + list;
        if (list >= o.Lists || row >= o.EndRow) return 0;
        long a = o.SumsA[row], b = o.SumsB[column], shared = TMeasure.Shared(sum, a, b);
        int bits = (int)Interop.FloatAsInt(SimilarityValue.Of(TMeasure.IsCosine, o.Kind, shared, a, b, o.EmptyValue));
        int least = (int)Interop.FloatAsInt(o.Least), bound = int.MaxValue - (int)(buffer.Bound(list) >> 32);
        if (bits < least - Slack) return 0;
        if (bits > least + Slack && bits < bound - Slack) return 1;
        float nearest = SimilarityValue.Nearest(TMeasure.IsCosine, o.Kind, shared, a, b, o.EmptyValue);
        if (nearest < o.Least) return 0;
        buffer.Push(list, Key(nearest, column));
        return 1;
    }
}
