using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Learning;

public sealed class TripletObjectiveTests
{
    private HostBackend _backend = null!;

    [SetUp]
    public void SetUp() => _backend = new HostBackend(2);

    [TearDown]
    public void TearDown() => _backend.Dispose();

    [TestCase(OptimizerKind.Adam)]
    [TestCase(OptimizerKind.MomentumSgd)]
    public void WithoutATripletNothingMoves(OptimizerKind optimizer)
    {
        // No similarity exceeds another by more than 1.
        TrainingOptions options = TinyRun.Unfrozen with { Delta = 1, Decay = 0, Rate = 0.1f, Optimizer = optimizer };
        using ParameterStore parameters = Parameters(options);
        float[][] before = Weights(parameters);
        using (EmbeddingPhase phase = Phase(parameters, options))
        {
            TrainingMetrics metrics = phase.Step();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(metrics.Loss, Is.Zero);
                Assert.That(metrics.Triplets, Is.Zero);
                Assert.That(metrics.ActiveShare, Is.Zero);
                Assert.That(metrics.Rate, Is.EqualTo(0.1f));
                Assert.That(metrics.Variance, Is.GreaterThan(0));
                Assert.That(metrics.Collapsed, Is.False);
            }
        }
        Assert.That(Weights(parameters), Is.EqualTo(before));
    }

    [TestCase(TripletReduction.MeanOfAll)]
    [TestCase(TripletReduction.MeanOfActive)]
    public void WithoutAnActiveTripletLossAndGradientAreZero(TripletReduction reduction)
    {
        // Two points far apart: anchors and positives on one, the negative on the other; d_an - d_ap = 4 D exceeds every margin.
        const int D = 8;
        float[] embeddings = [.. Enumerable.Repeat(1f, 2 * D), .. Enumerable.Repeat(-1f, D)];
        using DeviceBuffer x = Upload(embeddings), triplets = Upload(0, 1, 2, 1, 0, 2), margins = Upload(30f, 1f),
            similarity = Upload(1f, 1f, 0f, 1f, 1f, 0f, 0f, 0f, 1f);
        using DeviceBuffer gradient = Upload([.. Enumerable.Repeat(float.NaN, 3 * D)]);
        using var objective = new TripletObjective(_backend);
        var mined = new TripletProblem(3, D, 2, reduction);
        var all = new BatchAllTripletProblem(3, D, 30, 0.1f, reduction);
        AssertAtRest(objective.Mined(mined, Floats(x, 3 * D), triplets.Slice<int>(0, 6), Floats(margins, 2), Floats(gradient, 3 * D)));
        _backend.Upload<float>([.. Enumerable.Repeat(float.NaN, 3 * D)], Floats(gradient, 3 * D));
        AssertAtRest(objective.BatchAll(all, Floats(x, 3 * D), Floats(similarity, 9), Floats(gradient, 3 * D)));

        void AssertAtRest(TripletReport report)
        {
            var values = new float[3 * D];
            _backend.Download(Floats(gradient, 3 * D), values.AsSpan());
            using (Assert.EnterMultipleScope())
            {
                Assert.That(report, Is.EqualTo(new TripletReport(0, 0, 4 * D, 2, 0)));
                Assert.That(values, Is.All.Zero);
            }
        }
    }

    [Test]
    public void ACollapseIsTold()
    {
        TrainingOptions options = TinyRun.Unfrozen with { Decay = 0, Reduction = TripletReduction.MeanOfAll };
        using ParameterStore parameters = Parameters(options);
        using (EmbeddingPhase healthy = Phase(parameters, options)) Assert.That(healthy.Step().Collapsed, Is.False);
        for (int i = 0; i < parameters.Count; i++)
            if (parameters.Spec(i).Name.StartsWith("embedding", StringComparison.Ordinal)) parameters.Upload(i, new float[parameters.Spec(i).Length]);
        float[][] before = Weights(parameters);
        using (EmbeddingPhase phase = Phase(parameters, options))
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

    private ParameterStore Parameters(TrainingOptions options) =>
        new(_backend, SceneNetwork.Whole(new SampleShape(3, 12, 12), options.Network), options.Seed);

    private EmbeddingPhase Phase(ParameterStore parameters, TrainingOptions options)
    {
        SyntheticImages scenes = TinyRun.Scenes();
        int[] counts = [.. Enumerable.Range(0, scenes.Count).SelectMany(i => scenes.Labels(i).ToArray())];
        return new EmbeddingPhase(_backend, parameters, new LoadedInput(_backend, scenes, 1), new LabelMatrix(counts, 4), options);
    }

    private static float[][] Weights(ParameterStore parameters) =>
        [.. Enumerable.Range(0, parameters.Count).Where(parameters.Trains).Select(parameters.Download)];

    private DeviceBuffer Upload<T>(params T[] values)
        where T : unmanaged
    {
        DeviceBuffer buffer = _backend.Allocate<T>(values.Length);
        _backend.Upload<T>(values, buffer.Slice<T>(0, values.Length));
        return buffer;
    }

    private static DeviceSpan<float> Floats(DeviceBuffer buffer, int length) => buffer.Slice<float>(0, length);
}
