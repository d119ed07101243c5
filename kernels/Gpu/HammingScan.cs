using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>What <see cref="HammingScan"/> and <see cref="HammingMerge"/> share.</summary>
internal struct HammingScanOperands
{
    /// <summary>[Q,words] and [N,words].</summary>
    public ArrayView<ulong> Queries, Database;

    /// <summary>[Q,K,Segments]: the sorted keys of each segment, rank by rank.</summary>
    public ArrayView<long> Keys;

    /// <summary>[Q,K].</summary>
    public ArrayView<int> Distances, Rows;

    /// <summary>Blocks are of queries, Shift is the capacity of a list as in <see cref="TopKBuffer"/>.</summary>
    public int QueryCount, Count, Words, K, Blocks, Segments, SegmentRows, Shift;
}

/// <summary>How many queries a group takes through its segment of the codes at once.</summary>
internal interface IQueryBlock
{
    static abstract int Queries { get; }
}

/// <summary>Eight: the codes are read once for more counting than a multiprocessor does meanwhile.</summary>
internal readonly struct QueryBlock8 : IQueryBlock
{
    public static int Queries => 8;
}

/// <summary>Four: for K, or codes, of which eight queries' would not fit in shared memory.</summary>
internal readonly struct QueryBlock4 : IQueryBlock
{
    public static int Queries => 4;
}

/// <summary>
/// The scan that never writes a distance. A group takes a block of queries and a segment of the codes; a thread reads the words of a code once and
/// counts them against every query of the block, whose words lie in shared memory where all threads read the same one. A code nearer than a query's
/// present K-th goes to the query's list in a <see cref="TopKBuffer"/>, as the key distance * 2^32 + row. Keys are unique, so what a list keeps does
/// not depend on the order in which they arrive. At the end the group writes its K keys a query.
/// <para>
/// The roof on an H100 at 100 M codes of 256 bits (132 multiprocessors at 1.755 GHz): a pass reads 3.2 GB, 0.96 ms at 3.35 TB/s; counting bits at
/// 16 words of 32 bits a clock and multiprocessor takes 0.22 ms a query, 1.73 ms for a pass of eight. Carry-save addition halves that to 0.86 ms,
/// beside which its 18 logical operations a pair take 0.97 ms at 64 a clock: memory and both pipes are about even. So eight queries a pass are
/// enough, and one is bound by memory.
/// </para>
/// <para>
/// Groups do not share their bounds. What a group would learn of another at its pace is a K-th key of as many rows as it saw itself; a sample taken
/// by an earlier launch would save two of some six sorts a segment, and cost about as much.
/// </para>
/// </summary>
internal static class HammingScan
{
    /// <summary>Words of the queries of a block that shared memory has room for: 4 KiB.</summary>
    public const int MaxQueryWords = 512;

    /// <summary>Rows that a thread reads at once for a single query.</summary>
    public const int RowsOfThread = 4;

    /// <summary>A block of queries, a row a thread.</summary>
    [GpuKernel]
    public static void Block<
        [TypeArguments(typeof(QueryBlock8), typeof(QueryBlock4))] TBlock,
        [TypeArguments(typeof(CodeWord), typeof(CodePair), typeof(CodeQuad), typeof(CodeQuadSaved))] TPart>(HammingScanOperands o)
        where TBlock : struct, IQueryBlock
        where TPart : unmanaged, ICodePart<TPart>
    {
        TopKBuffer buffer = TopKBuffer.Create(TBlock.Queries, o.Shift, o.K);
        ArrayView<TPart> queries = SharedMemory.Allocate<TPart>(MaxQueryWords / TPart.Words), database = o.Database.Cast<TPart>();
        int firstQuery = Grid.IdxX % o.Blocks * TBlock.Queries, segment = Grid.IdxX / o.Blocks, parts = o.Words / TPart.Words;
        int start = segment * o.SegmentRows, length = IntrinsicMath.Min(o.SegmentRows, o.Count - start);
        Stage(o, queries, firstQuery, TBlock.Queries, parts);
        buffer.Clear(TopKBuffer.None);
        for (int chunk = 0; chunk < length; chunk += Group.DimX)
        {
            if (chunk + Group.IdxX < length)
            {
                int row = start + chunk + Group.IdxX, d0 = 0, d1 = 0, d2 = 0, d3 = 0, d4 = 0, d5 = 0, d6 = 0, d7 = 0;
                long at = (long)row * parts;
                for (int part = 0; part < parts; part++)
                {
                    TPart code = database[at + part];
                    d0 += TPart.Differ(code, queries[part]);
                    d1 += TPart.Differ(code, queries[parts + part]);
                    d2 += TPart.Differ(code, queries[2 * parts + part]);
                    d3 += TPart.Differ(code, queries[3 * parts + part]);
                    if (TBlock.Queries <= 4) continue;
                    d4 += TPart.Differ(code, queries[4 * parts + part]);
                    d5 += TPart.Differ(code, queries[5 * parts + part]);
                    d6 += TPart.Differ(code, queries[6 * parts + part]);
                    d7 += TPart.Differ(code, queries[7 * parts + part]);
                }
                // Almost no code is near enough to any query: one branch for all.
                bool any = IsNear(buffer, 0, d0) | IsNear(buffer, 1, d1) | IsNear(buffer, 2, d2) | IsNear(buffer, 3, d3);
                if (TBlock.Queries > 4) any = any | IsNear(buffer, 4, d4) | IsNear(buffer, 5, d5) | IsNear(buffer, 6, d6) | IsNear(buffer, 7, d7);
                if (any)
                {
                    buffer.Push(0, Key(d0, row));
                    buffer.Push(1, Key(d1, row));
                    buffer.Push(2, Key(d2, row));
                    buffer.Push(3, Key(d3, row));
                    if (TBlock.Queries > 4)
                    {
                        buffer.Push(4, Key(d4, row));
                        buffer.Push(5, Key(d5, row));
                        buffer.Push(6, Key(d6, row));
                        buffer.Push(7, Key(d7, row));
                    }
                }
            }
            buffer.Prune(chunk + Group.DimX >= length);
        }
        Write(o, buffer, firstQuery, TBlock.Queries, segment);
    }

