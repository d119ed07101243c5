using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Problems;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Tests.Gpu;

public class GpuAllocationTests
{
    [TestCaseSource(typeof(GpuKinds), nameof(GpuKinds.Devices))]
    public void WarmCallsAllocateNothing(string kind)
    {
        using GpuBackend backend = GpuKinds.Open(kind);
        var problem = new GemmProblem(8, 8, 8);
        var topK = new HammingProblem(2, 100, 64, 5);
        using DeviceBuffer a = backend.Allocate<float>(64), b = backend.Allocate<float>(64), c = backend.Allocate<float>(64);
        using DeviceBuffer codes = backend.Allocate<ulong>(100), distances = backend.Allocate<int>(10), rows = backend.Allocate<int>(10);
        var matrix = new SimilarityProblem(SimilarityKind.MultisetJaccard, 4, 4, 8);
        var similar = new SimilarityTopKProblem(SimilarityKind.Cosine, 2, 4, 8, 3);
        using DeviceBuffer counts = backend.Allocate<int>(32), found = backend.Allocate<float>(6), reached = backend.Allocate<int>(2);
        backend.Ladders.Single(ladder => ladder.Operation == "CountSimilarity").Forced = new KernelChoice(5);
        long allocated = 0;
        for (int step = 0; step < 20; step++)
        {
            if (step == 10) allocated = GC.GetAllocatedBytesForCurrentThread();
            backend.Gemm(problem, a.As<float>(), b.As<float>(), default, c.As<float>());
            backend.CountSimilarity(matrix, counts.As<int>(), counts.As<int>(), c.Slice<float>(0, 16));
            backend.CountSimilarityTopK(
                similar, counts.Slice<int>(0, 16), counts.As<int>(), found.As<float>(), rows.Slice<int>(0, 6), reached.As<int>());
            backend.HammingTopK(topK, codes.Slice<ulong>(0, 2), codes.As<ulong>(), distances.As<int>(), rows.As<int>());
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.That(allocated, Is.Zero);
    }

    [TestCaseSource(typeof(GpuKinds), nameof(GpuKinds.Devices))]
    public void WarmSearchAllocatesNothing(string kind)
    {
        const int Queries = 19, K = 7;
        using GpuBackend backend = GpuKinds.Open(kind);
        var database = new PackedCodes(64, [.. Enumerable.Range(0, 150).Select(i => (ulong)i * 77)]);
        using var searcher = new HammingSearcher(backend, database, K, queryBlock: 4);
        ulong[] queries = [.. Enumerable.Range(0, Queries).Select(i => (ulong)i * 1234567)];
        int[] distances = new int[Queries * K], rows = new int[Queries * K];
        for (int search = 0; search < 5; search++) searcher.Search(queries, distances, rows);
        long before = GC.GetAllocatedBytesForCurrentThread();
        searcher.Search(queries, distances, rows);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
