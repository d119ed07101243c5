using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Host;

/// <summary>Memory of the host backend: alignment, lifetime, and what is refused.</summary>
[TestFixture]
public class HostBackendTests
{
    [Test]
    public void MemoryComesZeroedAndGoesBothWays()
    {
        using var backend = new HostBackend(1);
        using DeviceBuffer buffer = backend.Allocate<int>(1000);
        int[] back = new int[1000];
        backend.Download(buffer.As<int>(), back);
        Assert.That(back, Is.All.Zero);
        int[] values = [.. Enumerable.Range(1, 10)];
        backend.Upload<int>(values, buffer.Slice<int>(64, 10));
        backend.Download(buffer.As<int>(), back);
        Assert.That(back, Is.EqualTo(Enumerable.Repeat(0, 16).Concat(values).Concat(Enumerable.Repeat(0, 974))));
    }

    [Test]
    public void MoreThanThereIsIsRefusedWithBothNumbers()
    {
        using var backend = new HostBackend(1);
        long bytes = backend.Info.MemoryBytes + 1;
        Assert.That(
            () => backend.Allocate(bytes),
            Throws.TypeOf<InsufficientMemoryException>().With.Message.Contains($"{bytes}").And.Message.Contains($"{backend.Info.MemoryBytes}"));
    }

    [Test]
    public void DisposedMemoryIsRefused()
    {
        using var backend = new HostBackend(1);
        DeviceBuffer buffer = backend.Allocate<float>(4);
        DeviceSpan<float> slice = buffer.As<float>();
        buffer.Dispose();
        buffer.Dispose();
        Assert.That(() => backend.Fill(new ElementwiseProblem(4), 1, slice), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void LengthsThatDifferAreNamed()
    {
        using var backend = new HostBackend(1);
        using DeviceBuffer buffer = backend.Allocate<float>(4);
        Assert.That(() => backend.Upload<float>(new float[5], buffer.As<float>()), Throws.ArgumentException.With.Message.Contains("5 elements"));
        Assert.That(
            () => backend.Fill(new ElementwiseProblem(5), 1, buffer.As<float>()),
            Throws.ArgumentException.With.Message.Contains("4 elements; the problem needs 5"));
    }

    [Test]
    public void ACallAllocatesNothingOnceWarm()
    {
        using var backend = new HostBackend(2);
        var triplets = new BatchAllTripletProblem(33, 20, 15, 0.1f);
        var search = new HammingProblem(3, 500, 64, 10);
        var similar = new SimilarityTopKProblem(SimilarityKind.MultisetJaccard, 3, 150, 20, 10);
        using DeviceBuffer floats = backend.Allocate<float>(4096), integers = backend.Allocate<int>(4096), words = backend.Allocate<ulong>(4096);
        Call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Call();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Call()
        {
            backend.Fill(new ElementwiseProblem(4096), 0.5f, floats.As<float>());
            backend.BatchAllTripletLoss(
                triplets, floats.Slice<float>(0, 660), floats.Slice<float>(2640, 1089),
                floats.Slice<float>(6996, 660), floats.Slice<float>(9636, 3), words.Slice<long>(0, 2));
            backend.LogRatioLoss(
                new LogRatioProblem(33, 20), floats.Slice<float>(0, 660), floats.Slice<float>(2640, 1089), floats.Slice<float>(6996, 660),
                floats.Slice<float>(9636, 1));
            backend.PairwiseSimilarityLoss(
                new PairwiseSimilarityProblem(33, 20), floats.Slice<float>(0, 660), floats.Slice<float>(2640, 1089), floats.Slice<float>(6996, 660),
                floats.Slice<float>(9636, 1));
            backend.CosineCrossEntropy(
                new CosineCrossEntropyProblem(33, 20, 5), floats.Slice<float>(0, 660), floats.Slice<float>(2640, 100), integers.Slice<int>(0, 165),
                floats.Slice<float>(6996, 660), floats.Slice<float>(9636, 1));
            backend.HammingTopK(
                search, words.Slice<ulong>(0, 3), words.Slice<ulong>(24, 500), integers.Slice<int>(0, 30), integers.Slice<int>(120, 30));
            backend.CountSimilarityTopK(
                similar, integers.Slice<int>(0, 60), integers.Slice<int>(240, 3000), floats.Slice<float>(0, 30), integers.Slice<int>(13000, 30),
                integers.Slice<int>(13200, 3));
            backend.SoftmaxCrossEntropy(
                new SoftmaxCrossEntropyProblem(20, 10), floats.Slice<float>(0, 200), integers.Slice<int>(0, 20),
                floats.Slice<float>(800, 1), floats.Slice<float>(804, 200));
        }
    }
}
