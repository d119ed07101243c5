using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Learning;

/// <summary>Networks of the literature as backbones: which parameters are theirs, where their weights come from, and that a head learns on them.</summary>
public sealed class PublishedBackboneTests
{
    private static readonly EmbeddingNetworkOptions s_network = TinyRun.Options.Network with { Backbone = BackboneKind.MobilenetV2, Width = 0.1f };

    private TemporaryFolder _folder = null!;
    private HostBackend _backend = null!;

    private TrainingOptions Options => TinyRun.Options with { Network = s_network, PretrainingEpochs = 0, Weights = _folder["weights.safetensors"], Steps = 9 };

    [SetUp]
    public void SetUp() => (_folder, _backend) = (new TemporaryFolder(), new HostBackend(1));

    [TearDown]
    public void TearDown()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [TestCase(BackboneKind.Scene, null)]
    [TestCase(BackboneKind.Alexnet, "classifier.1.weight 4096x9216, classifier.1.bias 4096, classifier.4.weight 4096x4096, classifier.4.bias 4096")]
    [TestCase(BackboneKind.Alexnet2012, "fc6.weight 4096x9216, fc6.bias 4096, fc7.weight 4096x4096, fc7.bias 4096")]
    [TestCase(BackboneKind.Vgg16, "classifier.0.weight 4096x25088, classifier.0.bias 4096, classifier.3.weight 4096x4096, classifier.3.bias 4096")]
    [TestCase(BackboneKind.Resnet18, null)]
    [TestCase(BackboneKind.Squeezenet, null)]
    [TestCase(BackboneKind.MobilenetV2, null)]
    public void ParametersAreToldApart(BackboneKind kind, string? hidden)
    {
        int side = PublishedBackbone.Find(kind)?.Side ?? 64;
        var image = new SampleShape(3, side, side);
        var options = new EmbeddingNetworkOptions { Backbone = kind, BackboneHidden = hidden is not null, Head = HeadKind.Both };
        Network whole = EmbeddingNetwork.Whole(image, options), backbone = EmbeddingNetwork.Backbone(image, options);
        Network head = EmbeddingNetwork.Head(backbone.Output, options);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(whole.Parameters.Where(EmbeddingNetwork.IsBackbone).Select(p => p.Name), Is.EqualTo(backbone.Parameters.Select(p => p.Name)));
            Assert.That(whole.Parameters.Where(p => !EmbeddingNetwork.IsBackbone(p)).Select(p => p.Name), Is.EqualTo(head.Parameters.Select(p => p.Name)));
            Assert.That(
                string.Join(", ", head.Parameters.Where(EmbeddingNetwork.IsPretrained).Select(p => $"{p.Name} {string.Join('x', p.Shape)}")),
                Is.EqualTo(hidden ?? ""));
        }
    }

    // Section 6 of the paper and its released code: AlexNet, both halves of 64, 30,000 and 60,000 iterations, 128 triplets a batch.
    [Test]
    public void ThePapersConfigurationIsSound()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "configs", "mojoo-kurita-2021.json");
        TrainingOptions options = TrainingOptions.Parse(File.ReadAllText(path), path) with { Weights = "alexnet.safetensors" };
        options.Validate();
        Network network = EmbeddingNetwork.Whole(new(3, AlexNet2012.Side, AlexNet2012.Side), options.Network);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(network.Output.Length, Is.EqualTo(128));
            Assert.That(network.Parameters.Select(p => p.Name), Is.SupersetOf(new[] { "conv1.weight", "fc6.weight", "fc7.bias", "embedding.weight", "relation.embedding.weight" }));
            Assert.That(network.Layers.OfType<RelationSumLayer>().Single().Flops(1), Is.EqualTo(2L * 256 * 256 * 666), "36 cells, with repetition");
            Assert.That((options.Margin, options.Batch, options.Mining, options.Optimizer), Is.EqualTo((30f, 128, MiningMode.GroupHard, OptimizerKind.MomentumSgd)));
            Assert.That((options.Rate, options.Decay, options.Validation), Is.EqualTo((3e-5f, 5e-4f, .1f)));
            Assert.That(options.RateDrops, Is.EqualTo(new[] { 30000, 60000 }));
        }
    }

    // Section 6 of the paper, of momentum SGD: biases twice, new layers ten times; decay on weights alone. Adam scales each weight by itself.
    [TestCase("conv1.weight", 1, true), TestCase("conv1.bias", 2, false), TestCase("fc6.weight", 1, true), TestCase("fc7.bias", 2, false)]
    [TestCase("embedding.weight", 10, true), TestCase("embedding.bias", 20, false), TestCase("relation.sum.weight", 10, true), TestCase("relation.sum.bias", 20, false)]
    public void LayersMoveAtTheRatesOfThePaper(string name, float factor, bool decays)
    {
        var network = new EmbeddingNetworkOptions { Backbone = BackboneKind.Alexnet2012, BackboneHidden = true, Head = HeadKind.Both };
        ParameterSpec spec = EmbeddingNetwork.Whole(new(3, AlexNet2012.Side, AlexNet2012.Side), network).Parameters.Single(p => p.Name == name);
        var sgd = new TrainingOptions { Optimizer = OptimizerKind.MomentumSgd, Decay = 0.25f };
        Assert.That(EmbeddingPhase.GroupOf(spec, sgd), Is.EqualTo(new ParameterGroup(factor, decays ? 0.25f : 0f)));
        Assert.That(EmbeddingPhase.GroupOf(spec, sgd with { Optimizer = OptimizerKind.Adam }), Is.EqualTo(new ParameterGroup(1f, decays ? 0.25f : 0f)));
    }

    [Test]
    public void AHeadLearnsOnTheWeightsOfTheFile()
    {
        using ParameterStore stored = WriteWeights();
        using EmbeddingModel model = Trainer("run").Run(resume: false, CancellationToken.None)!;
        using var initial = new ParameterStore(_backend, model.Parameters.Network, Options.Seed);
        for (int i = 0; i < initial.Count; i++)
        {
            ParameterSpec spec = initial.Spec(i);
            float[] values = model.Parameters.Download(i);
            if (!EmbeddingNetwork.IsBackbone(spec))
            {
                if (spec.Learned) Assert.That(values, Is.Not.EqualTo(initial.Download(i)), $"{spec.Name} is trained");
                continue;
            }
            int j = Enumerable.Range(0, stored.Count).Single(at => stored.Spec(at).Name == spec.Name);
            Assert.That(values, Is.EqualTo(stored.Download(j)), $"{spec.Name} is the file's");
        }
        Assert.That(new RunFolder(_folder["run"]).ReadMetrics().Select(m => m.Phase), Is.All.EqualTo("embedding"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void StoppedARunNeedsTheFileNoMore(bool frozen)
    {
        WriteWeights().Dispose();
        TrainingOptions options = Options with { FreezeBackbone = frozen };
        Trainer("whole", options).Run(resume: false, CancellationToken.None)!.Dispose();
        using var stop = new CancellationTokenSource();
        Assert.That(Trainer("parts", options, m => Stop(m.Step == 4)).Run(resume: false, stop.Token), Is.Null);
        File.Delete(options.Weights!);
        Trainer("parts", options).Run(resume: true, CancellationToken.None)!.Dispose();
        TinyRun.Result(_folder["parts"]).AssertSame(TinyRun.Result(_folder["whole"]));

        void Stop(bool now)
        {
            if (now) stop.Cancel();
        }
    }

    [TestCase(FrameworkStyle.Keras)]
    [TestCase(FrameworkStyle.Torchvision)]
    public void AModelOfThisLibrarySaysOfWhichStyleItIs(FrameworkStyle style)
    {
        EmbeddingNetworkOptions network = s_network with { Style = style };
        using var model = new EmbeddingModel(
            _backend, new ModelDescription
            {
                Channels = 3, Height = 32, Width = 32, Network = network, ClassNames = ["a", "b"], Similarity = SimilarityKind.Cosine, TrainedOn = "nothing",
            },
            seed: 77);
        model.Save(_folder["model.safetensors"]);
        SafetensorsFile file = SafetensorsFile.Read(_folder["model.safetensors"]);
        Assert.That(PublishedBackbone.StyleOf(file, BackboneKind.MobilenetV2), Is.EqualTo(style));
        using var parameters = new ParameterStore(_backend, EmbeddingNetwork.Whole(new SampleShape(3, 32, 32), network), seed: 1);
        PublishedBackbone.LoadWeights(file, parameters, network);
        Assert.That(parameters.Download(0), Is.EqualTo(model.Parameters.Download(0)));
        FrameworkStyle other = style == FrameworkStyle.Keras ? FrameworkStyle.Torchvision : FrameworkStyle.Keras;
        Assert.That(() => PublishedBackbone.LoadWeights(file, parameters, s_network with { Style = other }), Throws.ArgumentException.With.Message.Contains($"style is {other}"));
    }

    // fc6 and fc7, which nothing but the copy into the head brings there: with a rate of 0 they stay the file's.
    [Test]
    public void OwnHiddenLayersBeginWithTheFile()
    {
        var image = new SampleShape(3, 224, 224);
        TrainingOptions options = Options with
        {
            Network = s_network with { Backbone = BackboneKind.Alexnet, Width = 1, BackboneHidden = true, Grid = 6 }, Steps = 1, Batch = 3, Rate = 0, Decay = 0,
            FeatureVariants = 1,
        };
        float[] hidden;
        using (var stored = new ParameterStore(_backend, EmbeddingNetwork.Whole(image, options.Network), seed: 77))
        {
            var file = new SafetensorsFile(options.Weights!);
            ParameterFile.Add(file, stored);
            file.Write(options.Weights!);
            hidden = Hidden(stored);
        }
        var scenes = new SyntheticImages("scenes", 6, 224, seed: 1);
        using EmbeddingModel model = new Trainer(_backend, new TrainingData(scenes, Tiles: null), options, new RunFolder(_folder["run"]))
            .Run(resume: false, CancellationToken.None)!;
        Assert.That(Hidden(model.Parameters).AsSpan().SequenceEqual(hidden), Is.True);

        static float[] Hidden(ParameterStore parameters) =>
            parameters.Download(Enumerable.Range(0, parameters.Count).Single(i => parameters.Spec(i).Name == "classifier.4.weight"));
    }

    // In the head that an unfrozen network has: the first step's loss is that of the file's weights, not of random ones.
    [Test]
    public void WithoutFreezingTheWholeNetworkBeginsWithTheFile()
    {
        WriteWeights().Dispose();
        Trainer("weights", Options with { FreezeBackbone = false }).Run(resume: false, CancellationToken.None)!.Dispose();
        Trainer("random", Options with { FreezeBackbone = false, Weights = null }).Run(resume: false, CancellationToken.None)!.Dispose();
        float Loss(string run) => new RunFolder(_folder[run]).ReadMetrics()[0].Loss;
        Assert.That(Loss("weights"), Is.Not.EqualTo(Loss("random")));
    }

    [Test]
    public void WeightsThatCannotServeAreRefusedBeforeAnythingIsWritten()
    {
        Refused<FileNotFoundException>(Options, "weights.safetensors");
        WriteWeights().Dispose();
        Refused<InvalidDataException>(Options with { Network = s_network with { Width = 0.5f } }, "features.0.0.weight", "[8,3,3,3]; [16,3,3,3] is needed");
        Refused<InvalidDataException>(Options with { Network = s_network with { Backbone = BackboneKind.Resnet18, Width = 1 } }, "no tensor 'conv1.weight'");
        Refused<ArgumentException>(Options with { Network = s_network with { Style = FrameworkStyle.Keras } }, "style is Keras", "are Torchvision's");
        Refused<ArgumentException>(Options with { PretrainingEpochs = 1 }, "pretrainingEpochs is 1; one of them makes the backbone");
        Refused<ArgumentException>(Options with { Weights = null }, "the backbone would stay random");
        Refused<ArgumentException>(Options with { Network = s_network with { BackboneHidden = true } }, "MobilenetV2 has no hidden layers of its own");
        Refused<ArgumentException>(Options with { Network = s_network with { Width = 0 } }, "width is 0; the range is above 0 to 16");
        Refused<ArgumentException>(Options with { Network = s_network with { Backbone = BackboneKind.Resnet18 } }, "width is 0.1; only MobilenetV2 has one");
        Refused<ArgumentException>(Options with { Network = TinyRun.Options.Network with { Style = FrameworkStyle.Keras } }, "style is Keras; the backbone Scene");
        Refused<ArgumentException>(Options with { Weights = "" }, "weights is ''; a file is needed");
        Refused<ArgumentException>(Options with { Network = s_network with { Backbone = (BackboneKind)9 } }, "backbone is '9'");
        Refused<ArgumentException>(
            Options with { Network = s_network with { Backbone = BackboneKind.Alexnet, Width = 1, BackboneHidden = true, Cells = [8] } }, "cells are '8'");

        void Refused<T>(TrainingOptions options, params string[] mentions)
            where T : Exception
        {
            T error = Assert.Throws<T>(() => Trainer("refused", options).Run(resume: false, CancellationToken.None))!;
            foreach (string mention in mentions) Assert.That(error.Message, Does.Contain(mention));
            Assert.That(Directory.Exists(_folder["refused"]), Is.False, "nothing was written");
        }
    }

    // Of another seed than the run's.
    private ParameterStore WriteWeights()
    {
        var parameters = new ParameterStore(_backend, EmbeddingNetwork.Backbone(new SampleShape(3, 32, 32), s_network), seed: 77);
        var file = new SafetensorsFile(Options.Weights!);
        ParameterFile.Add(file, parameters);
        file.Write(Options.Weights!);
        return parameters;
    }

    private Trainer Trainer(string name, TrainingOptions? options = null, Action<TrainingMetrics>? progress = null) => new(
        _backend, new TrainingData(new SyntheticImages("scenes", 24, 32, seed: 1), Tiles: null), options ?? Options, new RunFolder(_folder[name])) { Progress = progress };
}