    /// <summary>One query, four rows a thread: all their loads are under way at once, which memory needs where there is little to count.</summary>
    [GpuKernel]
    public static void Single<[TypeArguments(typeof(CodeWord), typeof(CodePair), typeof(CodeQuad), typeof(CodeQuadSaved))] TPart>(
        HammingScanOperands o)
        where TPart : unmanaged, ICodePart<TPart>
    {
        TopKBuffer buffer = TopKBuffer.Create(1, o.Shift, o.K);
        ArrayView<TPart> queries = SharedMemory.Allocate<TPart>(MaxQueryWords / TPart.Words), database = o.Database.Cast<TPart>();
        int query = Grid.IdxX % o.Blocks, segment = Grid.IdxX / o.Blocks, parts = o.Words / TPart.Words;
        int start = segment * o.SegmentRows, length = IntrinsicMath.Min(o.SegmentRows, o.Count - start);
        Stage(o, queries, query, 1, parts);
        buffer.Clear(TopKBuffer.None);
        for (int chunk = 0; chunk < length; chunk += RowsOfThread * Group.DimX)
        {
            int i0 = chunk + Group.IdxX, i1 = i0 + Group.DimX, i2 = i1 + Group.DimX, i3 = i2 + Group.DimX;
            int d0 = 0, d1 = 0, d2 = 0, d3 = 0;
            // Rows behind the last are read as the last, and not offered.
            long at0 = At(start, i0, length, parts), at1 = At(start, i1, length, parts);
            long at2 = At(start, i2, length, parts), at3 = At(start, i3, length, parts);
            for (int part = 0; part < parts; part++)
            {
                TPart code0 = database[at0 + part], code1 = database[at1 + part], code2 = database[at2 + part], code3 = database[at3 + part];
                TPart query0 = queries[part];
                d0 += TPart.Differ(code0, query0);
                d1 += TPart.Differ(code1, query0);
                d2 += TPart.Differ(code2, query0);
                d3 += TPart.Differ(code3, query0);
            }
            for (int i = 0; i < RowsOfThread; i++)
            {
                int place = i0 + i * Group.DimX;
                if (place < length) buffer.Push(0, Key(d0, start + place));
                buffer.Prune(i == RowsOfThread - 1 & chunk + RowsOfThread * Group.DimX >= length);
                d0 = d1;
                d1 = d2;
                d2 = d3;
            }
        }
        Write(o, buffer, query, 1, segment);
    }

    private static long At(int start, int i, int length, int parts) => (long)(start + IntrinsicMath.Min(i, length - 1)) * parts;

    private static long Key(int distance, int row) => ((long)distance << 32) | (uint)row;

    private static bool IsNear(TopKBuffer buffer, int list, int distance) => distance <= (int)(buffer.Bound(list) >> 32);

    // The last block may have fewer queries: its last one again, whose list is not written.
    private static void Stage<TPart>(HammingScanOperands o, ArrayView<TPart> staged, int firstQuery, int count, int parts)
        where TPart : unmanaged, ICodePart<TPart>
    {
        ArrayView<TPart> queries = o.Queries.Cast<TPart>();
        for (int i = Group.IdxX; i < count * parts; i += Group.DimX)
        {
            int query = IntrinsicMath.Min(firstQuery + i / parts, o.QueryCount - 1);
            staged[i] = queries[(long)query * parts + i % parts];
        }
    }

    // The lists are sorted.
    private static void Write(HammingScanOperands o, TopKBuffer buffer, int firstQuery, int count, int segment)
    {
        for (int i = Group.IdxX; i < count * o.K; i += Group.DimX)
        {
            int list = i / o.K, place = i % o.K;
            if (firstQuery + list >= o.QueryCount) continue;
            o.Keys[((long)(firstQuery + list) * o.K + place) * o.Segments + segment] = buffer.Key(list, place);
        }
    }
}
