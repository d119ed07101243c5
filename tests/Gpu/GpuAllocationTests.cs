using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Problems;

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
        long allocated = 0;
        for (int step = 0; step < 20; step++)
        {
            if (step == 10) allocated = GC.GetAllocatedBytesForCurrentThread();
            backend.Gemm(problem, a.As<float>(), b.As<float>(), default, c.As<float>());
            backend.HammingTopK(topK, codes.Slice<ulong>(0, 2), codes.As<ulong>(), distances.As<int>(), rows.As<int>());
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.That(allocated, Is.Zero);
    }
}
