using JaccardKernels.Engine;

namespace JaccardKernels.Tests.Engine;

public class NetworkPlanTests
{
    [Test]
    public void TensorsShareMemoryButNotWhileAlive()
    {
        var planner = new MemoryPlanner();
        (long Bytes, int Start, int End)[] lives = [(1000, 0, 3), (600, 1, 2), (600, 3, 5), (256, 2, 9), (5000, 6, 8), (10, 4, 6), (700, 7, 7)];
        int[] requests = [.. lives.Select(l => planner.Request(l.Bytes, l.Start, l.End))];
        planner.Solve();
        for (int i = 0; i < lives.Length; i++)
        {
            Assert.That(planner.Offset(requests[i]) % DeviceBuffer.Alignment, Is.Zero);
            Assert.That(planner.Offset(requests[i]) + lives[i].Bytes, Is.LessThanOrEqualTo(planner.Bytes));
            for (int j = 0; j < i; j++)
            {
                bool together = lives[i].Start <= lives[j].End && lives[j].Start <= lives[i].End;
                bool apart = planner.Offset(requests[i]) + lives[i].Bytes <= planner.Offset(requests[j])
                    || planner.Offset(requests[j]) + lives[j].Bytes <= planner.Offset(requests[i]);
                Assert.That(!together || apart, $"requests {j} and {i} overlap");
            }
        }
        Assert.That(planner.Bytes, Is.LessThan(lives.Sum(l => l.Bytes)));
    }

    [Test]
    public void AnInferencePlanNeedsLessMemoryThanTraining()
    {
        Network network = NetworkFixture.Build();
        using var backend = new HostBackend(1);
        using var store = new ParameterStore(backend, network, 1);
        using var training = new NetworkPlan(backend, network, store, 8, training: true);
        using var inference = new NetworkPlan(backend, network, store, 8, training: false);
        Assert.That(inference.ArenaBytes, Is.LessThan(training.ArenaBytes));
        Assert.That(training.ArenaBytes, Is.LessThan(training.UnsharedBytes));
        Assert.That(inference.Backward, Throws.InvalidOperationException);
    }

    [Test]
    public void FrozenLayersKeepTheirWeightsAndStatistics()
    {
        Network network = NetworkFixture.Build();
        float[] images = NetworkFixture.Images(network, NetworkFixture.Batch);
        using var backend = new HostBackend(1);
        using var store = new ParameterStore(backend, network, 1);
        store.Freeze(p => p.Name.StartsWith("conv1", StringComparison.Ordinal) || p.Name.StartsWith("norm1", StringComparison.Ordinal));
        float[][] before = [.. Enumerable.Range(0, store.Count).Select(store.Download)];
        using var step = new TrainingStep(backend, network, store);
        using var optimizer = new MomentumSgdOptimizer(store, _ => new ParameterGroup(1, 0));
        step.Run(images);
        optimizer.Step(0.1f);
        for (int p = 0; p < store.Count; p++)
        {
            bool frozen = store.Spec(p).Name.StartsWith("conv1", StringComparison.Ordinal) || store.Spec(p).Name.StartsWith("norm1", StringComparison.Ordinal);
            Assert.That(store.Download(p).SequenceEqual(before[p]), Is.EqualTo(frozen), store.Spec(p).Name);
        }
    }

    [Test]
    public void ANormalisationFrozenAboveATrainingLayerIsRefused()
    {
        Network network = NetworkFixture.Build();
        using var backend = new HostBackend(1);
        using var store = new ParameterStore(backend, network, 1);
        store.Freeze(p => p.Name.StartsWith("norm1", StringComparison.Ordinal));
        Assert.That(() => new NetworkPlan(backend, network, store, 2, training: true), Throws.ArgumentException.With.Message.Contains("'norm1' is frozen"));
    }

    [Test]
    public void ParametersStartAlikeByNameInAnyNetwork()
    {
        using var backend = new HostBackend(1);
        var b = new NetworkBuilder(new SampleShape(3, 10, 9));
        b.Convolution("conv1", b.Input, 6, 3, pad: 1, bias: false);
        using var small = new ParameterStore(backend, b.Build(), 4);
        using var large = new ParameterStore(backend, NetworkFixture.Build(), 4);
        Assert.That(small.Download(0), Is.EqualTo(large.Download(0)));
        Assert.That(small.Download(0).Average(), Is.EqualTo(0).Within(0.1));
        using var other = new ParameterStore(backend, small.Network, 5);
        Assert.That(other.Download(0), Is.Not.EqualTo(small.Download(0)));
    }
}
