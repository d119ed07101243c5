using System.Globalization;
using System.Numerics;
using ILGPU;
using ILGPU.Runtime.Cuda;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// The K nearest codes of each query, in order of (distance, row), exactly. An exclusive or, a population count and an addition a word and pair.
/// </summary>
public sealed class HammingTopK
{
    private readonly Kernel<PlainOperands> _plain;
    private readonly HammingHistogramSearch _histogram;
    private readonly HammingFusedSearch _fused;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public HammingTopK(GpuQueue queue)
        : this(queue, blockBytes: 64L << 20, histogramRows: 4096, scanRows: null)
    {
    }

    /// <summary>Chooses how the work is cut, which does not change the result.</summary>
    /// <param name="queue">Where it runs.</param>
    /// <param name="blockBytes">Bytes of distances that the histogram variant holds at once.</param>
    /// <param name="histogramRows">Rows that a group of it counts and collects.</param>
    /// <param name="scanRows">Rows that a group of the fused variants scans, or null for what suits the device.</param>
    internal HammingTopK(GpuQueue queue, long blockBytes, int histogramRows, int? scanRows)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_plain, _histogram, _fused) = (new(queue, Plain), new(queue, blockBytes, histogramRows), new(queue, scanRows));
        // Queries of a group at once, at most: fewer where K or the codes are long.
        string[] tiles = ["8", "4", "1"];
        Ladder = new KernelLadder<HammingProblem>("HammingTopK",
        [
            new(1, "plain", "a thread a query, which keeps its K nearest in order while it walks over the codes")
            {
                Traffic = (p, _) => 8L * p.Queries * p.LengthDatabase + 8L * p.LengthQueries + 8L * p.LengthResult,
            },
            new(2, "histogram", "distances in memory, a histogram that gives the K-th, and collection of what is as near")
            {
                // Codes once for up to 64 queries; distances written once and read three times.
                Traffic = (p, _) => 8L * Blocks.Covering(p.Queries, 64) * p.LengthDatabase + 16L * p.Queries * p.Count + 16L * p.LengthResult,
            },
            new(3, "fused", "no distance leaves the chip: lists in shared memory keep what is nearer than their K-th")
            {
                Tiles = tiles, WhyNot = p => _fused.WhyNot(p), Traffic = (p, tile) => _fused.Traffic(p, Most(tile)),
            },
            new(4, "wide", "codes read 128 bits at once, whole sectors of memory where a code is one")
            {
                Tiles = tiles, WhyNot = p => WhyNotWide(p, CodePair.Words), Traffic = (p, tile) => _fused.Traffic(p, Most(tile)),
            },
            new(5, "carry-save", "eight words added bit by bit to four before their bits are counted")
            {
                Tiles = tiles, WhyNot = p => WhyNotWide(p, CodeQuad.Words), Traffic = (p, tile) => _fused.Traffic(p, Most(tile)),
            },
        ])
        {
            Rule = p => Rule(p, queue),
            Class = p => $"q{Rounded(p.Queries)}n{Rounded(p.Count)}b{64 * p.Words}k{Rounded(p.K)}",
            Tuned = (operation, problems) => queue.Tuned(operation, problems),
        };
    }

    /// <summary>The ways to compute it.</summary>
    public KernelLadder<HammingProblem> Ladder { get; }

    /// <summary>Queues distances[Q,K] and rows[Q,K], -1 beyond N. Overwrites both.</summary>
    public void Run(in HammingProblem problem, ArrayView<ulong> queries, ArrayView<ulong> database, ArrayView<int> distances, ArrayView<int> rows)
    {
        KernelChoice choice = Ladder.Choose(problem);
        if (choice.Variant == 1)
        {
            _plain.LaunchThreads(problem.Queries, new PlainOperands
            {
                Queries = queries, Database = database, Distances = distances, Rows = rows,
                QueryCount = problem.Queries, Count = problem.Count, Words = problem.Words, K = problem.K,
            });
        }
        else if (choice.Variant == 2) _histogram.Run(problem, queries, database, distances, rows);
        else _fused.Run(problem, Most(choice.Tile), choice.Variant > 3, choice.Variant > 4, queries, database, distances, rows);
    }

    /// <summary>A thread a query.</summary>
    [GpuKernel]
    internal static void Plain(PlainOperands o)
    {
        int query = Threads.Index;
        if (Threads.Beyond(query, o.QueryCount)) return;
        int start = query * o.K, found = 0;
        for (int row = 0; row < o.Count; row++)
        {
            int distance = 0;
            for (int word = 0; word < o.Words; word++)
                distance += IntrinsicMath.PopCount(o.Queries[query * o.Words + word] ^ o.Database[row * o.Words + word]);
            if (found == o.K && distance >= o.Distances[start + found - 1]) continue;
            found = IntrinsicMath.Min(found + 1, o.K);
            // Rows come in rising order: one at the same distance as others goes behind them.
            int place = found - 1;
            while (place > 0 && o.Distances[start + place - 1] > distance)
            {
                o.Distances[start + place] = o.Distances[start + place - 1];
                o.Rows[start + place] = o.Rows[start + place - 1];
                place--;
            }
            o.Distances[start + place] = distance;
            o.Rows[start + place] = row;
        }
        for (int place = found; place < o.K; place++)
        {
            o.Distances[start + place] = -1;
            o.Rows[start + place] = -1;
        }
    }

    private static int Most(string? tile) => int.Parse(tile!, CultureInfo.InvariantCulture);

    private static uint Rounded(int size) => BitOperations.RoundUpToPowerOf2((uint)size);

    // Carry-save addition pays where bits are counted at a quarter of the rate of logical operations, as NVIDIA does; PoCL on a CPU, which has an
    // instruction for it at full rate, takes twice as long (q100n1000000b256k100, two cores: 296 ms, and 138 without). There a barrier costs more
    // than what it saves for less than a block of queries: of q1n1000000b64k100 the plain variant takes 1.5 ms, fused 4.2, the histogram 24.
    private KernelChoice Rule(in HammingProblem problem, GpuQueue queue)
    {
        if (_fused.WhyNot(problem) is not null) return new KernelChoice(2);
        if (queue.RunsOnCpu && problem.Queries < QueryBlock8.Queries) return new KernelChoice(1);
        string tile = problem.Queries == 1 ? "1" : problem.Queries <= QueryBlock4.Queries ? "4" : "8";
        if (problem.Words % CodePair.Words != 0) return new KernelChoice(3, tile);
        return new KernelChoice(queue.Accelerator is CudaAccelerator && problem.Words % CodeQuad.Words == 0 ? 5 : 4, tile);
    }

    private string? WhyNotWide(in HammingProblem problem, int words) =>
        problem.Words % words == 0 ? _fused.WhyNot(problem) : $"a code has {problem.Words} words, which is no multiple of {words}";

    internal struct PlainOperands
    {
        public ArrayView<ulong> Queries, Database;
        public ArrayView<int> Distances, Rows;
        public int QueryCount, Count, Words, K;
    }
}
