using JaccardKernels.Engine;

namespace JaccardKernels.Tests.Engine;

public class WholeNetworkGradientTests
{
    private static IEnumerable<TestCaseData> Networks =>
    [
        new TestCaseData(NetworkFixture.Build()).SetArgDisplayNames("layers"),
        new TestCaseData(NetworkFixture.BuildRelation()).SetArgDisplayNames("relation"),
    ];

    [TestCaseSource(nameof(Networks))]
    public void ReferenceAgreesWithCentralDifferences(Network network)
    {
        using var backend = new HostBackend(1);
        using var store = new ParameterStore(backend, network, NetworkFixture.Seed);
        double[][] parameters = Parameters(store);
        double[] images = NetworkFixture.ToDouble(NetworkFixture.Images(network, NetworkFixture.Batch));
        var reference = new ReferenceNetwork(network, parameters, NetworkFixture.Batch, NetworkFixture.Seed);
        (_, double[] dy) = NetworkFixture.ReferenceLoss(reference.Forward(images, NetworkFixture.Step));
        double[][] gradients = reference.Backward(dy, NetworkFixture.Step);

        // Halfway between the rounding of the loss (1e-16 / h) and the curvature (h^2).
        const double H = 1e-5;
        for (int p = 0; p < parameters.Length; p++)
        {
            if (!network.Parameters[p].Learned) continue;
            double scale = Math.Sqrt(gradients[p].Sum(g => g * g) / gradients[p].Length);
            for (int i = 0; i < parameters[p].Length; i += Math.Max(1, parameters[p].Length / 7))
            {
                double value = parameters[p][i];
                parameters[p][i] = value + H;
                double above = NetworkFixture.ReferenceLoss(reference.Forward(images, NetworkFixture.Step)).Loss;
                parameters[p][i] = value - H;
                double below = NetworkFixture.ReferenceLoss(reference.Forward(images, NetworkFixture.Step)).Loss;
                parameters[p][i] = value;
                double numeric = (above - below) / (2 * H);
                Assert.That(gradients[p][i], Is.EqualTo(numeric).Within(1e-6 * Math.Max(scale, Math.Abs(numeric)) + 1e-10), $"{network.Parameters[p].Name}[{i}]");
            }
        }
    }

    [TestCaseSource(nameof(Networks))]
    public void HostAgreesWithReference(Network network)
    {
        using var backend = new HostBackend(2);
        using var store = new ParameterStore(backend, network, NetworkFixture.Seed);
        float[] images = NetworkFixture.Images(network, NetworkFixture.Batch);
        var reference = new ReferenceNetwork(network, Parameters(store), NetworkFixture.Batch, NetworkFixture.Seed);
        double[] embeddings = reference.Forward(NetworkFixture.ToDouble(images), NetworkFixture.Step);
        (double loss, double[] dy) = NetworkFixture.ReferenceLoss(embeddings);
        double[][] expected = reference.Backward(dy, NetworkFixture.Step);

        using var step = new TrainingStep(backend, network, store);
        Assert.That(step.Run(images), Is.EqualTo(loss).Within(1e-5 * loss));
        Assert.That(NetworkFixture.Nmse(step.Output, embeddings), Is.LessThan(1e-9));
        for (int p = 0; p < store.Count; p++)
        {
            if (!store.Trains(p)) continue;
            var gradient = new float[store.Spec(p).Length];
            backend.Download(store.Gradient(p), gradient.AsSpan());
            NetworkFixture.AssertGradient(store.Spec(p), gradient, expected[p]);
        }
    }

    [TestCaseSource(nameof(Networks))]
    public void ThreadsDoNotChangeABit(Network network)
    {
        float[] images = NetworkFixture.Images(network, NetworkFixture.Batch);
        float[][] first = Train(1), second = Train(3);
        for (int p = 0; p < first.Length; p++) Assert.That(second[p], Is.EqualTo(first[p]), network.Parameters[p].Name);

        float[][] Train(int threads)
        {
            using var backend = new HostBackend(threads);
            using var store = new ParameterStore(backend, network, NetworkFixture.Seed);
            using var step = new TrainingStep(backend, network, store);
            using var optimizer = new AdamOptimizer(store, spec => new ParameterGroup(1, spec.IsBias ? 0 : 1e-3f));
            for (int i = 0; i < 4; i++)
            {
                step.Run(images);
                optimizer.Step(1e-2f);
            }
            return [.. Enumerable.Range(0, store.Count).Select(store.Download)];
        }
    }

    [TestCaseSource(nameof(Networks))]
    public void AStepAllocatesNothingOnceWarm(Network network)
    {
        float[] images = NetworkFixture.Images(network, NetworkFixture.Batch);
        using var backend = new HostBackend(2);
        using var store = new ParameterStore(backend, network, NetworkFixture.Seed);
        using var step = new TrainingStep(backend, network, store);
        using var optimizer = new MomentumSgdOptimizer(store, _ => new ParameterGroup(1, 0));
        for (int i = 0; i < 3; i++) Once();
        // The test host's own threads allocate now and then, so the quietest of several windows counts for the process; this thread must be silent always.
        const int Windows = 10, Steps = 20;
        long quietest = long.MaxValue, own = GC.GetAllocatedBytesForCurrentThread();
        for (int window = 0; window < Windows; window++)
        {
            long all = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Steps; i++) Once();
            quietest = Math.Min(quietest, GC.GetTotalAllocatedBytes(precise: true) - all);
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - own, Is.Zero);
        // The smallest object is 24 bytes: one a step in any worker would show.
        Assert.That(quietest, Is.LessThan(24 * Steps));

        void Once()
        {
            step.Run(images);
            optimizer.Step(1e-3f);
        }
    }

    private static double[][] Parameters(ParameterStore store) =>
        [.. Enumerable.Range(0, store.Count).Select(i => NetworkFixture.ToDouble(store.Download(i)))];
}
