using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Problems;
using Ref = JaccardKernels.Reference;

namespace JaccardKernels.Tests.Gpu;

/// <summary>Counts must be exact where differences of similarities round onto delta, and the loss silent where nothing is active.</summary>
[TestFixtureSource(typeof(GpuKinds), nameof(GpuKinds.All))]
public class BatchAllTripletTests(string kind)
{
    private const int N = 24, D = 3;

    private GpuBackend _backend = null!;

    [OneTimeSetUp]
    public void Open() => _backend = GpuKinds.Open(kind);

    [OneTimeTearDown]
    public void Close() => _backend.Dispose();

    [Test]
    public void CountsAreExactAtDelta([Values(0.1f, 0.2f, 1f / 3f, 0f)] float delta, [Range(1, 4)] int variant)
    {
        // Fractions with small denominators, as Jaccard coefficients are: many differences lie within a rounding of delta.
        float[] similarity = [.. Enumerable.Range(0, N * N).Select(i => (i * 7 + i / N * 5) % 31 / 30f)];
        float[] embeddings = [.. Enumerable.Range(0, N * D).Select(i => (float)(CounterRandom.Bits(3, i) % 5))];
        // A margin of 64 keeps u = d + 64 J exact up to the rounding of J, so that no hinge is near 0.
        var problem = new BatchAllTripletProblem(N, D, margin: 64, delta);
        (float[] gradient, float[] statistics, long[] counts) = Run(problem, embeddings, similarity, variant);

        (double[] expectedGradient, double[] expectedStatistics, long[] expectedCounts) = Expected(problem, embeddings, similarity);
        Assert.That(counts, Is.EqualTo(expectedCounts));
        Assert.That(statistics, Is.EqualTo(expectedStatistics.Select(s => (float)s)).Within(1e-5).Percent);
        double scale = expectedGradient.Max(Math.Abs);
        Assert.That(gradient.Zip(expectedGradient, (g, e) => Math.Abs(g - e)).Max(), Is.LessThan(1e-5 * scale));
    }

    // More rows than a group of 16 threads takes in one pass over x (64), stages of y (32) or of the gradient (64), and tiles of 16 dimensions.
    [Test]
    public void RowsDoNotHaveToFitInOnePass([Range(1, 4)] int variant)
    {
        const int Rows = 75, Dimensions = 18;
        float[] similarity = [.. Enumerable.Range(0, Rows * Rows).Select(i => (i * 11 + i / Rows * 3) % 29 / 31f)];
        float[] embeddings = [.. Enumerable.Range(0, Rows * Dimensions).Select(i => (float)(CounterRandom.Bits(5, i) % 3))];
        var problem = new BatchAllTripletProblem(Rows, Dimensions, margin: 64, delta: 8f / 31f);
        (float[] gradient, float[] statistics, long[] counts) = Run(problem, embeddings, similarity, variant);

        (double[] expectedGradient, double[] expectedStatistics, long[] expectedCounts) = Expected(problem, embeddings, similarity);
        Assert.That(counts, Is.EqualTo(expectedCounts));
        Assert.That(statistics, Is.EqualTo(expectedStatistics.Select(s => (float)s)).Within(1e-4).Percent);
        double scale = expectedGradient.Max(Math.Abs);
        Assert.That(gradient.Zip(expectedGradient, (g, e) => Math.Abs(g - e)).Max(), Is.LessThan(1e-5 * scale));
    }

    [Test]
    public void NothingActiveIsExactlyZero([Range(1, 4)] int variant)
    {
        var problem = new BatchAllTripletProblem(N, D, 15, 0.1f);
        var similarity = new float[N * N];
        similarity.AsSpan().Fill(0.5f);
        (float[] gradient, float[] statistics, long[] counts) = Run(problem, [.. Enumerable.Range(0, N * D).Select(i => i * 0.1f)], similarity, variant);
        Assert.That(gradient, Is.All.Zero);
        Assert.That(statistics, Is.All.Zero);
        Assert.That(counts, Is.All.Zero);
    }

    private static (double[] Gradient, double[] Statistics, long[] Counts) Expected(
        in BatchAllTripletProblem problem, float[] embeddings, float[] similarity)
    {
        var expected = (Gradient: new double[problem.LengthEmbeddings], Statistics: new double[3], Counts: new long[2]);
        Ref.BatchAllTripletLoss.Run(
            problem, [.. embeddings.Select(e => (double)e)], [.. similarity.Select(s => (double)s)],
            expected.Gradient, expected.Statistics, expected.Counts);
        return expected;
    }

    private (float[] Gradient, float[] Statistics, long[] Counts) Run(
        in BatchAllTripletProblem problem, float[] embeddings, float[] similarity, int variant)
    {
        using DeviceBuffer e = _backend.Allocate<float>(embeddings.Length), s = _backend.Allocate<float>(similarity.Length);
        using DeviceBuffer g = _backend.Allocate<float>(embeddings.Length);
        using DeviceBuffer statistics = _backend.Allocate<float>(3), counts = _backend.Allocate<long>(2);
        _backend.Upload<float>(embeddings, e.As<float>());
        _backend.Upload<float>(similarity, s.As<float>());
        _backend.Ladders.Single(ladder => ladder.Operation == "BatchAllTripletLoss").Forced = new KernelChoice(variant);
        _backend.BatchAllTripletLoss(problem, e.As<float>(), s.As<float>(), g.As<float>(), statistics.As<float>(), counts.As<long>());
        var result = (Gradient: new float[embeddings.Length], Statistics: new float[3], Counts: new long[2]);
        _backend.Download(g.As<float>(), result.Gradient.AsSpan());
        _backend.Download(statistics.As<float>(), result.Statistics.AsSpan());
        _backend.Download(counts.As<long>(), result.Counts.AsSpan());
        return result;
    }
}
