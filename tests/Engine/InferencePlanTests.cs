using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Tests.Engine;

/// <summary>Plans for inference fold, fuse and alias; the plain sequence of operations says what must come out.</summary>
public class InferencePlanTests
{
    private static readonly Dictionary<string, Func<NetworkBuilder, Node>> s_networks = new()
    {
        ["normalised"] = b => b.BatchNormalization("norm", b.Convolution("conv", b.Input, 6, 3, pad: 1, bias: false)),
        ["rectified"] = b => b.Relu("relu", b.BatchNormalization("norm", b.Convolution("conv", b.Input, 6, 3, stride: 2, bias: false)), ceiling: 0.5f),
        ["biased"] = b => b.Tanh("tanh", b.BatchNormalization("norm", b.Convolution("conv", b.Input, 6, 3, pad: 1))),
        ["depthwise"] = b => b.Relu("relu", b.BatchNormalization("norm", b.Convolution("conv", b.Input, 4, 3, pad: 1, groups: 4, bias: false), epsilon: 1e-3f), 0.5f),
        ["read by two"] = b =>
        {
            Node norm = b.BatchNormalization("norm", b.Convolution("conv", b.Input, 6, 3, pad: 1));
            return b.Add("sum", b.Relu("relu", norm), norm);
        },
        ["read before"] = b =>
        {
            Node conv = b.Convolution("conv", b.Input, 6, 3, pad: 1);
            return b.Add("sum", b.Relu("relu", b.BatchNormalization("norm", conv)), conv);
        },
        ["in front"] = b => b.Convolution("conv", b.Relu("relu", b.BatchNormalization("norm", b.Input)), 6, 3),
        ["twice"] = b => b.Relu("relu", b.BatchNormalization("norm2", b.BatchNormalization("norm1", b.Convolution("conv", b.Input, 6, 1)))),
        ["dropped"] = b => b.Relu("relu2", b.Dropout("drop", b.BatchNormalization("norm", b.Convolution("conv", b.Dropout("first", b.Input, 0.5f), 6, 3)), 0.5f)),
        ["dropped beside"] = b =>
        {
            Node conv = b.Convolution("conv", b.Input, 6, 3);
            return b.Add("sum", b.Relu("relu", b.Dropout("drop", conv, 0.5f)), conv);
        },
        ["joined"] = b => b.Convolution("last", Fire(b, b.Input, "fire"), 5, 1),
        ["joined twice"] = b => b.Dropout("drop", b.Relu("relu", b.Concatenate("outer", Fire(b, b.Input, "inner"), b.MaxPooling("pool", b.Input, 3, 1, 1))), 0.5f),
        ["joined beside"] = b =>
        {
            Node a = b.Convolution("a", b.Input, 3, 1), c = b.Convolution("c", a, 5, 3, pad: 1);
            return b.Concatenate("join", a, c);
        },
        ["joined with itself"] = b => b.Convolution("last", b.Concatenate("input", b.Concatenate("self", b.Input, b.Input), Twice(b)), 3, 1),
        ["every layer"] = b => Whole(b),
        ["channels last"] = b =>
        {
            // A residual with a rectifier behind it, parts of two concatenations, one of them copied, a pooling between, channels one by one, dense filters.
            Node x = b.Relu("relu1", b.BatchNormalization("norm1", b.Convolution("conv1", b.Input, 12, 3, stride: 1, pad: 1, bias: false)), 2f);
            Node deep = b.Relu("relu2", b.Convolution("depth", x, 12, 3, pad: 1, groups: 12));
            Node sum = b.Relu("relu3", b.Add("sum", b.BatchNormalization("norm2", b.Convolution("conv2", deep, 12, 1)), x), 3f);
            Node other = b.Add("other", b.Convolution("conv3", sum, 12, 1), b.Convolution("conv4", sum, 12, 1));
            Node inner = b.Concatenate("inner", b.Relu("relu5", b.Convolution("conv5", other, 20, 1)), b.Convolution("conv6", other, 4, 3, pad: 1));
            Node outer = b.Concatenate("outer", inner, b.Dropout("drop", b.Convolution("conv7", other, 3, 1), 0.5f));
            Node copied = b.Concatenate("copied", b.Tanh("tanh", b.MaxPooling("pool", outer, 3, 2)), b.Convolution("conv8", outer, 4, 3, stride: 2));
            return b.FullyConnected("fc", b.GlobalPooling("global", b.Convolution("conv9", copied, 33, 1)), 7);
        },
    };

    private static IEnumerable<TestCaseData> Networks =>
        from name in s_networks.Keys
        from batch in new[] { 1, 3 }
        from backend in new[] { "host", "reference" }
        select new TestCaseData(name, batch, backend);

    [TestCaseSource(nameof(Networks))]
    public void FoldedPlansGiveWhatSingleOperationsGive(string name, int batch, string backendName)
    {
        Network network = Build(name);
        using IBackend backend = backendName == "host" ? new HostBackend(2) : new ReferenceBackend(), reference = new ReferenceBackend();
        using var store = new ParameterStore(backend, network, NetworkFixture.Seed);
        SingleOperations.Randomize(store);
        float[] images = NetworkFixture.Images(network, batch);
        using var plan = new NetworkPlan(backend, network, store, batch, training: false);
        double[] expected = SingleOperations.Infer(reference, store, batch, images);
        Assert.That(NetworkFixture.Nmse(SingleOperations.Run(plan, images), expected), Is.LessThan(1e-10));
        Assert.That(NetworkFixture.Nmse(SingleOperations.Run(plan, images), expected), Is.LessThan(1e-10), "the second pass");
    }

