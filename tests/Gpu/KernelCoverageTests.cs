using JaccardKernels.Cases;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;

namespace JaccardKernels.Tests.Gpu;

public class KernelCoverageTests
{
    // Problems that take another path here than on other backends: enough queries for the tile loop.
    private static readonly (string Operation, string Problem)[] s_more = [("HammingDistance", "q17n9b70")];

    [Test]
    public void TinyCasesTouchEveryKernel()
    {
        using GpuBackend simulator = GpuDevices.OpenSimulator();
        foreach (OperationCase operation in CaseCatalog.All)
        {
            IEnumerable<string> more = s_more.Where(other => other.Operation == operation.Name).Select(other => other.Problem);
            foreach (string problem in operation.TinyProblems.Concat(more))
            {
                CaseResult result = CaseRunner.CheckAccuracy(operation.Parse(problem), simulator);
                Assert.That(result.Passed, Is.True, result.ToString());
            }
        }
        // The simulator's groups are too small for the wide tiles; those are the same source with another constant.
        IEnumerable<string> all = GpuKernels.All.Select(kernel => kernel.Name);
        IEnumerable<string> expected = all.Where(name => !name.EndsWith("[Tile16]", StringComparison.Ordinal));
        Assert.That(simulator.Queue.CompiledKernels.Distinct(), Is.EquivalentTo(expected));
    }
}
