using JaccardKernels.Cli.Training;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Learning;

/// <summary>Images held out: how they are drawn and measured, which weights a run keeps, and when it ends.</summary>
public sealed class ValidationTests
{
    // A rate that does not depend on the number of steps, so that a run of 8 steps is the beginning of a run of 22.
    private static readonly TrainingOptions s_options = TinyRun.Options with { Validation = 0.25f, ValidateEvery = 4, Patience = 2, RateDrops = [1000] };

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase(true)]
    [TestCase(false)]
    public void TheBestWeightsAreKeptAndTheRunEndsWhenNothingIsBetter(bool frozen)
    {
        TrainingOptions options = frozen ? s_options : s_options with { PretrainingEpochs = 0, FreezeBackbone = false };
        IReadOnlyList<TrainingMetrics> steps = Run("long", options, .1, .3, .2, .3, .9);
        IReadOnlyList<TrainingMetrics> shortSteps = Run("short", options with { Steps = 8 }, .1, .2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(steps, Has.Count.EqualTo(16), "the second measurement in a row that is no better ends it");
            Assert.That(
                steps.Where(m => !float.IsNaN(m.Validation)).Select(m => (m.Step, m.Validation)), Is.EqualTo(new[] { (4, .1f), (8, .3f), (12, .2f), (16, .3f) }));
            Assert.That(steps.Take(8).Select(m => m.Loss), Is.EqualTo(shortSteps.Select(m => m.Loss)));
            Assert.That(File.ReadAllBytes(Model("long")).AsSpan().SequenceEqual(File.ReadAllBytes(Model("short"))), Is.True, "the weights after step 8");
            Assert.That(Selection.OfModel(Model("long")), Is.EqualTo("validation images, mAP@0.5 .300 after step 8"));
        }
        byte[] chosen = File.ReadAllBytes(Model("long"));
        File.Delete(Model("long"));
        Assert.That(Run("long", options), Has.Count.EqualTo(16), "resumed, it has nothing left to do");
        Assert.That(File.ReadAllBytes(Model("long")).AsSpan().SequenceEqual(chosen), Is.True);
    }

    [Test]
    public void WithoutPatienceItTrainsToTheLastStepAndMeasuresThatToo()
    {
        IReadOnlyList<TrainingMetrics> steps = Run("long", s_options with { Patience = 0 }, .5, .4, .3, .2, .1, .6);
        Assert.That(steps, Has.Count.EqualTo(22));
        Assert.That(steps[^1].Validation, Is.EqualTo(.6f));
        Run("plain", s_options with { Patience = 0, ValidateEvery = 22 }, .1);
        Assert.That(File.ReadAllBytes(Model("long")).AsSpan().SequenceEqual(File.ReadAllBytes(Model("plain"))), Is.True, "the last step was the best");
    }

    [Test]
    public void AMeasurementThatFailsIsNoStepDone()
    {
        TrainingOptions options = s_options with { Patience = 0 };
        double[] values = [.1, .3, .2, .1, .1, .2];
        Run("whole", options, values);
        // The measurement after step 8 fails: the last state saved is that after step 4.
        Assert.That(() => Run("parts", options, .1), Throws.TypeOf<InvalidDataException>());
        SafetensorsFile checkpoint = SafetensorsFile.Read(new RunFolder(_folder["parts"]).Checkpoint);
        Assert.That(checkpoint.Metadata["done"], Is.EqualTo("4"));
        Run("parts", options, values[1..]);
        TinyRun.Result(_folder["parts"]).AssertSame(TinyRun.Result(_folder["whole"]));
    }

    [Test]
    public void ImagesHeldOutAreAThirdOfTheSetAndAreNotTrainedOn()
    {
        SyntheticImages set = TinyRun.Scenes();
        TrainingOptions options = TinyRun.Options with { Validation = 1 / 3f };
        ValidationSplit split = ValidationSplit.Of(set, options), again = ValidationSplit.Of(set, options), other = ValidationSplit.Of(set, options with { Seed = 6 });
        string[] train = Ids(split.Train), held = Ids(split.HeldOut!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((train.Length, held.Length), Is.EqualTo((32, 16)));
            Assert.That(train.Concat(held).Order(), Is.EqualTo(Ids(set).Order()), "every image is in one part");
            Assert.That(Ids(again.HeldOut!), Is.EqualTo(held));
            Assert.That(Ids(other.HeldOut!), Is.Not.EqualTo(held));
            for (int i = 0; i < held.Length; i++)
            {
                int index = int.Parse(held[i].Split('/')[1], System.Globalization.CultureInfo.InvariantCulture);
                Assert.That(split.HeldOut!.Labels(i).ToArray(), Is.EqualTo(set.Labels(index).ToArray()));
                Assert.That(Pixels(split.HeldOut, i), Is.EqualTo(Pixels(set, index)));
            }
        }
        Assert.That(ValidationSplit.Of(set, TinyRun.Options).HeldOut, Is.Null);
    }

    [Test]
    public void TheRateFallsToATenthAtEveryDrop()
    {
        IReadOnlyList<TrainingMetrics> steps = Run("run", TinyRun.Options with { Rate = 1e-3f, RateDrops = [5, 20] });
        Assert.That(
            steps.Select(m => m.Rate), Is.EqualTo(Enumerable.Range(0, 22).Select(step => step < 5 ? 1e-3f : step < 20 ? 1e-4f : 1e-5f)).Within(1e-9f));
    }

    [Test]
    public void TheMeasureIsTheMeanAveragePrecisionOfEachAmongTheOthers()
    {
        const int Count = 40, Dimensions = 3, Classes = 4;
        var random = new Random(7);
        float[] embeddings = [.. Enumerable.Range(0, Count * Dimensions).Select(_ => random.NextSingle())];
        int[] counts = [.. Enumerable.Range(0, Count * Classes).Select(_ => random.Next(3))];
        using var backend = new HostBackend(2);
        double value = new ValidationMeasure(2).Of(backend, embeddings, new LabelMatrix(counts, Classes));
        List<double> precisions = [];
        for (int query = 0; query < Count; query++)
        {
            int[] ranked = [.. Enumerable.Range(0, Count).Where(i => i != query).OrderBy(i => Distance(query, i))];
            int found = 0;
            double sum = 0;
            for (int rank = 0; rank < ranked.Length; rank++)
                if (Jaccard(query, ranked[rank]) > .5) sum += ++found / (rank + 1.0);
            if (found > 0) precisions.Add(sum / found);
        }
        Assert.That(precisions, Has.Count.InRange(10, Count - 1), "some queries have nothing relevant");
        Assert.That(value, Is.EqualTo(precisions.Average()).Within(1e-12));

        double Distance(int a, int b) =>
            Enumerable.Range(0, Dimensions).Sum(d => Math.Pow((double)embeddings[a * Dimensions + d] - embeddings[b * Dimensions + d], 2));

        double Jaccard(int a, int b)
        {
            int low = 0, high = 0;
            for (int c = 0; c < Classes; c++)
            {
                low += Math.Min(counts[a * Classes + c], counts[b * Classes + c]);
                high += Math.Max(counts[a * Classes + c], counts[b * Classes + c]);
            }
            return high == 0 ? 1 : (double)low / high;
        }
    }

    [Test]
    public void WhatCannotBeMeasuredIsRefused()
    {
        using var backend = new HostBackend(1);
        Assert.That(
            () => new ValidationMeasure(1).Of(backend, [1, 2], new LabelMatrix([1, 0, 0, 1], 2)),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("no two of the 2 images").And.Message.Contains("hold out more"));
        Assert.That(
            () => ValidationSplit.Of(TinyRun.Scenes(10), TinyRun.Options with { Validation = .1f }),
            Throws.ArgumentException.With.Message.Contains("validation is 0.1; of the 10 images of tiny scenes that holds out 1"));
        Assert.That(
            () => new Trainer(backend, TinyRun.Data(), s_options, new RunFolder(_folder["none"])),
            Throws.ArgumentException.With.Message.Contains("validation is 0.25"));
        Assert.That(Directory.Exists(_folder["none"]), Is.False, "nothing was written");
    }

    // The steps of the embedding; the measure says one number after the other.
    private IReadOnlyList<TrainingMetrics> Run(string name, TrainingOptions options, params double[] values)
    {
        using var backend = new HostBackend(1);
        var folder = new RunFolder(_folder[name]);
        using EmbeddingModel? model = new Trainer(backend, TinyRun.Data(), options, folder, measure: new Script(values))
            .Run(resume: File.Exists(folder.Options), CancellationToken.None);
        Assert.That(model, Is.Not.Null);
        Assert.That(Directory.EnumerateFiles(folder.Path, "features*"), Is.Empty, "they served to resume");
        return [.. folder.ReadMetrics().Where(m => m.Phase == "embedding")];
    }

    private string Model(string name) => new RunFolder(_folder[name]).Model;

    private static string[] Ids(IImageSet set) => [.. Enumerable.Range(0, set.Count).Select(set.Id)];

    private static float[] Pixels(IImageSet set, int index)
    {
        var pixels = new float[set.Channels * set.Height * set.Width];
        set.Load(index, 0, pixels);
        return pixels;
    }

    private sealed class Script(double[] values) : IValidationMeasure
    {
        private int _next;

        public string Name => "script";

        public double Of(IBackend backend, float[] embeddings, LabelMatrix labels)
        {
            Assert.That(labels.Count, Is.EqualTo(12), "a quarter of 48 images");
            // Asked once for what the labels rule out, before anything is trained.
            if (embeddings.Length == labels.Count) return 0;
            Assert.That(embeddings, Has.Length.EqualTo(12 * 16));
            return _next < values.Length ? values[_next++] : throw new InvalidDataException("the script is at its end.");
        }
    }
}
