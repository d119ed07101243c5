using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Gpu;

/// <summary>The search with its work cut in every way: blocks of queries, segments of the database, chunks of a segment.</summary>
[TestFixtureSource(typeof(GpuKinds), nameof(GpuKinds.All))]
public class HammingTopKTests(string kind)
{
    private GpuBackend _backend = null!;

    [OneTimeSetUp]
    public void Open() => _backend = GpuKinds.Open(kind);

    [OneTimeTearDown]
    public void Close() => _backend.Dispose();

    [TestCase("q5n100b6k10", 1, 7)]
    [TestCase("q5n100b6k10", 2, 16)]
    [TestCase("q5n100b70k100", 3, 33)]
    [TestCase("q20n50b3k60", 17, 50)]
    [TestCase("q3n64b1k63", 5, 1)]
    public void ResultDoesNotDependOnTheCut(string text, int queriesOfABlock, int segmentRows)
    {
        HammingProblem problem = HammingProblem.Parse(text);
        var search = new HammingTopK(_backend.Queue, (long)queriesOfABlock * problem.Count * sizeof(int), segmentRows, scanRows: null);
        search.Ladder.Forced = new KernelChoice(2);
        Check(search, problem);
    }

    // Ties everywhere, K beyond N, codes of one word, two and four, a last block of fewer queries than the others, segments of a row and of all.
    [TestCase("q1n300b4k7", 1)]
    [TestCase("q1n300b4k7", 37)]
    [TestCase("q9n100b6k10", 16)]
    [TestCase("q9n100b6k10", 1000)]
    [TestCase("q3n50b70k60", 33)]
    [TestCase("q10n200b130k20", 50)]
    [TestCase("q17n90b256k40", 64)]
    [TestCase("q2n40b500k3", 7)]
    [TestCase("q5n64b1k63", 5)]
    [TestCase("q2n700b8k600", 129)]
    public void FusedResultDoesNotDependOnTheCut(string text, int segmentRows)
    {
        HammingProblem problem = HammingProblem.Parse(text);
        var search = new HammingTopK(_backend.Queue, 1 << 20, 4096, segmentRows);
        foreach (KernelVariant variant in search.Ladder.Variants.Where(v => v.Number > 2 && search.Ladder.WhyNot(v.Number, problem) is null))
        {
            foreach (string tile in variant.Tiles)
            {
                search.Ladder.Forced = new KernelChoice(variant.Number, tile);
                Check(search, problem);
            }
        }
    }

    [TestCase("q1000n300b64k5")]
    [TestCase("q1n2000b192k33")]
    [TestCase("q6n500b256k300")]
    public void TheRulesChoiceIsRight(string text) => Check(new HammingTopK(_backend.Queue), HammingProblem.Parse(text));

    // Codes at an odd word: 128-bit loads would fault, or read the words next to them.
    [TestCase("q9n40b128k5")]
    [TestCase("q9n40b256k5")]
    public void CodesNeedNoMoreThanTheirOwnAlignment(string text) =>
        Check(new HammingTopK(_backend.Queue), HammingProblem.Parse(text), offset: 1);

    [Test]
    public void MoreNeighboursThanSharedMemoryHoldsGoThroughTheHistogram()
    {
        var search = new HammingTopK(_backend.Queue);
        int most = TopKBuffer.MaxK(_backend.Queue.GroupSize);
        HammingProblem fits = new(8, 10, 64, most), exceeds = new(8, 10, 64, most + 1);
        Assert.That(search.Ladder.Choose(fits).Variant, Is.EqualTo(3));
        Assert.That(search.Ladder.Choose(exceeds).Variant, Is.EqualTo(2));
        Assert.That(search.Ladder.WhyNot(3, exceeds), Is.EqualTo($"K is {most + 1}; a list in shared memory holds up to {most}"));
        Check(search, fits);
        Check(search, exceeds);
    }

    private void Check(HammingTopK search, HammingProblem problem, int offset = 0)
    {
        ulong[] queries = Codes(problem.Queries, problem, key: 1), database = Codes(problem.Count, problem, key: 2), before = new ulong[offset];
        GpuQueue queue = _backend.Queue;
        using var deviceQueries = queue.Accelerator.Allocate1D<ulong>([.. before, .. queries]);
        using var deviceDatabase = queue.Accelerator.Allocate1D<ulong>([.. before, .. database]);
        using var deviceDistances = queue.Accelerator.Allocate1D<int>(problem.LengthResult);
        using var deviceRows = queue.Accelerator.Allocate1D<int>(problem.LengthResult);
        queue.Accelerator.Synchronize();

        ArrayView<ulong> queryView = deviceQueries.View, databaseView = deviceDatabase.View;
        search.Run(problem, queryView.SubView(offset), databaseView.SubView(offset), deviceDistances.View, deviceRows.View);
        queue.Stream.Synchronize();

        (int[] distances, int[] rows) = Sorted(problem, queries, database);
        string choice = $"{search.Ladder.Choose(problem)}";
        Assert.That(deviceDistances.GetAsArray1D(), Is.EqualTo(distances), choice);
        Assert.That(deviceRows.GetAsArray1D(), Is.EqualTo(rows), choice);
    }

    private static ulong[] Codes(int count, in HammingProblem problem, int key)
    {
        var codes = new ulong[count * problem.Words];
        int lastBits = problem.Bits - 64 * (problem.Words - 1);
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = CounterRandom.Mix((ulong)(key * 1_000_003 + i));
            if (i % problem.Words == problem.Words - 1) codes[i] &= ulong.MaxValue >> (64 - lastBits);
        }
        return codes;
    }

    private static (int[] Distances, int[] Rows) Sorted(HammingProblem problem, ulong[] queries, ulong[] database)
    {
        List<int> distances = [], rows = [];
        for (int q = 0; q < problem.Queries; q++)
        {
            int[] all = [.. Enumerable.Range(0, problem.Count).Select(n => Enumerable.Range(0, problem.Words)
                .Sum(w => BitOperations.PopCount(queries[q * problem.Words + w] ^ database[n * problem.Words + w])))];
            int[] order = [.. Enumerable.Range(0, problem.Count).OrderBy(n => all[n]).ThenBy(n => n).Take(problem.K)];
            int padding = problem.K - order.Length;
            distances.AddRange([.. order.Select(n => all[n]), .. Enumerable.Repeat(-1, padding)]);
            rows.AddRange([.. order, .. Enumerable.Repeat(-1, padding)]);
        }
        return ([.. distances], [.. rows]);
    }
}
