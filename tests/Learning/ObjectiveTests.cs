using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Learning;

public sealed class ObjectiveTests
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
        using ParameterStore parameters = TinyRun.Parameters(_backend, options);
        float[][] before = Weights(parameters);
        using (EmbeddingPhase phase = TinyRun.Phase(_backend, parameters, options))
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

    [Test]
    public void WithoutAnActiveTripletLossAndGradientAreZero(
        [Values(LossKind.AdaptiveTriplet, LossKind.FixedTriplet)] LossKind loss, [Values] TripletReduction reduction, [Values] bool mined)
    {
        // Two points far apart: anchors and positives on one, the negative on the other; d_an - d_ap = 4 D exceeds every margin.
        const int D = 8;
        TrainingOptions options = TinyRun.Options with { Loss = loss, Reduction = reduction, Margin = 30, Batch = mined ? 2 : 3 };
        int rows = mined ? 6 : 3, near = mined ? 4 : 2;
        float[] embeddings = [.. Enumerable.Repeat(1f, near * D), .. Enumerable.Repeat(-1f, (rows - near) * D)];
        using IObjective objective = mined
            ? new MinedObjective(_backend, options)
            {
                Schedule = new TripletSchedule(new MinedTriplets([0, 1, 2, 1, 0, 2], [30, 1], 1), 2, 0, 1, false),
            }
            : new BatchAllObjective(_backend, new LabelMatrix([1, 0, 1, 0, 0, 1], 2), options);
        (ObjectiveReport report, float[] gradient) = Run(objective, mined ? [0, 1, 1, 0, 2, 2] : [0, 1, 2], embeddings);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report, Is.EqualTo(new ObjectiveReport(0, 0, 4 * D, 2, 0)));
            Assert.That(gradient, Is.All.Zero);
        }
    }

    [Test]
    public void AFixedMarginIsTheSameForEveryTriplet()
    {
        // All embeddings equal: every hinge is its margin. Similarities with the first image are 1, 1/2, 0.
        var labels = new LabelMatrix([2, 0, 2, 0, 1, 0, 0, 1], 2);
        TrainingOptions options = TinyRun.Options with { Margin = 7, Batch = 4, Reduction = TripletReduction.MeanOfAll };
        using var fixedMargin = new BatchAllObjective(_backend, labels, options with { Loss = LossKind.FixedTriplet });
        using var adaptive = new BatchAllObjective(_backend, labels, options);
        ObjectiveReport same = Run(fixedMargin, [0, 1, 2, 3], new float[4 * 3]).Report, graded = Run(adaptive, [0, 1, 2, 3], new float[4 * 3]).Report;
        using (Assert.EnterMultipleScope())
        {
            // Anchors 0 and 1 each see (1 over 1/2), (1 over 0), (1/2 over 0); anchor 2 sees (1/2 over 0) twice.
            Assert.That(same, Is.EqualTo(new ObjectiveReport(7, 0, 0, 8, 8)));
            Assert.That(graded, Is.EqualTo(new ObjectiveReport(7 * (2 * (0.5f + 1 + 0.5f) + 2 * 0.5f) / 8, 0, 0, 8, 8)));
        }
    }

    [Test]
    public void TargetsAreOrthogonalAndBalanced([Values(2, 8, 64)] int dimensions)
    {
        float[] targets = OrthogonalTargets.Create(dimensions - 1, dimensions, seed: 3);
        for (int i = 0; i < dimensions - 1; i++)
        {
            Assert.That(Row(i).Sum(), Is.Zero, $"row {i}");
            for (int j = 0; j < dimensions - 1; j++)
                Assert.That(Row(i).Zip(Row(j), (x, y) => x * y).Sum(), Is.EqualTo(i == j ? dimensions : 0), $"rows {i} and {j}");
        }
        Assert.That(OrthogonalTargets.Create(dimensions - 1, dimensions, seed: 3), Is.EqualTo(targets));

        IEnumerable<float> Row(int i) => targets.Skip(i * dimensions).Take(dimensions);
    }

    [TestCase(64, 64)]
    [TestCase(80, 48)]
    public void WhereNoHadamardMatrixServesTargetsAreFairBits(int classes, int dimensions)
    {
        float[] targets = OrthogonalTargets.Create(classes, dimensions, seed: 3), others = OrthogonalTargets.Create(classes, dimensions, seed: 4);
        Assert.That(targets.Select(Math.Abs), Is.All.EqualTo(1));
        // The deviation of a sum of so many signs is their root.
        Assert.That(Math.Abs(targets.Sum()), Is.LessThan(4 * Math.Sqrt(targets.Length)));
        Assert.That(others, Is.Not.EqualTo(targets));
    }

    [Test]
    public void TheObjectiveOfTargetsTakesPresenceNotCounts()
    {
        TrainingOptions options = TinyRun.Options with { Loss = LossKind.OrthogonalTargets, Batch = 2 };
        float[] embeddings = [.. Enumerable.Range(0, 2 * 16).Select(i => i * 7 % 11 / 5f - 1)];
        using var counted = new OrthogonalTargetsObjective(_backend, new LabelMatrix([5, 2, 0, 0, 0, 3], 3), options, 16);
        using var present = new OrthogonalTargetsObjective(_backend, new LabelMatrix([1, 1, 0, 0, 0, 1], 3), options, 16);
        (ObjectiveReport first, float[] gradient) = Run(counted, [0, 1], embeddings);
        (ObjectiveReport second, float[] same) = Run(present, [0, 1], embeddings);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first, Is.EqualTo(second));
            Assert.That(first.Loss, Is.GreaterThan(0));
            Assert.That(first.IsOfTriplets, Is.False);
            Assert.That(gradient, Is.EqualTo(same).And.Some.Not.Zero);
        }
    }

    private (ObjectiveReport Report, float[] Gradient) Run(IObjective objective, int[] images, float[] embeddings)
    {
        using DeviceBuffer x = _backend.Allocate<float>(embeddings.Length), g = _backend.Allocate<float>(embeddings.Length);
        var values = new float[embeddings.Length];
        values.AsSpan().Fill(float.NaN);
        DeviceSpan<float> gradient = g.Slice<float>(0, values.Length);
        _backend.Upload<float>(embeddings, x.Slice<float>(0, values.Length));
        _backend.Upload<float>(values, gradient);
        ObjectiveReport report = objective.Run(0, images, x.Slice<float>(0, values.Length), gradient);
        _backend.Download(gradient, values.AsSpan());
        return (report, values);
    }

    private static float[][] Weights(ParameterStore parameters) =>
        [.. Enumerable.Range(0, parameters.Count).Where(parameters.Trains).Select(parameters.Download)];
}
