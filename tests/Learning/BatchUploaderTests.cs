using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Tests.Learning;

/// <summary>Batches that travel ahead are those that would have come anyway, and failures surface in their own step.</summary>
public sealed class BatchUploaderTests
{
    private const int Side = 6, Pixels = 3 * Side * Side, Batch = 4;

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public void BatchesComeInOrderHoweverOftenOneIsSentAhead(int prefetches)
    {
        var set = new SyntheticImages("images", 24, Side, seed: 8);
        using var backend = new HostBackend(1);
        using DeviceBuffer input = backend.Allocate<float>(Batch * Pixels);
        var loader = new BatchLoader(set, new SequentialSchedule(24, Batch), 0, 6, threads: 2);
        using var batches = new BatchUploader(backend, loader, Batch, Pixels);
        float[] uploaded = new float[Batch * Pixels], expected = new float[Pixels];
        for (int step = 0; step < 6; step++)
        {
            int[] indices = batches.Next(input.As<float>());
            for (int i = 0; i < prefetches; i++)
            {
                Thread.Sleep(2);
                batches.Prefetch();
            }
            Assert.That(indices, Is.EqualTo(Enumerable.Range(Batch * step, Batch)), "they are valid until the next call of Next");
            backend.Download(input.As<float>(), uploaded.AsSpan());
            for (int i = 0; i < Batch; i++)
            {
                set.Load(indices[i], 0, expected);
                Assert.That(uploaded.AsSpan(i * Pixels, Pixels).SequenceEqual(expected), Is.True, $"step {step}, image {i}");
            }
        }
        Assert.That(() => batches.Next(input.As<float>()), Throws.InvalidOperationException);
    }

    [Test]
    public void AFailureSurfacesInItsOwnStep()
    {
        var set = new SyntheticImages("images", 12, Side, seed: 8)
        {
            OnLoad = index =>
            {
                if (index == 5) throw new InvalidDataException("image 5 is damaged.");
            },
        };
        using var backend = new HostBackend(1);
        using DeviceBuffer input = backend.Allocate<float>(Batch * Pixels);
        using var batches = new BatchUploader(backend, new BatchLoader(set, new SequentialSchedule(12, Batch), 0, 3), Batch, Pixels);
        batches.Next(input.As<float>());
        Thread.Sleep(20);
        Assert.That(batches.Prefetch, Throws.Nothing);
        Assert.That(() => batches.Next(input.As<float>()), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("image 5 is damaged."));
    }
}
