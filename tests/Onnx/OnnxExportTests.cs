using JaccardKernels.Engine;
using JaccardKernels.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace JaccardKernels.Tests.Onnx;

/// <summary>What is exported computes the same in ONNX Runtime.</summary>
public class OnnxExportTests
{
    private static readonly SampleShape s_input = new(3, 17, 13);

    // Every layer that there is, with odd sizes, padding, strides, dilation and groups.
    private static Network Every()
    {
        var b = new NetworkBuilder(s_input);
        Node x = b.Relu("relu1", b.BatchNormalization("bn1", b.Convolution("conv1", b.Input, 8, kernel: 3, stride: 2, pad: 1, bias: true)));
        x = b.LocalResponseNormalization("lrn", x, window: 3, alpha: 0.4f, beta: 0.6f, k: 1.5f);
        Node left = b.MaxPooling("max", b.Convolution("conv2", x, 8, kernel: 3, pad: 2, dilation: 2, groups: 2, bias: false), 3, 2, 1);
        Node right = b.AveragePooling("average", b.Dropout("drop", x, 0.5f), 3, 2, 1);
        Node sum = b.Concatenate("both", b.Add("sum", left, right), right);
        return Build(b, b.Tanh("tanh", b.FullyConnected("fc2", b.Relu("relu2", b.FullyConnected("fc1", sum, 9)), 5)));
    }

    // Ceilings and trailing padding, with and without a normalisation between: the ReLU is the convolution's, or its own.
    private static Network Ceilings()
    {
        var b = new NetworkBuilder(s_input);
        Node x = b.Relu("relu1", b.Convolution("conv1", b.Input, 8, kernel: 3, stride: 2, trail: 1), ceiling: 0.3f);
        x = b.Relu("relu2", b.BatchNormalization("bn", b.Convolution("conv2", x, 8, kernel: 3, pad: 1, groups: 8, bias: false, trail: 1)), ceiling: 0.5f);
        return Build(b, x);
    }

    private static Network Pooled()
    {
        var b = new NetworkBuilder(s_input);
        return Build(b, b.FullyConnected("fc", b.GlobalPooling("pool", b.Convolution("conv", b.Input, 6, kernel: 5, stride: 3, bias: true)), 4));
    }

    private static Network Image()
    {
        var b = new NetworkBuilder(s_input);
        return Build(b, b.Relu("relu", b.Convolution("conv", b.Input, 6, kernel: 1, bias: false)));
    }

    private static IEnumerable<TestCaseData> Networks =>
        [new TestCaseData(Every()) { TestName = "every layer" }, new(Ceilings()) { TestName = "ceilings" }, new(Pooled()) { TestName = "pooled" }, new(Image()) { TestName = "an image" }];

    [TestCaseSource(nameof(Networks))]
    public void OnnxRuntimeComputesTheSame(Network network)
    {
        const int batch = 3;
        using var backend = new HostBackend(1);
        using var parameters = new ParameterStore(backend, network, seed: 5);
        var random = new Random(7);
        for (int i = 0; i < parameters.Count; i++)
        {
            float[] values = parameters.Download(i);
            // Statistics too: those of a new network would leave the normalisation without effect.
            foreach (ref float value in values.AsSpan()) value += 0.2f * random.NextSingle();
            parameters.Upload(i, values);
        }
        float[] input = [.. Enumerable.Range(0, batch * s_input.Length).Select(_ => random.NextSingle() - 0.5f)];
        using var plan = new NetworkPlan(backend, network, parameters, batch, training: false);
        backend.Upload<float>(input, plan.Input);
        plan.Forward();
        float[] expected = new float[plan.Output.Length];
        backend.Download(plan.Output, expected);

        using var session = new InferenceSession(OnnxExport.ToModel(parameters, "test"));
        var tensor = new DenseTensor<float>(input, [batch, s_input.Channels, s_input.Height, s_input.Width]);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results =
            session.Run([NamedOnnxValue.CreateFromTensor(OnnxExport.InputName, tensor)]);
        float[] actual = [.. results[0].AsTensor<float>()];
        Assert.That(actual, Is.EqualTo(expected).Within(2e-5));
        Assert.That(expected.Max() - expected.Min(), Is.GreaterThan(0.05), "the outputs differ among themselves");
    }

    [Test]
    public void AConvolutionOfFeaturesIsRefused()
    {
        var b = new NetworkBuilder(s_input);
        Network network = Build(b, b.Convolution("conv", b.GlobalPooling("pool", b.Input), 4, kernel: 1, bias: true));
        using var backend = new HostBackend(1);
        using var parameters = new ParameterStore(backend, network, seed: 5);
        Assert.That(() => OnnxExport.ToModel(parameters, "test"), Throws.TypeOf<NotSupportedException>().With.Message.Contains("'conv'"));
    }

    private static Network Build(NetworkBuilder builder, Node last)
    {
        Network network = builder.Build();
        Assert.That(network.Output, Is.EqualTo(last.Shape));
        return network;
    }
}
