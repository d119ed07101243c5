using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Tests.Learning;

/// <summary>Weights of others: orders of axes by their formulas, names, and what is refused.</summary>
public sealed class WeightImportTests
{
    private static readonly SampleShape s_input = new(4, 6, 5);

    private HostBackend _backend = null!;
    private ParameterStore _store = null!;

    [SetUp]
    public void SetUp()
    {
        var b = new NetworkBuilder(s_input);
        Node x = b.BatchNormalization("norm", b.Convolution("conv", b.Input, 6, kernel: 3, groups: 2));
        x = b.Convolution("depthwise", x, 6, kernel: 3, groups: 6, bias: false);
        b.FullyConnected("fc", x, 3);
        _store = new ParameterStore(_backend = new HostBackend(1), b.Build(), seed: 1);
    }

    [TearDown]
    public void TearDown()
    {
        _store.Dispose();
        _backend.Dispose();
    }

    [Test]
    public void KerasKernelsAreTurned()
    {
        SafetensorsFile file = KerasFile();
        Assert.That(WeightImport.Load(file, _store, FromKeras), Is.EqualTo(_store.Count));
        float[] convolution = Values("conv.weight"), depthwise = Values("depthwise.weight"), product = Values("fc.weight");
        ReadOnlySpan<float> hwio = file["conv/kernel"].AsSpan<float>(), hwc1 = file["depthwise/depthwise_kernel"].AsSpan<float>();
        ReadOnlySpan<float> inOut = file["fc/kernel"].AsSpan<float>();
        for (int k = 0; k < 6; k++)
        {
            for (int r = 0; r < 3; r++)
            {
                for (int s = 0; s < 3; s++)
                {
                    for (int c = 0; c < 2; c++) Assert.That(convolution[((k * 2 + c) * 3 + r) * 3 + s], Is.EqualTo(hwio[((r * 3 + s) * 2 + c) * 6 + k]));
                    Assert.That(depthwise[(k * 3 + r) * 3 + s], Is.EqualTo(hwc1[(r * 3 + s) * 6 + k]));
                }
            }
        }
        for (int o = 0; o < 3; o++)
        {
            for (int i = 0; i < 12; i++) Assert.That(product[o * 12 + i], Is.EqualTo(inOut[i * 3 + o]));
        }
        Assert.That(Values("norm.running_var"), Is.EqualTo(file["norm/moving_variance"].ToSingle()));
        Assert.That(Values("norm.weight"), Is.EqualTo(file["norm/gamma"].ToSingle()));
    }

    [Test]
    public void AFileWithTheNetworksNamesNeedsNoMap()
    {
        SafetensorsFile file = OwnFile();
        // What torchvision saves beside the parameters.
        file.Add<long>("norm.num_batches_tracked", [17L]);
        Assert.That(WeightImport.Load(file, _store), Is.EqualTo(_store.Count));
        for (int i = 0; i < _store.Count; i++) Assert.That(_store.Download(i), Is.EqualTo(file[_store.Spec(i).Name].ToSingle()), _store.Spec(i).Name);
    }

    [Test]
    public void ParametersThatAreNotChosenStay()
    {
        float[] before = Values("fc.weight");
        SafetensorsFile file = OwnFile(without: "fc.weight");
        int loaded = WeightImport.Load(file, _store, which: spec => !spec.Name.StartsWith("fc.", StringComparison.Ordinal));
        Assert.That(loaded, Is.EqualTo(_store.Count - 2));
        Assert.That(Values("fc.weight"), Is.EqualTo(before));
        Assert.That(Values("conv.weight"), Is.EqualTo(file["conv.weight"].ToSingle()));
    }

    [Test]
    public void WhatDoesNotFitIsRefusedAndNothingIsSet()
    {
        float[][] before = [.. Enumerable.Range(0, _store.Count).Select(_store.Download)];
        Refused(OwnFile(without: "fc.bias"), "weights: there is no tensor 'fc.bias', which parameter 'fc.bias' needs.");
        SafetensorsFile shape = OwnFile(without: "fc.bias"), number = OwnFile(without: "fc.bias"), variance = OwnFile(without: "norm.running_var");
        shape.Add<float>("fc.bias", [1, 2, 3, 4], 4);
        Refused(shape, "weights: tensor 'fc.bias': the shape is [4]; [3] is needed.");
        number.Add<float>("fc.bias", [1, float.NaN, 3], 3);
        Refused(number, "weights: tensor 'fc.bias': the element at [1] is NaN; finite numbers are needed.");
        variance.Add<float>("norm.running_var", [1, 1, -0.5f, 1, 1, 1], 6);
        Refused(variance, "weights: tensor 'norm.running_var': the element at [2] is -0.5; variances are at least 0.");
        SafetensorsFile turned = KerasFile(without: "conv/kernel");
        turned.Add<float>("conv/kernel", Numbers(108, 1), 6, 2, 3, 3);
        Assert.That(
            () => WeightImport.Load(turned, _store, FromKeras),
            Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("weights: tensor 'conv/kernel': the shape is [6,2,3,3]; [3,3,2,6] is needed."));
        for (int i = 0; i < _store.Count; i++) Assert.That(_store.Download(i), Is.EqualTo(before[i]), _store.Spec(i).Name);

        void Refused(SafetensorsFile file, string message) =>
            Assert.That(() => WeightImport.Load(file, _store), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(message));
    }

