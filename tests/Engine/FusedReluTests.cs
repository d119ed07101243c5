using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Engine;

/// <summary>A convolution that applies the ReLU behind it, against the same operations one by one.</summary>
public class FusedReluTests
{
    private const int Batch = 3;

    private const float Ceiling = 0.5f;

    [TestCase(true)]
    [TestCase(false)]
    public void FusedPlanGivesTheBitsOfSingleOperations(bool training)
    {
        Network network = Build();
        var layers = network.Layers.OfType<ConvolutionLayer>().Select(layer => layer.Problem(Batch)).ToArray();
        float[] images = NetworkFixture.Images(network, Batch);
        using var backend = new HostBackend(2);
        using var store = new ParameterStore(backend, network, NetworkFixture.Seed);
        for (int p = 1; p < store.Count; p += 2) store.Upload(p, [.. Enumerable.Range(0, store.Spec(p).Length).Select(i => 0.1f * (i - 2))]);
        using var plan = new NetworkPlan(backend, network, store, Batch, training);
        backend.Upload(images, plan.Input);
        plan.Forward();

        using DeviceBuffer x = Memory(images.Length), y1 = Memory(layers[0].LengthY), y2 = Memory(layers[1].LengthY), g1 = Memory(layers[0].LengthY);
        using DeviceBuffer g2 = Memory(layers[1].LengthY), gradients = store.AllocateLike();
        backend.Upload(images, x.As<float>());
        backend.ConvolutionForward(layers[0], x.As<float>(), store.Value(0), store.Value(1), y1.As<float>());
        backend.ReluForward(new(layers[0].LengthY, Ceiling), y1.As<float>(), y1.As<float>());
        backend.ConvolutionForward(layers[1], y1.As<float>(), store.Value(2), store.Value(3), y2.As<float>());
        backend.ReluForward(new(layers[1].LengthY), y2.As<float>(), y2.As<float>());
        float[] result = Values(plan.Output);
        Assert.That(result, Is.EqualTo(Values(y2.As<float>())));
        Assert.That(result.Count(value => value == 0), Is.InRange(result.Length / 10, result.Length * 9 / 10), "some are rectified, some are not");
        if (!training) return;

        float[] dy = [.. Enumerable.Range(0, result.Length).Select(i => 2 * CounterRandom.Uniform(17, i) - 1)];
        backend.Upload(dy, plan.OutputGradient);
        store.ZeroGradients();
        plan.Backward();
        backend.Upload(dy, g2.As<float>());
        backend.ReluBackward(new(layers[1].LengthY), g2.As<float>(), y2.As<float>(), g2.As<float>());
        backend.ConvolutionBackwardWeights(layers[1], y1.As<float>(), g2.As<float>(), store.Slice(gradients, 2));
        backend.ConvolutionBackwardBias(layers[1], g2.As<float>(), store.Slice(gradients, 3));
        backend.ConvolutionBackwardData(layers[1], g2.As<float>(), store.Value(2), g1.As<float>());
        backend.ReluBackward(new(layers[0].LengthY, Ceiling), g1.As<float>(), y1.As<float>(), g1.As<float>());
        backend.ConvolutionBackwardWeights(layers[0], x.As<float>(), g1.As<float>(), store.Slice(gradients, 0));
        backend.ConvolutionBackwardBias(layers[0], g1.As<float>(), store.Slice(gradients, 1));
        for (int p = 0; p < store.Count; p++)
            Assert.That(Values(store.Gradient(p)), Is.EqualTo(Values(store.Slice(gradients, p))), store.Spec(p).Name);

        DeviceBuffer Memory(int length) => backend.Allocate<float>(length);

        float[] Values(DeviceSpan<float> span)
        {
            var values = new float[span.Length];
            backend.Download(span, values.AsSpan());
            return values;
        }
    }

    [Test]
    public void AReluBehindAConvolutionTakesNoMemoryAndNoPass()
    {
        Network network = Build();
        using var backend = new HostBackend(1);
        using var store = new ParameterStore(backend, network, 1);
        using var inference = new NetworkPlan(backend, network, store, Batch, training: false);
        using var training = new NetworkPlan(backend, network, store, Batch, training: true);
        long input = Bytes(network.Input), first = Bytes(network.Layers[0].Output), second = Bytes(network.Output);
        Assert.That(inference.UnsharedBytes, Is.EqualTo(input + first + second));
        // No gradient of the input; one each of both pairs of layers.
        Assert.That(training.UnsharedBytes, Is.EqualTo(input + 2 * first + 2 * second));
        Assert.That(training.AppliesRelu(0) && training.AppliesRelu(2), Is.True);
    }

    [Test]
    public void AConvolutionWithAnotherReaderIsNotRectified()
    {
        var b = new NetworkBuilder(new SampleShape(3, 6, 5));
        Node x = b.Convolution("conv", b.Input, 4, 3, pad: 1);
        b.Add("sum", b.Relu("relu", x), x);
        Network network = b.Build();
        using var backend = new HostBackend(1);
        using var store = new ParameterStore(backend, network, 1);
        using var plan = new NetworkPlan(backend, network, store, Batch, training: true);
        Assert.That(plan.AppliesRelu(0), Is.False);
        // Three results; three gradients, and one of the second reader.
        Assert.That(plan.UnsharedBytes, Is.EqualTo(Bytes(network.Input) + (3 + 4) * Bytes(network.Output)));
    }

    private static long Bytes(SampleShape shape) => (long)Batch * shape.Length * sizeof(float);

    private static Network Build()
    {
        var b = new NetworkBuilder(new SampleShape(3, 11, 9));
        Node x = b.Relu("relu1", b.Convolution("conv1", b.Input, 6, 3, pad: 1), Ceiling);
        b.Relu("relu2", b.Convolution("conv2", x, 5, 3, stride: 2));
        return b.Build();
    }
}
