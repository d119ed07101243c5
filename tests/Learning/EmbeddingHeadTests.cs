using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Learning;

/// <summary>A backbone pretrained, its features kept and a head trained, piece by piece: the same bits as a whole run of the trainer.</summary>
public sealed class EmbeddingHeadTests
{
    private static readonly SampleShape s_scene = new(3, 12, 12);

    private TemporaryFolder _folder = null!;
    private HostBackend _backend = null!;

    [SetUp]
    public void SetUp() => (_folder, _backend) = (new TemporaryFolder(), new HostBackend(1));

    [TearDown]
    public void TearDown()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void PieceByPieceIsTheWholeRun([Values] bool cells)
    {
        TrainingOptions options = TinyRun.Options;
        if (cells) options = options with { Network = options.Network with { Cells = [6, 5], Repeats = 2 } };
        TinyRun.Train(_folder["run"], options);
        using EmbeddingModel model = EmbeddingModel.Load(_backend, new RunFolder(_folder["run"]).Model);
        SyntheticImages scenes = TinyRun.Scenes();
        (FrozenBackbone backbone, float accuracy) = Pretraining.Run(_backend, TinyRun.Tiles(), scenes, options, TinyRun.Tiles());
        using (backbone)
        {
            FeatureCache features = backbone.Features(scenes, options.FeatureVariants, options.Seed);
            using EmbeddingHead head = EmbeddingHead.Train(_backend, features, scenes.ToLabelMatrix(), options);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(accuracy, Is.InRange(0f, 1f));
                foreach (ParameterStore part in new[] { backbone.Parameters, head.Parameters })
                    for (int i = 0; i < part.Count; i++) Assert.That(part.Download(i), Is.EqualTo(Parameter(model, part.Spec(i).Name)), part.Spec(i).Name);
                // The plans differ in batch size, which may choose other kernels.
                Assert.That(head.Embed(features), Is.EqualTo(model.Embed(scenes)).Within(1e-5f));
            }
        }
    }

    [Test]
    public void FeaturesAreKeptForTheSameWeightsAndImagesOnly()
    {
        SyntheticImages scenes = TinyRun.Scenes(10);
        string file = _folder["features.safetensors"];
        int computed = 0;
        using FrozenBackbone first = Backbone(1), second = Backbone(2);
        FeatureCache fresh = Features(first, scenes, 2), kept = Features(first, scenes, 2);
        Assert.That(computed, Is.EqualTo(1), "the second time they come from the file");
        Assert.That((kept.Count, kept.Variants, kept.Shape), Is.EqualTo((10, 2, first.Parameters.Network.Output)));
        for (int i = 0; i < 10; i++)
            foreach (ulong key in new ulong[] { 0, 1, 2 }) Assert.That(kept[i, key].SequenceEqual(fresh[i, key]), Is.True);
        Features(first, scenes, 1);
        Features(second, scenes, 1);
        Features(second, TinyRun.Scenes(11), 1);
        Assert.That(computed, Is.EqualTo(4), "other variants, other weights, other images");
        File.WriteAllText(file, "no features");
        Assert.That(() => Features(second, scenes, 1), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(file));

        FeatureCache Features(FrozenBackbone backbone, SyntheticImages images, int variants)
        {
            bool told = false;
            FeatureCache features = backbone.Features(images, variants, seed: 3, file: file, progress: (_, _) => told = true);
            if (told) computed++;
            return features;
        }
    }

    [TestCase(3)]
    [TestCase(10)]
    public void FeaturesBeyondTheSizeOfATensorAreKeptInPieces(int imagesOfAPiece)
    {
        using FrozenBackbone backbone = Backbone(1);
        FeatureCache features = backbone.Features(TinyRun.Scenes(10), variants: 2, seed: 3);
        string file = _folder["pieces.safetensors"];
        features.Save(file, "ten scenes", imagesOfAPiece * features.Shape.Length + 1);
        Assert.That(SafetensorsFile.Read(file).Tensors, Has.Count.EqualTo(2 * (imagesOfAPiece == 3 ? 4 : 1)));
        FeatureCache kept = FeatureCache.Load(file, "ten scenes")!;
        Assert.That((kept.Count, kept.Variants, kept.Shape), Is.EqualTo((10, 2, features.Shape)));
        for (int i = 0; i < 10; i++)
            foreach (ulong key in new ulong[] { 0, 1, 2 }) Assert.That(kept[i, key].SequenceEqual(features[i, key]), Is.True);
        Assert.That(FeatureCache.Load(file, "other scenes"), Is.Null);
    }

    [Test]
    public void MoreFeaturesThanAnArrayHoldsAreRefused()
    {
        using FrozenBackbone backbone = Backbone(1);
        Assert.That(
            () => backbone.Features(new ManyImages(1 << 27)), Throws.ArgumentException.With.Message.Contains("134217728 images have 4294967296 numbers of features of 8x2x2"));
    }

    [Test]
    public void ABackboneComesBackFromItsFile()
    {
        using FrozenBackbone written = Backbone(1);
        written.Save(_folder["backbone.safetensors"]);
        using FrozenBackbone read = FrozenBackbone.Load(_backend, s_scene, TinyRun.Options.Network, _folder["backbone.safetensors"]);
        Assert.That(read.Fingerprint, Is.EqualTo(written.Fingerprint));
        using FrozenBackbone other = Backbone(2);
        Assert.That(other.Fingerprint, Is.Not.EqualTo(written.Fingerprint));
        Assert.That(
            () => FrozenBackbone.Load(_backend, s_scene, TinyRun.Options.Network with { Channels = [4, 9] }, _folder["backbone.safetensors"]),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("backbone.safetensors"));
    }

    [Test]
    public void LabelsOfOtherImagesAreRefused()
    {
        using FrozenBackbone backbone = Backbone(1);
        FeatureCache features = backbone.Features(TinyRun.Scenes());
        Assert.That(
            () => EmbeddingHead.Train(_backend, features, TinyRun.Scenes(47).ToLabelMatrix(), TinyRun.Options),
            Throws.ArgumentException.With.Message.Contains("47 images and features of 48"));
    }

    [Test]
    public void MeansOverCellsDoNotTellWhereAnObjectLies()
    {
        EmbeddingNetworkOptions options = TinyRun.Options.Network with { Cells = [6, 5] };
        using var parameters = new ParameterStore(_backend, EmbeddingNetwork.Head(new SampleShape(8, 4, 4), options), seed: 1);
        using var plan = new NetworkPlan(_backend, parameters.Network, parameters, batch: 2, training: false);
        var features = new float[2 * 8 * 16];
        // One cell away from the border, and the same one elsewhere.
        for (int c = 0; c < 8; c++) features[c * 16 + 5] = features[128 + c * 16 + 10] = 1f + c;
        _backend.Upload<float>(features, plan.Input);
        plan.Forward();
        var outputs = new float[plan.Output.Length];
        _backend.Download(plan.Output, outputs.AsSpan());
        float[] here = outputs[..16], there = outputs[16..];
        Assert.That(there, Is.EqualTo(here).Within(1e-6f));
        Assert.That(here.Distinct().Count(), Is.GreaterThan(8), "it is not a constant");
    }

    private FrozenBackbone Backbone(int seed) => new(new ParameterStore(_backend, EmbeddingNetwork.Backbone(s_scene, TinyRun.Options.Network), seed));

    private static float[] Parameter(EmbeddingModel model, string name) =>
        model.Parameters.Download(Enumerable.Range(0, model.Parameters.Count).First(i => model.Parameters.Spec(i).Name == name));

    // A set of any size at no cost: nothing is to be asked of it but its size.
    private sealed class ManyImages(int count) : IImageSet
    {
        public string Name => "many";

        public int Count => count;

        public IReadOnlyList<string> ClassNames => throw new InvalidOperationException();

        public int Channels => 3;

        public int Height => 12;

        public int Width => 12;

        public string Id(int index) => throw new InvalidOperationException();

        public ReadOnlySpan<int> Labels(int index) => throw new InvalidOperationException();

        public void Load(int index, ulong augmentation, Span<float> pixels) => throw new InvalidOperationException();
    }
}
