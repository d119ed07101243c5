using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Host;

/// <summary>
/// Gradients of weights whose tiles minimal filtering takes in several chunks. Such sums are longer than plain ones in fp32 are exact enough for, so that
/// they are no problems of the operation's case, which every backend computes.
/// </summary>
public sealed class WeightGradientTests
{
    [Test]
    public void ManyTilesAreSummedAsExactlyAsFew(
        [Values("mb1ic2ih70iw300oc3kh3ph1", "mb2ic3ih60iw64oc5kh5ph2")] string problem, [Values(1, 2, 3)] int variant)
    {
        OperationCase operation = CaseCatalog.Find("ConvolutionBackwardWeights");
        OperationInstance instance = operation.Parse(problem);
        using var one = new HostBackend(1);
        using var three = new HostBackend(3);
        if (operation.LadderOn(one)!.WhyNot(variant, instance.Problem) is not null) return;
        foreach (HostBackend backend in (HostBackend[])[one, three]) operation.LadderOn(backend)!.Forced = new KernelChoice(variant);
        CaseResult result = CaseRunner.Check(instance, one, three);
        Assert.That(result.Passed, Is.True, result.ToString());
    }
}