    [TestCase("normalised", "norm")]
    [TestCase("rectified", "norm relu")]
    [TestCase("biased", "norm")]
    [TestCase("depthwise", "norm relu")]
    [TestCase("read by two", "norm")]
    [TestCase("read before", "")]
    [TestCase("in front", "")]
    [TestCase("twice", "norm1")]
    [TestCase("dropped", "first norm drop")]
    [TestCase("dropped beside", "drop")]
    [TestCase("joined", "fire.small fire")]
    [TestCase("joined twice", "inner.small inner outer drop")]
    [TestCase("joined beside", "")]
    public void WhatOthersDoIsNotRun(string name, string spared)
    {
        Network network = Build(name);
        using var backend = new HostBackend(1);
        using var store = new ParameterStore(backend, network, 1);
        using var plan = new NetworkPlan(backend, network, store, 1, training: false);
        Assert.That(Spared(plan), Is.EqualTo(spared));
        using var batch = new NetworkPlan(backend, network, store, 2, training: false);
        IEnumerable<string> joined = network.Layers.OfType<ConcatenateLayer>().Select(layer => layer.Name);
        Assert.That(Spared(batch), Is.EqualTo(string.Join(' ', spared.Split(' ').Except(joined))), "concatenations of a batch are copies");

        static string Spared(NetworkPlan plan) => string.Join(' ', plan.Network.Layers.Where((_, node) => !plan.Runs(node)).Select(layer => layer.Name));
    }

    [TestCase(1)]
    [TestCase(3)]
    public void WhereChannelsLieTogetherConvolutionsAddAndWriteParts(int batch)
    {
        Network network = Build("channels last");
        using var backend = new HostBackend(1);
        using var store = new ParameterStore(backend, network, 1);
        using var plan = new NetworkPlan(backend, network, store, batch, training: false);
        Assert.That(plan.ChannelsLast, Is.Not.Null);
        string spared = string.Join(' ', network.Layers.Where((_, node) => !plan.Runs(node)).Select(layer => layer.Name));
        Assert.That(spared, Is.EqualTo("norm1 relu1 relu2 norm2 sum relu3 other relu5 inner drop outer"));
        plan.Forward();
        long before = GC.GetAllocatedBytesForCurrentThread();
        plan.Forward();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [TestCase("joined", Description = "its result has positions")]
    [TestCase("every layer", Description = "average pooling keeps planes")]
    public void OtherPlansKeepPlanes(string name)
    {
        Network network = Build(name);
        using var backend = new HostBackend(1);
        using var store = new ParameterStore(backend, network, 1);
        using var plan = new NetworkPlan(backend, network, store, 1, training: false);
        Assert.That(plan.ChannelsLast, Is.Null);
    }

    [TestCase("resnet18")]
    [TestCase("mobilenet")]
    [TestCase("squeezenet")]
    public void PublishedNetworksAgreeWithSingleOperations(string name)
    {
        var shape = new SampleShape(3, 64, 64);
        Network network = name switch
        {
            "resnet18" => ResNet18.Classifier(shape, 10),
            "mobilenet" => MobileNetV2.Classifier(shape, 10, 0.35f, FrameworkStyle.Keras),
            _ => SqueezeNet.Classifier(shape, 10),
        };
        using var backend = new HostBackend(2);
        using var store = new ParameterStore(backend, network, NetworkFixture.Seed);
        SingleOperations.Randomize(store);
        foreach (int batch in new[] { 1, 2 })
        {
            float[] images = NetworkFixture.Images(network, batch);
            using var plan = new NetworkPlan(backend, network, store, batch, training: false);
            Assert.That(network.Layers.Where((layer, node) => layer is BatchNormalizationLayer && plan.Runs(node)), Is.Empty);
            double error = NetworkFixture.Nmse(SingleOperations.Run(plan, images), SingleOperations.Infer(backend, store, batch, images));
            TestContext.Out.WriteLine($"{name}, batch {batch}: normalised mean squared error {error:E1}");
            Assert.That(error, Is.LessThan(1e-9));
        }
    }

    [Test]
    public void APassAllocatesNothing()
    {
        Network network = Build("every layer");
        using var backend = new HostBackend(1);
        using var store = new ParameterStore(backend, network, 1);
        using var plan = new NetworkPlan(backend, network, store, 1, training: false);
        plan.Forward();
        long before = GC.GetAllocatedBytesForCurrentThread();
        plan.Forward();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static Network Build(string name)
    {
        var b = new NetworkBuilder(new SampleShape(4, 10, 9));
        s_networks[name](b);
        return b.Build();
    }

    private static Node Fire(NetworkBuilder b, Node x, string name) => b.Concatenate(
        name, b.Relu($"{name}.small", b.Convolution($"{name}.conv1", x, 3, 1)),
        b.Relu($"{name}.large", b.BatchNormalization($"{name}.norm", b.MaxPooling($"{name}.pool", b.Convolution($"{name}.conv3", x, 5, 3, pad: 1), 3, 1, 1))));

    private static Node Twice(NetworkBuilder b)
    {
        Node x = b.Convolution("conv", b.Input, 2, 1);
        return b.Concatenate("twice", x, x);
    }

    private static Node Whole(NetworkBuilder b)
    {
        Node x = b.Relu("relu", b.BatchNormalization("norm", b.Convolution("conv", b.Input, 8, 3, pad: 1, bias: false)), 1.5f);
        Node joined = b.Concatenate("join", b.Tanh("tanh", b.Convolution("left", x, 4, 1)), b.AveragePooling("pool", x, 3, 1, 1));
        Node sum = b.Add("sum", joined, b.Convolution("wide", x, 12, 5, pad: 2));
        return b.FullyConnected("fc", b.Dropout("drop", b.GlobalPooling("global", sum), 0.5f), 7);
    }
}
