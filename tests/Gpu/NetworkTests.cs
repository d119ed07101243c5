using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Tests.Engine;

namespace JaccardKernels.Tests.Gpu;

/// <summary>A whole training step and an inference with every kind of layer, against the host.</summary>
public class NetworkTests
{
    private static IEnumerable<TestCaseData> Networks =>
        from kind in GpuKinds.All
        from relation in new[] { false, true }
        select new TestCaseData(kind, relation ? NetworkFixture.BuildRelation() : NetworkFixture.Build())
            .SetArgDisplayNames(kind, relation ? "relation" : "layers");

    [TestCaseSource(nameof(Networks))]
    public void TrainingStepAgreesWithTheHost(string kind, Network network)
    {
        float[] images = NetworkFixture.Images(network, NetworkFixture.Batch);
        using var host = new HostBackend(1);
        using GpuBackend gpu = GpuKinds.Open(kind);
        using ParameterStore hostStore = new(host, network, NetworkFixture.Seed), gpuStore = new(gpu, network, NetworkFixture.Seed);
        using TrainingStep hostStep = new(host, network, hostStore), gpuStep = new(gpu, network, gpuStore);

        float expected = hostStep.Run(images);
        Assert.That(gpuStep.Run(images), Is.EqualTo(expected).Within(1e-5f * expected));
        Assert.That(NetworkFixture.Nmse(gpuStep.Output, NetworkFixture.ToDouble(hostStep.Output)), Is.LessThan(1e-9));
        for (int p = 0; p < gpuStore.Count; p++)
        {
            if (!gpuStore.Trains(p)) continue;
            float[] gradient = new float[gpuStore.Spec(p).Length], reference = new float[gradient.Length];
            gpu.Download(gpuStore.Gradient(p), gradient.AsSpan());
            host.Download(hostStore.Gradient(p), reference.AsSpan());
            NetworkFixture.AssertGradient(gpuStore.Spec(p), gradient, NetworkFixture.ToDouble(reference));
        }
    }

    [TestCaseSource(nameof(Networks))]
    public void InferenceAgreesWithSingleOperationsOfTheHost(string kind, Network network)
    {
        using var host = new HostBackend(1);
        using GpuBackend gpu = GpuKinds.Open(kind);
        using var store = new ParameterStore(gpu, network, NetworkFixture.Seed);
        SingleOperations.Randomize(store);
        foreach (int batch in new[] { 1, 3 })
        {
            float[] images = NetworkFixture.Images(network, batch);
            using var plan = new NetworkPlan(gpu, network, store, batch, training: false);
            Assert.That(NetworkFixture.Nmse(SingleOperations.Run(plan, images), SingleOperations.Infer(host, store, batch, images)), Is.LessThan(1e-9));
            store.Upload(0, [.. store.Download(0).Select(value => -value)]);
            Assert.That(NetworkFixture.Nmse(SingleOperations.Run(plan, images), SingleOperations.Infer(host, store, batch, images)), Is.LessThan(1e-9), "other weights");
        }
    }
}
