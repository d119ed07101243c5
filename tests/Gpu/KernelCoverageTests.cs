using JaccardKernels.Cases;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;

namespace JaccardKernels.Tests.Gpu;

public class KernelCoverageTests
{
    [Test]
    public void TinyCasesTouchEveryKernel()
    {
        using GpuBackend simulator = GpuDevices.OpenSimulator();
        foreach (OperationCase operation in CaseCatalog.All)
        {
            foreach (string problem in operation.TinyProblems)
            {
                CaseResult result = CaseRunner.CheckAccuracy(operation.Parse(problem), simulator);
                Assert.That(result.Passed, Is.True, result.ToString());
            }
        }
        // The simulator's groups are too small for the wide tiles; those are the same source with another constant.
        IEnumerable<string> expected = GpuKernels.All.Select(kernel => kernel.Name).Where(name => !name.EndsWith("[Tile16]", StringComparison.Ordinal));
        Assert.That(simulator.Queue.CompiledKernels, Is.EquivalentTo(expected.Concat(simulator.Queue.CompiledKernels.GroupBy(n => n).SelectMany(g => g.Skip(1)))));
    }
}