    // A convolution in groups and one in one, its filters filled up, are the same function.
    [Test]
    public void FiltersInGroupsBecomeFiltersInOne()
    {
        using ParameterStore grouped = Convolution(2), dense = Convolution(1);
        var file = new SafetensorsFile("weights");
        ParameterFile.Add(file, grouped);
        WeightImport.Load(file, dense, spec => new WeightSource(spec.Name, Groups: spec.Name == "conv.weight" ? 2 : 1));
        float[] x = Numbers(2 * s_input.Length, 9);
        Assert.That(Outputs(dense, x), Is.EqualTo(Outputs(grouped, x)).Within(1e-6f));
        Assert.That(dense.Download(0).Count(value => value == 0), Is.EqualTo(dense.Download(0).Length / 2));

        ParameterStore Convolution(int groups)
        {
            var b = new NetworkBuilder(s_input);
            b.Convolution("conv", b.Input, 6, kernel: 3, groups: groups);
            return new ParameterStore(_backend, b.Build(), seed: 5);
        }

        float[] Outputs(ParameterStore parameters, float[] x)
        {
            using var plan = new NetworkPlan(_backend, parameters.Network, parameters, 2, training: false);
            _backend.Upload<float>(x, plan.Input);
            plan.Forward();
            var y = new float[2 * parameters.Network.Output.Length];
            _backend.Download(plan.Output, y.AsSpan());
            return y;
        }
    }

    [TestCase(48, 2)]
    [TestCase(96, 1)]
    [TestCase(40, 1)]
    public void CaffesTwoTowersAreTold(int channels, int groups)
    {
        var file = new SafetensorsFile("weights");
        file.Add<float>("conv2.weight", Numbers(2 * channels, 1), 2, channels, 1, 1);
        var b = new NetworkBuilder(new SampleShape(3, AlexNet2012.Side, AlexNet2012.Side));
        AlexNet2012.Features(b, b.Input);
        foreach (ParameterSpec spec in b.Build().Parameters)
            Assert.That(AlexNet2012.FromCaffe(spec, file), Is.EqualTo(new WeightSource(spec.Name, Groups: spec.Name == "conv2.weight" ? groups : 1)));
    }

    [Test]
    public void EveryParameterOfTheNetworksHasAPlaceInKeras()
    {
        Network squeezed = SqueezeNet.Classifier(new(3, 64, 64), 5), mobile = MobileNetV2.Classifier(new(3, 64, 64), 5, 0.35f, FrameworkStyle.Keras);
        string[] sources = [.. squeezed.Parameters.Select(SqueezeNet.FromKeras).Select(source => source.Tensor)];
        Assert.That(sources, Is.Unique.And.SupersetOf((string[])["conv1/kernel", "fire2/squeeze1x1/bias", "fire9/expand3x3/kernel", "conv10/bias"]));
        WeightSource[] of = [.. mobile.Parameters.Select(MobileNetV2.FromKeras)];
        Assert.That(of, Is.Unique.And.SupersetOf((WeightSource[])
        [
            new("Conv1/kernel", WeightLayout.Hwio), new("bn_Conv1/moving_mean"), new("expanded_conv_depthwise/depthwise_kernel", WeightLayout.Hwc1),
            new("expanded_conv_project_BN/gamma"), new("block_16_project/kernel", WeightLayout.Hwio), new("Conv_1_bn/beta"),
            new("predictions/kernel", WeightLayout.InOut), new("predictions/bias"),
        ]));
        Assert.That(() => SqueezeNet.FromKeras(mobile.Parameters[5]), Throws.ArgumentException.With.Message.Contains("is no parameter of SqueezeNet"));
        Assert.That(() => MobileNetV2.FromKeras(_store.Spec(0)), Throws.ArgumentException.With.Message.StartsWith("'conv.weight' is no parameter of MobileNetV2"));
    }

    private static WeightSource FromKeras(ParameterSpec spec)
    {
        string[] words = spec.Name.Split('.');
        return words[0] switch
        {
            "conv" => KerasNames.Convolution("conv", words[1]),
            "depthwise" => KerasNames.Depthwise("depthwise", words[1]),
            "norm" => KerasNames.Normalisation("norm", words[1]),
            _ => KerasNames.FullyConnected("fc", words[1]),
        };
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }

    private SafetensorsFile OwnFile(string? without = null)
    {
        var file = new SafetensorsFile("weights");
        foreach (ParameterSpec spec in _store.Network.Parameters.Where(spec => spec.Name != without))
            file.Add<float>(spec.Name, Numbers(spec.Length, spec.Name.Length), [.. spec.Shape]);
        return file;
    }

    private static SafetensorsFile KerasFile(string? without = null)
    {
        var file = new SafetensorsFile("weights");
        if (without is null) file.Add<float>("conv/kernel", Numbers(108, 1), 3, 3, 2, 6);
        file.Add<float>("depthwise/depthwise_kernel", Numbers(54, 2), 3, 3, 6, 1);
        file.Add<float>("fc/kernel", Numbers(36, 3), 12, 3);
        file.Add<float>("conv/bias", Numbers(6, 4), 6);
        file.Add<float>("fc/bias", Numbers(3, 5), 3);
        foreach (string name in (string[])["gamma", "beta", "moving_mean", "moving_variance"]) file.Add<float>($"norm/{name}", Numbers(6, name.Length), 6);
        return file;
    }

    private float[] Values(string name) => _store.Download(_store.Network.Parameters.ToList().FindIndex(spec => spec.Name == name));
}
