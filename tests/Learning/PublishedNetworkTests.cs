using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Tests.Learning;

/// <summary>The networks of the literature: sizes and names against the numbers that their authors and torchvision publish.</summary>
public sealed class PublishedNetworkTests
{
    private static readonly SampleShape s_image = new(3, 224, 224);

    // Learned parameters as torchvision's documentation lists them for each set of weights ("num_params").
    private static IEnumerable<TestCaseData> Networks =>
    [
        Case("AlexNet", AlexNet.Classifier(s_image, 1000), 61_100_840), Case("VGG-16", Vgg16.Classifier(s_image, 1000), 138_357_544),
        Case("ResNet-18", ResNet18.Classifier(s_image, 1000), 11_689_512), Case("SqueezeNet 1.1", SqueezeNet.Classifier(s_image, 1000), 1_235_496),
        Case("MobileNetV2", MobileNetV2.Classifier(s_image, 1000), 3_504_872),
        Case("MobileNetV2 of Keras", MobileNetV2.Classifier(s_image, 1000, style: FrameworkStyle.Keras), 3_504_872),
        // "Trainable params" of the summary that Keras prints.
        Case("MobileNetV2 0.5 of Keras", MobileNetV2.Classifier(s_image, 1000, 0.5f, FrameworkStyle.Keras), 1_968_680),
    ];

    [TestCaseSource(nameof(Networks))]
    public void HasThePublishedNumberOfParameters(Network network, int parameters) =>
        Assert.That(network.Parameters.Where(parameter => parameter.Learned).Sum(parameter => parameter.Length), Is.EqualTo(parameters));

    // Multiply-adds in billions, from the same lists ("GFLOPS" there); products only, so pooling and normalisation are the difference.
    [TestCase("AlexNet", 0.71), TestCase("VGG-16", 15.47), TestCase("ResNet-18", 1.81), TestCase("SqueezeNet 1.1", 0.35), TestCase("MobileNetV2", 0.3)]
    public void DoesThePublishedWork(string name, double billions)
    {
        var network = (Network)Networks.First(data => data.TestName!.EndsWith($"({name})", StringComparison.Ordinal)).Arguments[0]!;
        Assert.That(network.Flops(1) / 2e9, Is.EqualTo(billions).Within(0.006));
    }

