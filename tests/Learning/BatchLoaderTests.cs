using JaccardKernels.Learning;

namespace JaccardKernels.Tests.Learning;

public sealed class BatchLoaderTests
{
    private const int Side = 6, Pixels = 3 * Side * Side;

    [TestCase(1, 1)]
    [TestCase(1, 3)]
    [TestCase(4, 2)]
    [TestCase(7, 5)]
    public void BatchesComeInOrderWhateverTheThreads(int threads, int depth)
    {
        SyntheticImages set = Set(25);
        // Some images take longer, so that threads overtake each other.
        set.OnLoad = index => Thread.SpinWait(index % 5 == 0 ? 20_000 : 10);
        var schedule = new ShuffledSchedule(25, 4, seed: 3, augment: true);
        using var loader = new BatchLoader(set, new ShuffledSchedule(25, 4, seed: 3, augment: true), 2, 20, threads, depth);
        var expected = new float[Pixels];
        int[] indices = new int[4];
        ulong[] keys = new ulong[4];
        for (int step = 2; step < 20; step++)
        {
            ImageBatch batch = loader.Next();
            schedule.Fill(step, indices, keys);
            Assert.That((batch.Step, batch.Indices), Is.EqualTo((step, indices)));
            for (int i = 0; i < 4; i++)
            {
                set.Load(indices[i], keys[i], expected);
                Assert.That(batch.Pixels.AsSpan(i * Pixels, Pixels).SequenceEqual(expected), Is.True, $"step {step}, image {i}");
            }
        }
        Assert.That(loader.Next, Throws.TypeOf<InvalidOperationException>().With.Message.Contains("step 20"));
    }

    [TestCase(1)]
    [TestCase(4)]
    public void AFailureSurfacesInItsBatch(int threads)
    {
        SyntheticImages set = Set(20);
        set.OnLoad = index =>
        {
            // The later image of the batch fails first.
            if (index == 9) Thread.Sleep(20);
            if (index is 9 or 11) throw new InvalidDataException($"image {index} is damaged.");
        };
        using var loader = new BatchLoader(set, new SequentialSchedule(20, 4), 0, 5, threads, depth: 4);
        for (int step = 0; step < 2; step++) Assert.That(loader.Next().Step, Is.EqualTo(step));
        for (int attempt = 0; attempt < 2; attempt++)
            Assert.That(loader.Next, Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("image 9 is damaged."));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    public void DisposedEarlyItEnds(int taken)
    {
        SyntheticImages set = Set(64);
        set.OnLoad = _ => Thread.Sleep(1);
        var loader = new BatchLoader(set, new SequentialSchedule(64, 8), 0, 8, threads: 3);
        for (int i = 0; i < taken; i++) loader.Next();
        Assert.That(Task.Run(loader.Dispose).Wait(TimeSpan.FromSeconds(20)), Is.True, "the loader hangs");
    }

    [Test]
    public void DisposedWhenAllIsLoadedItEnds()
    {
        SyntheticImages set = Set(64);
        int loads = 0;
        set.OnLoad = _ => Interlocked.Increment(ref loads);
        var loader = new BatchLoader(set, new SequentialSchedule(64, 8), 0, 8, threads: 2, depth: 2);
        // Two batches fit; after them the threads wait for room.
        Assert.That(SpinWait.SpinUntil(() => Volatile.Read(ref loads) == 16, TimeSpan.FromSeconds(20)), Is.True);
        Assert.That(Task.Run(loader.Dispose).Wait(TimeSpan.FromSeconds(20)), Is.True, "the loader hangs");
        Assert.That(loads, Is.EqualTo(16));
    }

    [Test]
    public void TryNextTakesOnlyWhatIsThere()
    {
        SyntheticImages set = Set(12);
        using var gate = new ManualResetEventSlim();
        set.OnLoad = index =>
        {
            if (index is >= 4 and < 8) gate.Wait();
            if (index == 9) throw new InvalidDataException("image 9 is damaged.");
        };
        using var loader = new BatchLoader(set, new SequentialSchedule(12, 4), 0, 3, threads: 2);
        Assert.That(loader.Next().Step, Is.Zero);
        Assert.That(loader.TryNext(out _), Is.False, "it waits for the gate");
        gate.Set();
        ImageBatch batch = default;
        Assert.That(SpinWait.SpinUntil(() => loader.TryNext(out batch), TimeSpan.FromSeconds(20)), Is.True);
        Assert.That((batch.Step, batch.Indices), Is.EqualTo((1, new[] { 4, 5, 6, 7 })));
        Assert.That(loader.Next, Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("image 9 is damaged."));
        Assert.That(loader.TryNext(out _), Is.False, "it failed");
        Assert.That(loader.Next, Throws.TypeOf<InvalidDataException>());
    }

    [Test]
    public void TryNextEndsWithTheLastStep()
    {
        using var loader = new BatchLoader(Set(8), new SequentialSchedule(8, 4), 0, 2);
        loader.Next();
        Assert.That(SpinWait.SpinUntil(() => loader.TryNext(out _), TimeSpan.FromSeconds(20)), Is.True);
        Assert.That(loader.TryNext(out _), Is.False);
        Assert.That(loader.Next, Throws.TypeOf<InvalidOperationException>());
    }

    private static SyntheticImages Set(int count) => new("images", count, Side, seed: 8);
}
