using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>The K nearest items of each query by look-up tables, in order of (distance, row), exactly.</summary>
public sealed class LookupTopK
{
    private const int Plainly = 1, Fused = 2;

    // Groups for each multiprocessor: as many as run at once, and some to even out their ends.
    private const int GroupsPerMultiprocessor = 8;

    // A segment's last sort, the staging of its table and its share of the merge should be small beside its scan.
    private const int LeastItemsOfThread = 16;

    private readonly GpuQueue _queue;
    private readonly Kernel<LookupOperands> _plain, _scan, _merge;

    /// <summary>Prepares the operation; each kernel is compiled at its first run.</summary>
    public LookupTopK(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_queue, _plain, _scan, _merge) = (queue, new(queue, Plain), new(queue, LookupScan.Scan), new(queue, LookupScan.Merge));
        Ladder = new KernelLadder<LookupProblem>("LookupTopK",
        [
            new(Plainly, "plain", "a thread a query, which keeps its K nearest in order while it walks over the codes")
            {
                Traffic = (p, _) => (5L * p.LengthCodes + 4L * p.LengthTerms) * p.Queries + 8L * p.LengthResult,
            },
            new(Fused, "fused", "a query's table in shared memory; no distance leaves the chip: a list keeps what is nearer than its K-th")
            {
                WhyNot = WhyNotFused,
                Traffic = (p, _) => ((long)p.LengthCodes + 4L * p.LengthTerms) * p.Queries + 4L * p.LengthTables * Segments(p) + 16L * p.LengthResult * Segments(p),
            },
        ])
        {
            Rule = p => new KernelChoice(WhyNotFused(p) is null ? Fused : Plainly),
            Class = p => $"q{SizeClass.Of(p.Queries)}n{SizeClass.Of(p.Count)}m{p.Codebooks}w{p.Codewords}k{SizeClass.Of(p.K)}",
            Tuned = (operation, problems) => queue.Tuned(operation, problems),
        };
    }

    /// <summary>The ways to compute it.</summary>
    public KernelLadder<LookupProblem> Ladder { get; }

    /// <summary>Queues distances[Q,K] and rows[Q,K], infinite and -1 beyond N. Overwrites both.</summary>
    public void Run(
        in LookupProblem problem, ArrayView<float> tables, ArrayView<byte> codes, ArrayView<float> terms, ArrayView<float> distances, ArrayView<int> rows)
    {
        LookupOperands o = LookupOperands.Of(problem, tables, codes, terms);
        (o.Distances, o.Rows, o.Keys) = (distances, rows, default);
        if (Ladder.Choose(problem).Variant == Plainly)
        {
            _plain.LaunchThreads(problem.Queries, o);
            return;
        }
        o.Segments = Segments(problem);
        o.SegmentItems = Blocks.Covering(problem.Count, o.Segments);
        o.Staged = LookupScan.StagedFor(problem);
        o.Shift = TopKBuffer.ShiftFor(problem.K, _queue.GroupSize);
        long keys = (long)problem.LengthResult * o.Segments;
        _queue.Scratch.Reserve(ScratchMemory.Padded(keys * sizeof(long)));
        o.Keys = _queue.Scratch.Take<long>(keys);
        // Groups of all queries take a segment side by side, while its codes are in the cache.
        _scan.LaunchGroups((long)problem.Queries * o.Segments, o);
        _merge.LaunchGroups(problem.Queries, o);
    }

    /// <summary>A thread a query.</summary>
    [GpuKernel]
    internal static void Plain(LookupOperands o)
    {
        int query = Threads.Index;
        if (Threads.Beyond(query, o.QueryCount)) return;
        long start = (long)query * o.K;
        int found = 0;
        for (int item = 0; item < o.Count; item++)
        {
            float distance = o.DistanceOf(query, item);
            if (found == o.K && distance >= o.Distances[start + found - 1]) continue;
            found = IntrinsicMath.Min(found + 1, o.K);
            // Items come in rising order: one at the same distance as others goes behind them.
            int place = found - 1;
            while (place > 0 && o.Distances[start + place - 1] > distance)
            {
                o.Distances[start + place] = o.Distances[start + place - 1];
                o.Rows[start + place] = o.Rows[start + place - 1];
                place--;
            }
            o.Distances[start + place] = distance;
            o.Rows[start + place] = item;
        }
        for (int place = found; place < o.K; place++)
        {
            o.Distances[start + place] = LookupScan.Beyond;
            o.Rows[start + place] = -1;
        }
    }

    private string? WhyNotFused(LookupProblem problem)
    {
        int most = TopKBuffer.MaxK(_queue.GroupSize);
        return problem.K > most ? $"K is {problem.K}; a list in shared memory holds up to {most}" : null;
    }

    private int Segments(LookupProblem problem)
    {
        int wanted = Blocks.Covering(GroupsPerMultiprocessor * _queue.Accelerator.NumMultiprocessors, problem.Queries);
        return Math.Clamp(wanted, 1, Blocks.Covering(problem.Count, LeastItemsOfThread * _queue.GroupSize));
    }
}
