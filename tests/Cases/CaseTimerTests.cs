using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Cases;

/// <summary>What is timed, by which clock and with which caches, and that variants are forced for their turn alone.</summary>
public class CaseTimerTests
{
    private static GpuBackend Simulator => (GpuBackend)Backends.Open("simulator")[0];

    [Test]
    public void TheDeviceClockAndColdCachesAreTold()
    {
        GpuBackend backend = Simulator;
        Assert.That(backend.HasDeviceClock, Is.True);
        TimingResult warm = Timer(backend, cold: false).Time(Gemm), cold = Timer(backend, cold: true).Time(Gemm);
        using var host = new ReferenceBackend();
        TimingResult elsewhere = Timer(host, cold: false).Time(Gemm);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((warm.Clock, warm.Caches, warm.WarmMedian), Is.EqualTo(("device events", "warm", (double?)null)));
            Assert.That((cold.Clock, cold.Caches, cold.Repeats), Is.EqualTo(("device events", "cold", 1)));
            Assert.That(cold.WarmMedian, Is.Positive);
            Assert.That(cold.FirstQuartile, Is.Positive.And.LessThanOrEqualTo(cold.Median));
            Assert.That(cold.ThirdQuartile, Is.GreaterThanOrEqualTo(cold.Median));
            Assert.That((elsewhere.Clock, elsewhere.Variant), Is.EqualTo(("host clock", (int?)null)));
        }
    }

    [Test]
    public void TheDeviceClockCountsTheWorkAlone()
    {
        GpuBackend backend = Simulator;
        double nothing = backend.Time(() => Thread.Sleep(50), () => { }), work = backend.Time(() => { }, () => Thread.Sleep(50));
        Assert.That(nothing, Is.LessThan(0.04));
        // The simulator's queue runs as it is filled, so what fills it slowly takes long.
        Assert.That(work, Is.GreaterThan(0.04));
    }

    [Test]
    public void EveryVariantIsTimedAndThePlainOneIsTheMeasure()
    {
        GpuBackend backend = Simulator;
        KernelLadder ladder = backend.Ladders.Single(ladder => ladder.Operation == "Gemm");
        KernelChoice chosen = ladder.Choose(Gemm.Problem);
        KernelChoice[] choices = [.. LadderTimer.Choices(ladder)];
        IReadOnlyList<LadderTiming> rows = new LadderTimer(Timer(backend, cold: false), backend).Time(Gemm, choices);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(rows.Select(row => row.Variant), Is.EqualTo(choices.Select(choice => choice.Variant)));
            Assert.That(rows.Select(row => row.Fault), Has.All.Null);
            Assert.That(rows.Select(row => row.Timing is null), Is.EqualTo(rows.Select(row => row.WhyNot is not null)));
            Assert.That(
                rows.Where(row => row.Timing is not null).Select(row => row.Timing!.Variant),
                Is.EqualTo(rows.Where(row => row.Timing is not null).Select(row => row.Variant)));
            LadderTiming plain = rows[0];
            Assert.That(plain.TimesThePlain, Is.EqualTo(1));
            Assert.That(plain.Traffic, Is.EqualTo(4 * 5 * 9 * (2 * 7 + 1)), "two factors a product and one result");
            Assert.That(plain.Flops, Is.EqualTo(Gemm.Flops));
            Assert.That(ladder.Forced, Is.Null);
            Assert.That(ladder.Choose(Gemm.Problem), Is.EqualTo(chosen));
        }
    }

    [Test]
    public void WhatWasForcedBeforeIsForcedAgain()
    {
        KernelLadder ladder = Simulator.Ladders.Single(ladder => ladder.Operation == "Gemm");
        using (new ForcedChoice(ladder, new KernelChoice(1)))
        {
            Assert.That(() => new ForcedChoice(ladder, new KernelChoice(99)), Throws.ArgumentException.With.Message.Contains("1 plain"));
            using (new ForcedChoice(ladder, new KernelChoice(2))) Assert.That(ladder.Choose(Gemm.Problem).Variant, Is.EqualTo(2));
            Assert.That(ladder.Choose(Gemm.Problem).Variant, Is.EqualTo(1));
        }
        Assert.That(ladder.Forced, Is.Null);
    }

    [Test]
    public void AFullyConnectedLayerTellsTheVariantOfItsProduct()
    {
        TimingResult result = Timer(Simulator, cold: false).Time(CaseCatalog.Find("FullyConnectedForward").Parse("mb3ic7oc5"));
        Assert.That(result.Variant, Is.Not.Null);
        Assert.That(result.VariantName, Is.EqualTo(Simulator.Ladders.Single(ladder => ladder.Operation == "Gemm").Find(result.Variant!.Value).Name));
    }

    // A case's own limit on what it checks by the reference would take the simulator minutes: the check itself is called.
    [Test]
    public void ALargeProblemIsComparedWithAnotherVariant()
    {
        GpuBackend backend = Simulator;
        KernelLadder ladder = backend.Ladders.Single(ladder => ladder.Operation == "Gemm");
        OperationInstance accumulates = CaseCatalog.Find("Gemm").Parse("m9n5k17ta1tb1acc1");
        using var loaded = new LoadedInstance(accumulates, backend);
        var check = new CrossCheck(backend);
        using (new ForcedChoice(ladder, new KernelChoice(2)))
        {
            Verification? verified = check.Run(accumulates, loaded);
            Assert.That(verified!.On, Is.EqualTo("itself against variant 1 plain"));
            Assert.That(verified.Error, Is.LessThan(1e-13));
            Assert.That(verified.Tolerance, Is.EqualTo(4e-12).Within(1e-20));
        }
        using (new ForcedChoice(ladder, new KernelChoice(1)))
            Assert.That(check.Run(accumulates, loaded)!.On, Is.EqualTo("itself against variant 2 shared"));
    }

    private static OperationInstance Gemm => CaseCatalog.Find("Gemm").Parse("m5n9k7");

    private static CaseTimer Timer(IBackend backend, bool cold) =>
        new(backend) { Duration = TimeSpan.FromMilliseconds(10), WarmUp = TimeSpan.FromMilliseconds(1), Cold = cold };
}