    [Test]
    public void FeaturesHaveThePublishedShapes()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Features(AlexNet.Features), Is.EqualTo(new SampleShape(256, 6, 6)));
            Assert.That(Features(AlexNet2012.Features, new(3, AlexNet2012.Side, AlexNet2012.Side)), Is.EqualTo(new SampleShape(256, 6, 6)));
            Assert.That(Features(Vgg16.Features), Is.EqualTo(new SampleShape(512, 7, 7)));
            Assert.That(Features(ResNet18.Features), Is.EqualTo(new SampleShape(512, 7, 7)));
            Assert.That(Features(SqueezeNet.Features), Is.EqualTo(new SampleShape(512, 13, 13)));
            Assert.That(Features((b, x) => MobileNetV2.Features(b, x)), Is.EqualTo(new SampleShape(1280, 7, 7)));
            Assert.That(Features((b, x) => MobileNetV2.Features(b, x, 1.4f)), Is.EqualTo(new SampleShape(1792, 7, 7)));
            Assert.That(Features((b, x) => MobileNetV2.Features(b, x, style: FrameworkStyle.Keras), new(3, 97, 97)), Is.EqualTo(new SampleShape(1280, 4, 4)));
        }
    }

    // 36 and 49 cells of 258 and 514 channels: 666 and 1225 pairs, whose second layer is 2 x 256 x 256 operations each.
    [TestCase(HeadKind.Fc, 64, 0), TestCase(HeadKind.Rn, 64, 1), TestCase(HeadKind.Both, 128, 1)]
    public void EmbeddingsHaveThePapersSizes(HeadKind kind, int dimensions, int relations)
    {
        // A branch's dimensions, or both's.
        var options = new EmbeddingNetworkOptions
        {
            Head = kind, Dimensions = dimensions, BackboneHidden = true, PairUnits = 256, SumUnits = 1024, Hidden = 1024, Dropout = 0.5f,
        };
        foreach ((Network network, int pairs, int channels) in new[]
        {
            (EmbeddingNetwork.Whole(new(3, AlexNet2012.Side, AlexNet2012.Side), options with { Backbone = BackboneKind.Alexnet2012 }), 666, 258),
            (EmbeddingNetwork.Whole(s_image, options with { Backbone = BackboneKind.Vgg16 }), 1225, 514),
        })
        {
            Assert.That(network.Output, Is.EqualTo(new SampleShape(dimensions)));
            RelationSumLayer[] sums = [.. network.Layers.OfType<RelationSumLayer>()];
            Assert.That(sums, Has.Length.EqualTo(relations));
            if (relations == 0) continue;
            Assert.That(sums[0].Flops(1), Is.EqualTo(2L * 256 * 256 * pairs));
            // The first layer of g reads both cells and the 64 dimensions of the context.
            ParameterSpec[] first = [.. network.Parameters.Where(p => p.Name is "relation.objects.weight" or "relation.context.weight")];
            Assert.That(first.Sum(p => p.Length), Is.EqualTo(256 * (2 * channels + 64)));
            Assert.That(first.Select(p => p.FanIn), Is.All.EqualTo(2 * channels + 64));
        }
    }

    // Of torchvision's state_dict, without num_batches_tracked.
    [TestCase("AlexNet", 16, "features.0.weight 64x3x11x11", "features.10.bias 256", "classifier.1.weight 4096x9216", "classifier.6.bias 1000")]
    [TestCase("VGG-16", 32, "features.0.weight 64x3x3x3", "features.28.weight 512x512x3x3", "classifier.0.weight 4096x25088", "classifier.6.bias 1000")]
    [TestCase("ResNet-18", 102, "conv1.weight 64x3x7x7", "bn1.running_mean 64", "layer1.0.conv1.weight 64x64x3x3", "layer1.0.bn1.running_var 64",
        "layer2.0.downsample.0.weight 128x64x1x1", "layer2.0.downsample.1.running_mean 128", "layer4.1.bn2.bias 512", "fc.weight 1000x512", "fc.bias 1000")]
    [TestCase("SqueezeNet 1.1", 52, "features.0.weight 64x3x3x3", "features.3.squeeze.weight 16x64x1x1", "features.7.expand1x1.bias 128",
        "features.12.expand3x3.weight 256x64x3x3", "classifier.1.weight 1000x512x1x1")]
    [TestCase("MobileNetV2", 262, "features.0.0.weight 32x3x3x3", "features.0.1.running_mean 32", "features.1.conv.0.0.weight 32x1x3x3", "features.1.conv.1.weight 16x32x1x1",
        "features.1.conv.2.weight 16", "features.2.conv.0.0.weight 96x16x1x1", "features.2.conv.1.0.weight 96x1x3x3", "features.2.conv.2.weight 24x96x1x1",
        "features.17.conv.3.running_var 320", "features.18.0.weight 1280x320x1x1", "classifier.1.weight 1000x1280")]
    public void ParametersHaveTorchvisionsNames(string name, int count, params string[] some)
    {
        var network = (Network)Networks.First(data => data.TestName!.EndsWith($"({name})", StringComparison.Ordinal)).Arguments[0]!;
        Assert.That(network.Parameters, Has.Count.EqualTo(count));
        Assert.That(network.Parameters.Select(parameter => $"{parameter.Name} {string.Join('x', parameter.Shape)}"), Is.SupersetOf(some));
    }

    // By hand from the rule of the paper's authors: multiples of eight, no more than a tenth below.
    [TestCase(32 * 0.35f, 16), TestCase(16 * 0.35f, 8), TestCase(24 * 0.35f, 8), TestCase(96 * 0.35f, 32), TestCase(160 * 0.35f, 56), TestCase(24 * 0.75f, 24)]
    [TestCase(24 * 1.4f, 32), TestCase(16 * 1.3f, 24)]
    public void ChannelsAreRoundedToEights(float channels, int rounded) => Assert.That(MobileNetV2.Rounded(channels), Is.EqualTo(rounded));

    [Test]
    public void ImagesThatDoNotFitAreRefused()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(AlexNet.Classifier(new(3, 415, 415), 10).Output.Channels, Is.EqualTo(10), "a grid of 12 x 12 is pooled");
            Assert.That(
                () => AlexNet.Classifier(new(3, 256, 256), 10),
                Throws.ArgumentException.With.Message.StartsWith("images of 3x256x256 have features of 7x7; the layer behind them needs 6x6"));
            Assert.That(
                () => Features((b, x) => MobileNetV2.Features(b, x, style: FrameworkStyle.Keras), new(3, 224, 225)),
                Throws.ArgumentException.With.Message.StartsWith("images of 3x224x225 become 3x224x225 before a stride of 2"));
            Assert.That(
                () => Features((b, x) => MobileNetV2.Features(b, x, float.NaN)), Throws.InstanceOf<ArgumentException>().With.Message.StartsWith("width is NaN; the range is"));
        }
    }

    private static SampleShape Features(Func<NetworkBuilder, Node, Node> features, SampleShape? input = null)
    {
        var b = new NetworkBuilder(input ?? s_image);
        return features(b, b.Input).Shape;
    }

    private static TestCaseData Case(string name, Network network, int parameters) => new(network, parameters) { TestName = $"{{m}}({name})" };
}
