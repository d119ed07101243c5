using JaccardKernels.Cases;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Gpu;

public class KernelCoverageTests
{
    // Problems that take another path here than on other backends: enough queries for the tile loop; codes of four words.
    private static readonly (string Operation, string Problem)[] s_more = [("HammingDistance", "q17n9b70"), ("HammingTopK", "q2n9b200k3")];

    [Test]
    public void TinyCasesTouchEveryKernel()
    {
        using GpuBackend simulator = GpuDevices.OpenSimulator();
        foreach (OperationCase operation in CaseCatalog.All.Where(operation => operation.IsOn(simulator)))
        {
            IEnumerable<string> more = s_more.Where(other => other.Operation == operation.Name).Select(other => other.Problem);
            foreach (OperationInstance instance in operation.TinyProblems.Concat(more).Select(operation.Parse))
            {
                Check(instance, simulator);
                if (instance.Case.ComputedBy is null && instance.Case.LadderOn(simulator) is { } ladder) CheckVariants(instance, ladder, simulator);
            }
        }
        // The simulator's groups are too small for most tiles; those are the same source with other constants.
        int limit = simulator.Queue.Accelerator.MaxNumThreadsPerGroup;
        IEnumerable<string> expected = GpuKernels.All
            .Where(kernel => kernel.GroupSize <= limit || !kernel.Method.GetGenericArguments().Any(type => type.IsAssignableTo(typeof(IGroup))))
            .Select(kernel => kernel.Name);
        Assert.That(simulator.Queue.CompiledKernels.Distinct(), Is.EquivalentTo(expected));
    }

    private static void CheckVariants(OperationInstance instance, KernelLadder ladder, GpuBackend simulator)
    {
        foreach (KernelVariant variant in ladder.Variants.Where(variant => ladder.WhyNot(variant.Number, instance.Problem) is null))
        {
            foreach (string? tile in variant.Tiles.DefaultIfEmpty())
            {
                ladder.Forced = new KernelChoice(variant.Number, tile);
                Check(instance, simulator);
            }
        }
        ladder.Forced = null;
    }

    private static void Check(OperationInstance instance, GpuBackend simulator)
    {
        CaseResult result = CaseRunner.CheckAccuracy(instance, simulator);
        Assert.That(result.Passed, Is.True, result.ToString());
    }
}
