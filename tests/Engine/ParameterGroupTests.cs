using JaccardKernels.Engine;

namespace JaccardKernels.Tests.Engine;

/// <summary>Which parameters move, and how fast: frozen from the input up to a layer, biases and new layers faster, biases without decay.</summary>
public class ParameterGroupTests
{
    private const float Rate = 1e-2f, Decay = 0.1f;

    [Test]
    public void FrozenLayersStayAndGroupsMoveAtTheirOwnRates()
    {
        Network network = NetworkFixture.BuildRelation();
        using var backend = new HostBackend(2);
        using var store = new ParameterStore(backend, network, NetworkFixture.Seed);
        store.Freeze(spec => spec.Name.StartsWith("conv", StringComparison.Ordinal) || spec.Name.StartsWith("fc1", StringComparison.Ordinal));
        using var step = new TrainingStep(backend, network, store);
        using var optimizer = new MomentumSgdOptimizer(store, GroupOf);
        float[][] before = [.. Enumerable.Range(0, store.Count).Select(store.Download)];
        step.Run(NetworkFixture.Images(network, NetworkFixture.Batch));
        optimizer.Step(Rate);
        int frozen = 0;
        for (int p = 0; p < store.Count; p++)
        {
            ParameterSpec spec = store.Spec(p);
            float[] after = store.Download(p);
            if (!spec.Learned) continue;
            if (!store.Trains(p))
            {
                frozen++;
                Assert.That(after, Is.EqualTo(before[p]), spec.Name);
                continue;
            }
            var gradient = new float[spec.Length];
            backend.Download(store.Gradient(p), gradient.AsSpan());
            ParameterGroup group = GroupOf(spec);
            // The first step of momentum is a plain one.
            double[] expected = [.. before[p].Zip(gradient, (w, g) => w - Rate * group.RateFactor * (g + (double)group.Decay * w))];
            Assert.That(after.Select(w => (double)w), Is.EqualTo(expected).Within(1e-6), spec.Name);
            Assert.That(gradient, Has.Some.Not.Zero, spec.Name);
        }
        Assert.That(frozen, Is.EqualTo(4));
    }

    // As in Mojoo and Kurita 2021: twice the rate for biases, ten times for new layers.
    private static ParameterGroup GroupOf(ParameterSpec spec) =>
        new((spec.IsBias ? 2f : 1f) * (spec.Name.StartsWith("relation", StringComparison.Ordinal) ? 10f : 1f), spec.IsBias ? 0f : Decay);
}
