using System.Text.Json;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Tests.Learning;

/// <summary>Features of pretrained networks for a picture, against an independent computation in numpy, where the weights are at hand.</summary>
public sealed class PretrainedFeatureTests
{
    private const double Tolerance = 1e-3;

    [TestCaseSource(typeof(SharedData), nameof(SharedData.Folders))]
    public void SqueezeNetSeesThePicture(string data) =>
        Check(data, "squeezenet_v1.1_notop_float32", "feature512", Normalization.Vgg, SqueezeNet.Features, SqueezeNet.FromKeras);

    [TestCaseSource(typeof(SharedData), nameof(SharedData.Folders))]
    public void MobileNetSeesThePicture(string data) => Check(
        data, "mobilenet_v2_035_224_float32", "feature1280", Normalization.Unit, (b, x) => MobileNetV2.Features(b, x, 0.35f, FrameworkStyle.Keras),
        MobileNetV2.FromKeras);

    private static void Check(
        string data, string name, string feature, Normalization normalization, Func<NetworkBuilder, Node, Node> features, Func<ParameterSpec, WeightSource> map)
    {
        string folder = Path.Combine(data, "models");
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "golden_features.json")));
        float[] expected = [.. golden.RootElement.GetProperty(name).GetProperty(feature).EnumerateArray().Select(value => value.GetSingle())];
        var b = new NetworkBuilder(new SampleShape(3, 224, 224));
        b.GlobalPooling("pool", features(b, b.Input));
        Network network = b.Build();
        using var backend = new HostBackend(2);
        using var parameters = new ParameterStore(backend, network, seed: 1);
        SafetensorsFile file = SafetensorsFile.Read(Path.Combine(folder, name, "weights.safetensors"));
        int loaded = WeightImport.Load(file, parameters, map);
        Assert.That(loaded, Is.EqualTo(file.Tensors.Count), "every tensor of the file has its parameter");

        string picture = Path.Combine(folder, "golden_input_224x224_rgb.bmp");
        float[] pixels = new float[network.Input.Length];
        new ImageInput(3, 224, 224, normalization).Convert(ImageCodec.DecodeFile(picture), pixels);
        using var plan = new NetworkPlan(backend, network, parameters, batch: 1, training: false);
        backend.Upload<float>(pixels, plan.Input);
        plan.Forward();
        float[] actual = new float[plan.Output.Length];
        backend.Download(plan.Output, actual.AsSpan());

        double largest = actual.Zip(expected, (a, e) => Math.Abs((double)a - e)).Max();
        TestContext.Out.WriteLine($"{name}: {loaded} tensors; features up to {expected.Max():G4}, largest difference {largest:E1}");
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
        Assert.That(largest, Is.LessThan(Tolerance));
    }
}
