using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Launches <see cref="HammingScan"/> and <see cref="HammingMerge"/>: which part of a code is read at once, and how the work is cut.</summary>
internal sealed class HammingFusedSearch
{
    // Groups of a scan that a multiprocessor of 228 KiB of shared memory and 64 Ki registers holds at once: see HammingScan.
    private const int GroupsOfMultiprocessor = 4;

    // A segment's last sort and its share of the merge should be small beside its scan.
    private const int LeastRowsOfThread = 8;

    // So that no number of a row within a segment overflows with a group's worth added.
    private const int MostRowsOfSegment = 1 << 30;

    private readonly GpuQueue _queue;
    private readonly int? _segmentRows;
    private readonly Kernel<HammingScanOperands> _merge;
    private readonly Scans _words, _pairs, _quads, _saved;

    /// <summary>Chooses how the work is cut, which does not change the result.</summary>
    /// <param name="queue">Where it runs.</param>
    /// <param name="segmentRows">Rows that one group scans, or null for what suits the device.</param>
    public HammingFusedSearch(GpuQueue queue, int? segmentRows)
    {
        (_queue, _segmentRows, _merge) = (queue, segmentRows, new(queue, HammingMerge.Merge));
        (_words, _pairs) = (Prepare<CodeWord>(queue), Prepare<CodePair>(queue));
        (_quads, _saved) = (Prepare<CodeQuad>(queue), Prepare<CodeQuadSaved>(queue));
    }

    /// <summary>Why a problem is not for this search, or null.</summary>
    public string? WhyNot(in HammingProblem problem)
    {
        int maxK = TopKBuffer.MaxK(_queue.GroupSize);
        if (problem.K > maxK) return $"K is {problem.K}; a list in shared memory holds up to {maxK}";
        return problem.Words > HammingScan.MaxQueryWords
            ? $"a code has {problem.Words} words; shared memory has room for {HammingScan.MaxQueryWords} of the queries"
            : null;
    }

    /// <summary>Queries that a group takes at once: <paramref name="most"/>, or what there is room for of their lists and their words.</summary>
    public int BlockFor(in HammingProblem problem, int most)
    {
        int lists = TopKBuffer.ListsFor(problem.K, _queue.GroupSize);
        int room = Math.Min(Math.Min(most, lists), HammingScan.MaxQueryWords / problem.Words);
        if (room >= QueryBlock8.Queries) return QueryBlock8.Queries;
        return room >= QueryBlock4.Queries ? QueryBlock4.Queries : 1;
    }

    /// <summary>The codes once per block, and the keys of all segments, written and in part read.</summary>
    public long Traffic(in HammingProblem problem, int most)
    {
        int block = BlockFor(problem, most), blocks = Blocks.Covering(problem.Queries, block);
        long keys = (long)problem.LengthResult * Segments(problem, blocks).Count;
        return sizeof(ulong) * ((long)blocks * problem.LengthDatabase + problem.LengthQueries + 2 * keys) + 2L * sizeof(int) * problem.LengthResult;
    }

    /// <summary>Queues distances[Q,K] and rows[Q,K], -1 beyond N. Overwrites both.</summary>
    /// <param name="problem">The search.</param>
    /// <param name="most">Queries of a block at most.</param>
    /// <param name="wide">Reads 128 bits at once, where the memory of the codes is aligned to that.</param>
    /// <param name="saves">Counts by carry-save addition.</param>
    /// <param name="queries">[Q,words].</param>
    /// <param name="database">[N,words].</param>
    /// <param name="distances">[Q,K].</param>
    /// <param name="rows">[Q,K].</param>
    public void Run(
        in HammingProblem problem, int most, bool wide, bool saves,
        ArrayView<ulong> queries, ArrayView<ulong> database, ArrayView<int> distances, ArrayView<int> rows)
    {
        int block = BlockFor(problem, most), blocks = Blocks.Covering(problem.Queries, block);
        (int segments, int segmentRows) = Segments(problem, blocks);
        long keys = (long)problem.LengthResult * segments;
        _queue.Scratch.Reserve(ScratchMemory.Padded(keys * sizeof(long)));
        var operands = new HammingScanOperands
        {
            Queries = queries, Database = database, Keys = _queue.Scratch.Take<long>(keys), Distances = distances, Rows = rows,
            QueryCount = problem.Queries, Count = problem.Count, Words = problem.Words, K = problem.K, Blocks = blocks,
            Segments = segments, SegmentRows = segmentRows, Shift = TopKBuffer.ShiftFor(problem.K, _queue.GroupSize),
        };
        ScansFor(problem.Words, wide && Alignment.AreVectors(database, queries), saves).For(block).LaunchGroups((long)blocks * segments, operands);
        _merge.LaunchGroups(problem.Queries, operands);
    }

    private static Scans Prepare<TPart>(GpuQueue queue)
        where TPart : unmanaged, ICodePart<TPart> =>
        new(new(queue, HammingScan.Block<QueryBlock8, TPart>), new(queue, HammingScan.Block<QueryBlock4, TPart>), new(queue, HammingScan.Single<TPart>));

    private Scans ScansFor(int words, bool wide, bool saves)
    {
        if (!wide || words % CodePair.Words != 0) return _words;
        if (words % CodeQuad.Words != 0) return _pairs;
        return saves ? _saved : _quads;
    }

    // As many as keep the device busy with all blocks of queries, which a segment's groups take side by side while its codes are in the cache.
    private (int Count, int Rows) Segments(in HammingProblem problem, int blocks)
    {
        int rows = _segmentRows ?? 0;
        if (rows == 0)
        {
            int wanted = Blocks.Covering(_queue.Accelerator.NumMultiprocessors * GroupsOfMultiprocessor, blocks);
            rows = Math.Max(Blocks.Covering(problem.Count, wanted), LeastRowsOfThread * _queue.GroupSize);
        }
        rows = Math.Min(rows, MostRowsOfSegment);
        return ((int)(((long)problem.Count + rows - 1) / rows), rows);
    }

    private sealed record Scans(Kernel<HammingScanOperands> Eight, Kernel<HammingScanOperands> Four, Kernel<HammingScanOperands> One)
    {
        public Kernel<HammingScanOperands> For(int block)
        {
            if (block == QueryBlock8.Queries) return Eight;
            return block == QueryBlock4.Queries ? Four : One;
        }
    }
}
