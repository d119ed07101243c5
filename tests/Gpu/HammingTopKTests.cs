using System.Numerics;
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
        ulong[] queries = Codes(problem.Queries, problem, key: 1), database = Codes(problem.Count, problem, key: 2);
        GpuQueue queue = _backend.Queue;
        using var deviceQueries = queue.Accelerator.Allocate1D(queries);
        using var deviceDatabase = queue.Accelerator.Allocate1D(database);
        using var deviceDistances = queue.Accelerator.Allocate1D<int>(problem.LengthResult);
        using var deviceRows = queue.Accelerator.Allocate1D<int>(problem.LengthResult);
        queue.Accelerator.Synchronize();

        var search = new HammingTopK(queue, (long)queriesOfABlock * problem.Count * sizeof(int), segmentRows);
        search.Run(problem, deviceQueries.View, deviceDatabase.View, deviceDistances.View, deviceRows.View);
        queue.Stream.Synchronize();

        (int[] distances, int[] rows) = Sorted(problem, queries, database);
        Assert.That(deviceDistances.GetAsArray1D(), Is.EqualTo(distances));
        Assert.That(deviceRows.GetAsArray1D(), Is.EqualTo(rows));
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
