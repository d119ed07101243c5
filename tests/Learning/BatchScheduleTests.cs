using JaccardKernels.Learning;

namespace JaccardKernels.Tests.Learning;

public sealed class BatchScheduleTests
{
    [TestCase(10, 4)]
    [TestCase(7, 7)]
    [TestCase(5, 12)]
    public void AShuffledScheduleCoversEveryEpochExactlyOnce(int count, int batch)
    {
        var schedule = new ShuffledSchedule(count, batch, seed: 2, augment: true);
        int steps = 6 * count / Math.Min(count, batch) + 1;
        (int[] Indices, ulong[] Keys)[] all = [.. Enumerable.Range(0, steps).Select(step => Fill(schedule, step))];
        int[][] epochs = [.. all.SelectMany(step => step.Indices).Chunk(count).Where(epoch => epoch.Length == count)];
        Assert.That(epochs, Has.Length.GreaterThan(4));
        using (Assert.EnterMultipleScope())
        {
            foreach (int[] epoch in epochs) Assert.That(epoch, Is.EquivalentTo(Enumerable.Range(0, count)));
            Assert.That(epochs.Select(epoch => string.Join(' ', epoch)).Distinct().Count(), Is.GreaterThan(epochs.Length - 2),
                "epochs differ in their order");
            Assert.That(all.SelectMany(step => step.Keys), Is.Unique.And.All.Not.Zero);
            // A pure function of the step: a run can resume anywhere.
            foreach (int step in new[] { steps - 1, 0, steps / 2 })
                Assert.That(Fill(new ShuffledSchedule(count, batch, 2, augment: true), step), Is.EqualTo(all[step]));
            Assert.That(Fill(new ShuffledSchedule(count, batch, 2, augment: false), 1).Keys, Is.All.Zero);
            Assert.That(Fill(new ShuffledSchedule(count, batch, 2, augment: false), 1).Indices, Is.EqualTo(all[1].Indices));
        }
    }

    [Test]
    public void ASequentialScheduleEndsWithTheLastImageRepeated()
    {
        var schedule = new SequentialSchedule(7, 3);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(schedule.Batches, Is.EqualTo(3));
            Assert.That(Fill(schedule, 1).Indices, Is.EqualTo(new[] { 3, 4, 5 }));
            Assert.That(Fill(schedule, 2).Indices, Is.EqualTo(new[] { 6, 6, 6 }));
            Assert.That(Fill(schedule, 2).Keys, Is.All.Zero);
            Assert.That(Fill(new SequentialSchedule(7, 3, variant: 1), 0).Keys, Is.Unique.And.All.Not.Zero);
            Assert.That(Fill(new SequentialSchedule(7, 3, variant: 1), 0).Keys,
                Is.Not.EqualTo(Fill(new SequentialSchedule(7, 3, variant: 2), 0).Keys));
        }
    }

    [Test]
    public void AMinedListIsGoneThroughInOrderAndWrapped()
    {
        int[] triplets = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
        var schedule = new TripletSchedule(new MinedTriplets(triplets, [0, 1, 2, 3, 4], 1), 2, firstStep: 10, seed: 1, augment: false);
        var margins = new float[2];
        schedule.FillMargins(12, margins);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((schedule.BatchSize, schedule.StepsPerPass), Is.EqualTo((6, 2)));
            // Anchors, then positives, then negatives.
            Assert.That(Fill(schedule, 10).Indices, Is.EqualTo(new[] { 0, 3, 1, 4, 2, 5 }));
            Assert.That(Fill(schedule, 12).Indices, Is.EqualTo(new[] { 12, 0, 13, 1, 14, 2 }));
            Assert.That(margins, Is.EqualTo(new[] { 4f, 0f }));
        }
    }

    private static (int[] Indices, ulong[] Keys) Fill(IBatchSchedule schedule, int step)
    {
        (int[] indices, ulong[] keys) = (new int[schedule.BatchSize], new ulong[schedule.BatchSize]);
        schedule.Fill(step, indices, keys);
        return (indices, keys);
    }
}
