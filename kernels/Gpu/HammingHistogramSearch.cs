using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// The K nearest codes of each query, in order of (distance, row), exactly, for any K. Distances of a block of queries go to scratch memory; a histogram gives
/// the distance T of the K-th neighbour; rows nearer than T (fewer than K), and the first ones at T, are collected in order of row, segment by
/// segment of the database; those nearer than T are then put in order. Counting uses integer atomics, whose result does not depend on their order.
/// </summary>
internal sealed class HammingHistogramSearch
{
    private const int MaxSegments = 1024;

    private readonly GpuQueue _queue;
    private readonly long _blockBytes;
    private readonly int _segmentRows;
    private readonly HammingDistance _distance;
    private readonly Kernel<SelectionOperands> _clear;
    private readonly Kernel<SelectionOperands> _histogram;
    private readonly Kernel<SelectionOperands> _threshold;
    private readonly Kernel<SelectionOperands> _count;
    private readonly Kernel<SelectionOperands> _offset;
    private readonly Kernel<SelectionOperands> _collect;
    private readonly Kernel<SelectionOperands> _order;

    /// <summary>Chooses how the work is cut, which does not change the result.</summary>
    /// <param name="queue">Where it runs.</param>
    /// <param name="blockBytes">Bytes of distances held at once.</param>
    /// <param name="segmentRows">Rows that one group counts and collects.</param>
    public HammingHistogramSearch(GpuQueue queue, long blockBytes, int segmentRows)
    {
        (_blockBytes, _segmentRows) = (blockBytes, segmentRows);
        (_queue, _distance) = (queue, new(queue));
        (_clear, _histogram) = (new(queue, HammingSelection.Clear), new(queue, HammingSelection.Histogram));
        (_threshold, _count) = (new(queue, HammingSelection.Threshold), new(queue, HammingSelection.Count));
        (_offset, _collect, _order) = (new(queue, HammingSelection.Offset), new(queue, HammingSelection.Collect), new(queue, HammingSelection.Order));
    }

    /// <summary>Queues distances[Q,K] and rows[Q,K], -1 beyond N. Overwrites both.</summary>
    public void Run(in HammingProblem problem, ArrayView<ulong> queries, ArrayView<ulong> database, ArrayView<int> distances, ArrayView<int> rows)
    {
        int count = problem.Count, bins = problem.Bits + 1, k = problem.K;
        int block = (int)Math.Clamp(_blockBytes / ((long)count * sizeof(int)), 1, problem.Queries);
        int segmentLength = Blocks.Covering(count, Math.Min(Blocks.Covering(count, _segmentRows), MaxSegments));
        // After the length is rounded up: the last segment is not empty, so no start lies behind the last row.
        int segments = Blocks.Covering(count, segmentLength);
        ScratchMemory scratch = _queue.Scratch;
        scratch.Reserve(
            ScratchMemory.Padded((long)block * count * sizeof(int), (long)block * bins * sizeof(int), 2L * block * sizeof(int)) +
            ScratchMemory.Padded(2L * block * segments * sizeof(int)) + 2 * ScratchMemory.Padded((long)block * k * sizeof(int)));
        var operands = new SelectionOperands
        {
            Distances = scratch.Take<int>((long)block * count), Histogram = scratch.Take<int>((long)block * bins),
            Thresholds = scratch.Take<int>(2L * block), Segments = scratch.Take<int>(2L * block * segments),
            CandidateDistances = scratch.Take<int>((long)block * k), CandidateRows = scratch.Take<int>((long)block * k),
            Count = count, Bins = bins, K = k, SegmentCount = segments, SegmentLength = segmentLength,
        };
        for (int first = 0; first < problem.Queries; first += block)
        {
            int size = Math.Min(block, problem.Queries - first);
            ArrayView<ulong> part = queries.SubView((long)first * problem.Words, (long)size * problem.Words);
            _distance.Run(size, count, problem.Words, part, database, operands.Distances.SubView(0, (long)size * count));
            operands.Queries = size;
            operands.ResultDistances = distances.SubView((long)first * k, (long)size * k);
            operands.ResultRows = rows.SubView((long)first * k, (long)size * k);
            _clear.LaunchThreads((long)size * bins, operands);
            _histogram.LaunchGroups((long)size * segments, operands);
            _threshold.LaunchThreads(size, operands);
            _count.LaunchGroups((long)size * segments, operands);
            _offset.LaunchThreads(size, operands);
            _collect.LaunchGroups((long)size * segments, operands);
            _order.LaunchThreads((long)size * k, operands);
        }
    }
}
