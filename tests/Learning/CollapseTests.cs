using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Learning;

/// <summary>The two ways in which an embedding dies, and that they are told.</summary>
public sealed class CollapseTests
{
    private HostBackend _backend = null!;

    [SetUp]
    public void SetUp() => _backend = new HostBackend(2);

    [TearDown]
    public void TearDown() => _backend.Dispose();

    [Test]
    public void ACollapseIsTold()
    {
        TrainingOptions options = TinyRun.Unfrozen with { Decay = 0, Reduction = TripletReduction.MeanOfAll };
        using ParameterStore parameters = TinyRun.Parameters(_backend, options);
        using (EmbeddingPhase healthy = TinyRun.Phase(_backend, parameters, options)) Assert.That(healthy.Step().Collapsed, Is.False);
        SetHead(parameters, 0);
        float[][] before = Weights(parameters);
        using (EmbeddingPhase phase = TinyRun.Phase(_backend, parameters, options))
        {
            TrainingMetrics metrics = phase.Step();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(metrics.Collapsed, Is.True);
                Assert.That(metrics.Active, Is.EqualTo(metrics.Triplets).And.GreaterThan(0));
                Assert.That(metrics.Variance, Is.Zero);
                Assert.That(metrics.PositiveDistance, Is.Zero);
                Assert.That(metrics.NegativeDistance, Is.Zero);
                Assert.That(metrics.Loss, Is.EqualTo(Plateau(options, metrics.Triplets)).Within(1e-5),
                    "the plateau: margin times the mean of J_ap - J_an");
            }
        }
        Assert.That(Weights(parameters), Is.EqualTo(before), "the collapsed point has no gradient");
    }

    [TestCase(LossKind.LogRatio)]
    [TestCase(LossKind.PairwiseSimilarity)]
    [TestCase(LossKind.OrthogonalTargets)]
    public void ALossWithoutTripletsTellsACollapseByTheVariance(LossKind loss)
    {
        TrainingOptions options = TinyRun.Unfrozen with { Loss = loss };
        using ParameterStore parameters = TinyRun.Parameters(_backend, options);
        using (EmbeddingPhase healthy = TinyRun.Phase(_backend, parameters, options)) Assert.That(healthy.Step().Collapsed, Is.False);
        SetHead(parameters, 0);
        using EmbeddingPhase phase = TinyRun.Phase(_backend, parameters, options);
        TrainingMetrics metrics = phase.Step();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(metrics.Collapsed, Is.True);
            Assert.That(metrics.Triplets, Is.Zero);
            Assert.That(metrics.PositiveDistance, Is.NaN);
            Assert.That(metrics.NegativeDistance, Is.NaN);
            Assert.That(metrics.IsFinite, Is.True);
        }
    }

    [Test]
    public void SaturationIsMeasuredAndTold()
    {
        TrainingOptions options = TinyRun.Unfrozen;
        using ParameterStore parameters = TinyRun.Parameters(_backend, options);
        using (EmbeddingPhase healthy = TinyRun.Phase(_backend, parameters, options))
        {
            TrainingMetrics metrics = healthy.Step();
            Assert.That(metrics.Saturated, Is.False);
            Assert.That(metrics.Saturation, Is.LessThan(0.5f));
        }
        SetHead(parameters, 10);
        using EmbeddingPhase phase = TinyRun.Phase(_backend, parameters, options);
        TrainingMetrics saturated = phase.Step();
        Assert.That(saturated.Saturation, Is.EqualTo(1));
        Assert.That(saturated.Saturated, Is.True);
    }

    [TestCase(0.5f, 0)]
    [TestCase(0.98f, 0)]
    [TestCase(-0.995f, 0.25f)]
    public void SaturationIsAShareOfElements(float element, float expected)
    {
        EmbeddingSpread spread = EmbeddingSpread.Of([0, element, 0.5f, -0.5f], 2);
        Assert.That(spread.Saturation, Is.EqualTo(expected));
        // Of (0, 0.5) and of (element, -0.5).
        double half = (element + 0.5) / 2;
        Assert.That(spread.Variance, Is.EqualTo((0.25 * 0.25 + half * half) / 2).Within(1e-6));
    }

    // Weights of the last layer 0, its biases as given.
    private static void SetHead(ParameterStore parameters, float bias)
    {
        for (int i = 0; i < parameters.Count; i++)
        {
            ParameterSpec spec = parameters.Spec(i);
            if (!spec.Name.StartsWith("embedding", StringComparison.Ordinal)) continue;
            parameters.Upload(i, [.. Enumerable.Repeat(spec.IsBias ? bias : 0f, spec.Length)]);
        }
    }

    // Of the batch that the phase's first step takes, by definition.
    private static double Plateau(TrainingOptions options, long triplets)
    {
        SyntheticImages scenes = TinyRun.Scenes();
        int[] batch = new int[options.Batch];
        new ShuffledSchedule(scenes.Count, options.Batch, options.Seed, options.Augment).Fill(0, batch, new ulong[options.Batch]);
        double sum = 0;
        long found = 0;
        for (int a = 0; a < batch.Length; a++)
        {
            for (int p = 0; p < batch.Length; p++)
            {
                for (int n = 0; n < batch.Length; n++)
                {
                    if (a == p || a == n || p == n) continue;
                    double difference = Similarity(batch[a], batch[p]) - Similarity(batch[a], batch[n]);
                    if (difference <= options.Delta + 1e-6) continue;
                    sum += difference;
                    found++;
                }
            }
        }
        Assert.That(found, Is.EqualTo(triplets));
        return options.EffectiveMargin * sum / found;

        double Similarity(int i, int j)
        {
            int least = 0, most = 0;
            for (int c = 0; c < 4; c++)
                (least, most) =
                    (least + Math.Min(scenes.Labels(i)[c], scenes.Labels(j)[c]), most + Math.Max(scenes.Labels(i)[c], scenes.Labels(j)[c]));
            return most == 0 ? 0 : (double)least / most;
        }
    }

    private static float[][] Weights(ParameterStore parameters) =>
        [.. Enumerable.Range(0, parameters.Count).Where(parameters.Trains).Select(parameters.Download)];
}
