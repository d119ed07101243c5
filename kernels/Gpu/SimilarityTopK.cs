using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// The K most similar rows, by counts (<c>CountSimilarityTopK</c>) or bit sets (<c>SetSimilarityTopK</c>). Nothing of the size of the matrix is
/// written: groups search segments, and their lists, of which there is room for so many rows at a time, are merged. A list longer than shared
/// memory holds (3840 for groups of 256 threads) is the plain variant's.
/// </summary>
public sealed class SimilarityTopK
{
    private const int Plainly = 1, Fused = 2;

    // Lists of segments held at once.
    private const long ListBytes = 64L << 20;

    // A segment is at least so many chunks of a thread a row: fewer would be pruned more often than computed.
    private const int LeastChunks = 8;

    // Groups for each multiprocessor: as many as run at once, and some to even out their ends.
    private const int GroupsPerMultiprocessor = 8;

    private readonly GpuQueue _queue;
    private readonly PackedLabels _labels;
    private readonly Kernel<SearchOperands> _plain, _byteMultisets, _byteProducts, _multisets, _products, _bitSets, _merge;

    /// <summary>Prepares the operations; each kind is compiled at its first run.</summary>
    public SimilarityTopK(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_queue, _labels, _plain, _merge) = (queue, new(queue), new(queue, SearchKernels.Plain), new(queue, SimilaritySelection.Merge));
        (_byteMultisets, _byteProducts) = (new(queue, SearchKernels.ByteMultisets), new(queue, SearchKernels.ByteProducts));
        (_multisets, _products) = (new(queue, SearchKernels.Multisets), new(queue, SearchKernels.Products));
        _bitSets = new(queue, SearchKernels.BitSets);
        (CountLadder, SetLadder) = (Ladder("CountSimilarityTopK"), Ladder("SetSimilarityTopK"));
    }

    /// <summary>The ways to search by counts.</summary>
    public KernelLadder<SimilarityTopKProblem> CountLadder { get; }

    /// <summary>The ways to search by bit sets.</summary>
    public KernelLadder<SimilarityTopKProblem> SetLadder { get; }

    /// <summary>Queues a search by counts. Overwrites all outputs.</summary>
    public void Run(
        in SimilarityTopKProblem problem, ArrayView<int> a, ArrayView<int> b,
        ArrayView<float> similarities, ArrayView<int> rows, ArrayView<int> counts)
    {
        bool cosine = problem.Kind == SimilarityKind.Cosine;
        SearchOperands operands = Operands(problem, a.Cast<uint>(), b.Cast<uint>(), problem.Classes, similarities, rows, counts);
        (operands.RowStrideA, operands.RowStrideB) = (problem.Classes, problem.Classes);
        if (CountLadder.Choose(problem).Variant == Plainly)
        {
            _plain.LaunchThreads(problem.M, operands);
            return;
        }
        (int block, int segments) = Cut(problem);
        int words = PackedLabels.WordsOfCounts(problem.Classes);
        _queue.Scratch.Reserve(ListsFor(problem, block, segments) + PackedLabels.Bytes(problem.M, problem.N, words));
        PackedPair packed = _labels.Counts(problem.M, problem.N, problem.Classes, a, b, squares: cosine);
        SetLists(ref operands, problem, block, segments);
        (operands.SumsA, operands.SumsB, operands.Exceeded, operands.Turn) = (packed.SumsA, packed.SumsB, packed.Exceeded, 1);
        SearchOperands bytes = Packed(operands, packed);
        bytes.Turn = 0;
        for (int first = 0; first < problem.M; first += block)
        {
            (operands.FirstRow, operands.EndRow) = (bytes.FirstRow, bytes.EndRow) = (first, Math.Min(first + block, problem.M));
            long groups = Blocks.Covering(operands.EndRow - first, operands.Lists);
            (cosine ? _byteProducts : _byteMultisets).LaunchGroups(groups * segments, bytes);
            (cosine ? _products : _multisets).LaunchGroups(groups * segments, operands);
            _merge.LaunchGroups(groups, operands);
        }
    }

    /// <summary>Queues a search by bit sets. Overwrites all outputs.</summary>
    public void Run(
        in SimilarityTopKProblem problem, ArrayView<ulong> a, ArrayView<ulong> b,
        ArrayView<float> similarities, ArrayView<int> rows, ArrayView<int> counts)
    {
        int words = PackedLabels.WordsOfSets(problem.Classes);
        SearchOperands operands = Operands(problem, a.Cast<uint>(), b.Cast<uint>(), words, similarities, rows, counts);
        (operands.RowStrideA, operands.RowStrideB) = (2 * problem.Words, 2 * problem.Words);
        if (SetLadder.Choose(problem).Variant == Plainly)
        {
            _plain.LaunchThreads(problem.M, operands);
            return;
        }
        (int block, int segments) = Cut(problem);
        _queue.Scratch.Reserve(ListsFor(problem, block, segments) + PackedLabels.Bytes(problem.M, problem.N, words));
        PackedPair packed = _labels.Sets(problem.M, problem.N, problem.Classes, a, b);
        SetLists(ref operands, problem, block, segments);
        operands = Packed(operands, packed);
        for (int first = 0; first < problem.M; first += block)
        {
            (operands.FirstRow, operands.EndRow) = (first, Math.Min(first + block, problem.M));
            long groups = Blocks.Covering(operands.EndRow - first, operands.Lists);
            _bitSets.LaunchGroups(groups * segments, operands);
            _merge.LaunchGroups(groups, operands);
        }
    }

    private KernelLadder<SimilarityTopKProblem> Ladder(string operation) => new(operation,
    [
        new(Plainly, "plain", "a thread a row: every similarity, and a list in order by insertion; any K")
        {
            Traffic = (p, _) => (p.UsesBitSets ? 16L : 8L) * p.M * p.N * p.RowLength + Result(p),
        },
        new(Fused, "fused", "a few rows a group against a segment: similarities in registers, the best in lists in shared memory, the lists merged")
        {
            WhyNot = WhyNotFused,
            Traffic = (p, _) => Result(p) + (p.UsesBitSets ? 8L : 1L) * p.M * p.N * p.RowLength / TopKBuffer.ListsFor(p.K, _queue.GroupSize),
        },
    ])
    {
        Rule = problem => new KernelChoice(WhyNotFused(problem) is null ? Fused : Plainly),
        Class = problem => $"{problem}",
        Tuned = (ladder, problems) => _queue.Tuned(ladder, problems),
    };

    private string? WhyNotFused(SimilarityTopKProblem problem)
    {
        int most = TopKBuffer.MaxK(_queue.GroupSize);
        if (problem.K > most) return $"k is {problem.K}; a list in shared memory has room for {most}";
        return problem.UsesBitSets || problem.Classes <= ByteProducts.MaxClasses
            ? null
            : $"sums over more than {ByteProducts.MaxClasses} classes of a byte exceed 32 bits";
    }

    private static long Result(in SimilarityTopKProblem problem) => 8L * problem.LengthResult + 4L * problem.M;

    // Rows at a time, and segments: enough groups for the device, lists that fit.
    private (int Block, int Segments) Cut(in SimilarityTopKProblem problem)
    {
        int lists = TopKBuffer.ListsFor(problem.K, _queue.GroupSize), rowGroups = Blocks.Covering(problem.M, lists);
        int wanted = Blocks.Covering(GroupsPerMultiprocessor * _queue.Accelerator.NumMultiprocessors, rowGroups);
        int segments = Math.Clamp(wanted, 1, Blocks.Covering(problem.N, LeastChunks * _queue.GroupSize));
        long blocks = Math.Max(ListBytes / ((long)lists * segments * problem.K * sizeof(long)), 1);
        return ((int)Math.Min(blocks * lists, problem.M), segments);
    }

    private static long ListsFor(in SimilarityTopKProblem problem, int block, int segments) =>
        ScratchMemory.Padded((long)block * segments * problem.K * sizeof(long), (long)block * segments * sizeof(int));

    private void SetLists(ref SearchOperands operands, in SimilarityTopKProblem problem, int block, int segments)
    {
        (operands.Lists, operands.Shift) = (TopKBuffer.ListsFor(problem.K, _queue.GroupSize), TopKBuffer.ShiftFor(problem.K, _queue.GroupSize));
        (operands.Segments, operands.SegmentLength) = (segments, Blocks.Covering(problem.N, segments));
        operands.Keys = _queue.Scratch.Take<long>((long)block * segments * problem.K);
        operands.Reached = _queue.Scratch.Take<int>((long)block * segments);
    }

    private static SearchOperands Packed(SearchOperands operands, in PackedPair packed)
    {
        (operands.A, operands.B, operands.SumsA, operands.SumsB) = (packed.A, packed.B, packed.SumsA, packed.SumsB);
        (operands.RowStrideA, operands.RowStrideB, operands.Words) = (1, 1, packed.Words);
        (operands.WordStrideA, operands.WordStrideB) = (packed.StrideA, packed.StrideB);
        (operands.Exceeded, operands.Turn) = (packed.Exceeded, -1);
        return operands;
    }

    // The labels as they are.
    private static SearchOperands Operands(
        in SimilarityTopKProblem problem, ArrayView<uint> a, ArrayView<uint> b, int words,
        ArrayView<float> similarities, ArrayView<int> rows, ArrayView<int> counts) => new()
        {
            A = a, B = b, Words = words, WordStrideA = 1, WordStrideB = 1, Exceeded = rows, Reached = rows,
            Similarities = similarities, Rows = rows, Counts = counts, EndRow = problem.M, N = problem.N, Kind = (int)problem.Kind, K = problem.K,
            Least = problem.Least, EmptyValue = problem.EmptyValue, Turn = -1,
        };
}
