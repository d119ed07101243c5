using JaccardKernels.Cases;
using JaccardKernels.Engine;

namespace JaccardKernels.Tests.Cases;

/// <summary>The runner must catch what kernels do wrong: each backend here is the reference with one fault in its matrix product.</summary>
public class RunnerTests
{
    private const string Problem = "m17n33k65acc1bias1";

    [Test]
    public void TheReferenceItselfPasses()
    {
        using var backend = new ReferenceBackend();
        CaseResult result = CaseRunner.Check(Gemm(Problem), backend);
        Assert.That(result.Passed, Is.True, result.ToString());
        Assert.That(
            result.Checks.Select(c => c.Kind), Is.EqualTo([CheckKind.Accuracy, CheckKind.Guards, CheckKind.Determinism, CheckKind.Exactness]));
        OutputMargin c = result.Checks[0].Margins.Single();
        Assert.That(c.Operand, Is.EqualTo("c"));
        // Rounding to float once: relative errors uniform within 2^-24 have a mean square of 2^-48 / 3 at most.
        Assert.That(c.Error, Is.GreaterThan(0).And.LessThan(1.2e-15));
    }

    [TestCase(Fault.WrongElement, CheckKind.Accuracy, "c")]
    [TestCase(Fault.SlightlyWrong, CheckKind.Exactness, "c")]
    [TestCase(Fault.LeavesNaN, CheckKind.Accuracy, "element 20 is NaN")]
    [TestCase(Fault.WritesBehind, CheckKind.Guards, "behind the end of c")]
    [TestCase(Fault.WritesBefore, CheckKind.Guards, "of bias was written")]
    [TestCase(Fault.ChangesInput, CheckKind.Guards, "b differs: element 3")]
    [TestCase(Fault.DiffersNextTime, CheckKind.Determinism, "c differs")]
    [TestCase(Fault.ForgetsToAccumulate, CheckKind.Accuracy, "c")]
    public void FaultIsCaught(Fault fault, CheckKind kind, string told)
    {
        using var backend = new FaultyBackend(fault);
        CaseResult result = CaseRunner.Check(Gemm(Problem), backend);
        CaseCheck failed = result.Checks.Single(c => c.Kind == kind);
        Assert.That(failed.Passed, Is.False);
        Assert.That(failed.ToString(), Does.Contain(told));
        Assert.That(result.ToString(), Does.StartWith($"Gemm {Problem} on reference: FAILED"));
    }

    [Test]
    public void OutputsBeginAsNaN()
    {
        using var backend = new FaultyBackend(Fault.Accumulates);
        CaseResult result = CaseRunner.Check(Gemm("m3n5k7"), backend);
        Assert.That(result.Checks[0].Passed, Is.False);
        Assert.That(result.ToString(), Does.Contain("element 0 is NaN"));
    }

    [Test]
    public void PeersMustAgree()
    {
        using var backend = new ReferenceBackend();
        using var peer = new FaultyBackend(Fault.SlightlyWrong);
        CaseCheck determinism = CaseRunner.Check(Gemm(Problem), backend, peer).Checks.Single(c => c.Kind == CheckKind.Determinism);
        Assert.That(determinism.Margins.Select(m => m.Passed), Is.EqualTo([true, false]));
    }

    [Test]
    public void SharedMemoryMustNotMatterWhereItIsAllowed()
    {
        using var backend = new FaultyBackend(Fault.ReluClearsFirst);
        CaseResult result = CaseRunner.Check(CaseCatalog.Find("ReluForward").Parse("n33"), backend);
        Assert.That(result.Checks.Where(c => !c.Passed).Select(c => c.Kind), Is.EqualTo([CheckKind.Sharing]));
    }

    [Test]
    public void RunWithTakesAndGivesArrays()
    {
        using var backend = new ReferenceBackend();
        IReadOnlyList<Array> outputs =
            Gemm("m1n2k2tb1bias1").RunWith(backend, [new float[] { 1, 2 }, new float[] { 3, 4, 5, 6 }, new float[] { 10, 20 }]);
        Assert.That(outputs, Has.Count.EqualTo(1));
        Assert.That(outputs[0], Is.EqualTo(new float[] { 1 * 3 + 2 * 4 + 10, 1 * 5 + 2 * 6 + 20 }));
    }

    [Test]
    public void RunWithRefusesWhatDoesNotFit()
    {
        using var backend = new ReferenceBackend();
        OperationInstance triplet = CaseCatalog.Find("TripletLoss").Parse("n3d1t1"), hamming = CaseCatalog.Find("HammingDistance").Parse("q1n1b7");
        float[] embeddings = [1, 2, 3], margins = [1];
        Assert.That(
            () => triplet.RunWith(backend, [embeddings]), Throws.ArgumentException.With.Message.Contains("3 arrays (embeddings, triplets, margins)"));
        Assert.That(
            () => triplet.RunWith(backend, [embeddings, new[] { 0, 1, 3 }, margins]),
            Throws.ArgumentException.With.Message.Contains("triplets[2] is 3; the range is 0 to 2"));
        Assert.That(
            () => triplet.RunWith(backend, [embeddings, new long[] { 0, 1, 2 }, margins]),
            Throws.ArgumentException.With.Message.Contains("triplets must be int32"));
        Assert.That(
            () => triplet.RunWith(backend, [embeddings, new[] { 0, 1 }, margins]),
            Throws.ArgumentException.With.Message.Contains("triplets has 2 elements"));
        Assert.That(
            () => hamming.RunWith(backend, [new ulong[] { 128 }, new ulong[] { 1 }]), Throws.ArgumentException.With.Message.Contains("queries[0]"));
    }

    [Test]
    public void AWrongKernelIsNeverTimed()
    {
        using var backend = new FaultyBackend(Fault.WrongElement);
        Assert.That(() => Timer(backend).Time(Gemm("m16n16k16")), Throws.InvalidOperationException.With.Message.Contains("not timed"));
    }

    [Test]
    public void TimesAreOfTheProblemsWork()
    {
        using var backend = new ReferenceBackend();
        TimingResult result = Timer(backend).Time(Gemm("m32n32k32"));
        Assert.That(result.GigaflopsPerSecond * result.Median * 1e9, Is.EqualTo(2.0 * 32 * 32 * 32).Within(1e-6));
        Assert.That(result.GigabytesPerSecond * result.Median * 1e9, Is.EqualTo(4.0 * 3 * 32 * 32).Within(1e-6));
        Assert.That(result.Fastest, Is.Positive.And.LessThanOrEqualTo(result.Median));
        Assert.That(result.Samples, Is.GreaterThanOrEqualTo(5));
        Assert.That(result.Verified, Is.EqualTo("this problem"));
    }

    private static OperationInstance Gemm(string problem) => CaseCatalog.Find("Gemm").Parse(problem);

    private static CaseTimer Timer(IBackend backend) =>
        new(backend) { Duration = TimeSpan.FromMilliseconds(50), WarmUp = TimeSpan.FromMilliseconds(1) };
}
