using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Learning;

public class QuantizationTermsTests
{
    private const int Rows = 6, D = 16;

    [Test]
    public void BinarisingPullsToTheSigns()
    {
        TrainingOptions options = TinyRun.Named("binarise");
        float[] embeddings = Draw(Rows, 1);
        (float loss, float[] gradient) = Add(options, [], embeddings);
        double expected = 0;
        for (int i = 0; i < embeddings.Length; i++)
        {
            double sign = embeddings[i] < 0 ? -1 : 1;
            expected += Math.Pow(Math.Abs(embeddings[i]) - 1, 2);
            Assert.That(gradient[i], Is.EqualTo(1 + 2 * 0.5 * (embeddings[i] - sign) / Rows).Within(1e-6));
        }
        Assert.That(loss, Is.EqualTo(0.5 * expected / Rows).Within(1e-5));
    }

    [Test]
    public void CompositeCodesAreLearnedFromAllAndPullTheBatch()
    {
        TrainingOptions options = TinyRun.Named("quantize");
        float[] all = Draw(400, 2), embeddings = Draw(Rows, 3);
        (float before, float[] unchanged) = Add(options, [], embeddings);
        Assert.That((before, unchanged), Is.EqualTo((0f, Enumerable.Repeat(1f, Rows * D).ToArray())), "nothing is learned yet");
        (float loss, float[] gradient) = Add(options, all, embeddings);
        using var backend = new HostBackend(1);
        Quantizer quantizer = QuantizerSpec.Parse("composite:16").Train(backend, all, D, options.Seed);
        float[] targets = quantizer.Codebooks.Reconstruct(quantizer.Encode(backend, embeddings));
        double expected = 0;
        for (int i = 0; i < embeddings.Length; i++)
        {
            double difference = embeddings[i] - targets[i];
            expected += difference * difference;
            Assert.That(gradient[i], Is.EqualTo(1 + 2 * 0.1 * difference / Rows).Within(1e-6));
        }
        Assert.That(loss, Is.EqualTo(0.1 * expected / Rows).Within(1e-5).And.GreaterThan(0));
    }

    [TestCase(0, false)]
    [TestCase(5, false)]
    [TestCase(6, true)]
    [TestCase(12, true)]
    public void CodesAreLearnedEverySoManySteps(int step, bool learns)
    {
        using var backend = new HostBackend(1);
        using var terms = new QuantizationTerms(backend, TinyRun.Named("quantize"), Rows);
        Assert.That(terms.LearnsBefore(step), Is.EqualTo(learns));
    }

    [Test]
    public void BinarisedTrainingEndsNearerToTheSigns()
    {
        using var folder = new TemporaryFolder();
        double plain = Distance("plain", TinyRun.Options with { Steps = 80 });
        double binarised = Distance("binarised", TinyRun.Named("binarise") with { Steps = 80, Binarise = 5 });
        TestContext.Out.WriteLine($"mean (|e| - 1)^2: {plain} and {binarised}");
        Assert.That(binarised, Is.LessThan(0.8 * plain));

        double Distance(string name, TrainingOptions options)
        {
            TinyRun.Train(folder[name], options);
            using var backend = new HostBackend(1);
            using EmbeddingModel model = EmbeddingModel.Load(backend, new RunFolder(folder[name]).Model);
            return model.Embed(TinyRun.Scenes()).Average(value => Math.Pow(Math.Abs((double)value) - 1, 2));
        }
    }

    [TestCase("{ \"binarise\": -1 }", "binarise is -1; the range is 0 to 1000000.")]
    [TestCase("{ \"quantizeBits\": 12 }", "quantizeBits is 12; for 64 dimensions it is a multiple of 8 from 0 to 512.")]
    [TestCase(
        "{ \"quantizeBits\": 24, \"network\": { \"dimensions\": 128 } }", "quantizeBits is 24; for 128 dimensions it is a multiple of 16 from 0 to 512.")]
    [TestCase("{ \"quantizeEvery\": 0 }", "quantizeEvery is 0; the least is 1.")]
    public void OptionsOutOfRangeAreNamed(string json, string message) =>
        Assert.That(() => TrainingOptions.Parse(json, "options").Validate(), Throws.ArgumentException.With.Message.EqualTo(message));

    // The gradient begins as ones.
    private static (float Loss, float[] Gradient) Add(TrainingOptions options, float[] all, float[] embeddings)
    {
        using var backend = new HostBackend(1);
        using var terms = new QuantizationTerms(backend, options, Rows);
        if (all.Length > 0) terms.Learn(all);
        using DeviceBuffer e = backend.Allocate<float>(embeddings.Length), g = backend.Allocate<float>(embeddings.Length);
        backend.Upload<float>(embeddings, e.As<float>());
        backend.Upload<float>(Enumerable.Repeat(1f, embeddings.Length).ToArray(), g.As<float>());
        float loss = terms.Add(e.As<float>(), g.As<float>());
        var gradient = new float[embeddings.Length];
        backend.Download(g.As<float>(), gradient.AsSpan());
        return (loss, gradient);
    }

    private static float[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count * D).Select(_ => random.NextSingle() * 2 - 1)];
    }
}
