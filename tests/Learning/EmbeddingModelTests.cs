using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Learning;

public sealed class EmbeddingModelTests
{
    private TemporaryFolder _folder = null!;
    private HostBackend _backend = null!;

    [SetUp]
    public void SetUp() => (_folder, _backend) = (new TemporaryFolder(), new HostBackend(2));

    [TearDown]
    public void TearDown()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void ASavedModelEmbedsTheSame()
    {
        // 70 images are a batch of 64 and one of 6.
        SyntheticImages set = TinyRun.Scenes(70);
        using EmbeddingModel model = Model();
        float[] embeddings = model.Embed(set);
        model.Save(_folder["m.safetensors"]);
        using EmbeddingModel loaded = EmbeddingModel.Load(_backend, _folder["m.safetensors"]);
        loaded.Save(_folder["again.safetensors"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(embeddings, Has.Length.EqualTo(70 * 16).And.All.InRange(-1f, 1f));
            Assert.That(embeddings.Distinct().Count(), Is.GreaterThan(70 * 8));
            Assert.That(loaded.Embed(set, threads: 3), Is.EqualTo(embeddings));
            Assert.That(File.ReadAllBytes(_folder["again.safetensors"]), Is.EqualTo(File.ReadAllBytes(_folder["m.safetensors"])));
            Assert.That(loaded.Description.ClassNames, Is.EqualTo(set.ClassNames));
            Assert.That(loaded.Description.Network.Channels, Is.EqualTo(new[] { 4, 8 }));
            Assert.That(loaded.Description.Similarity, Is.EqualTo(SimilarityKind.Cosine));
            Assert.That(loaded.Description.Preprocessing, Is.EqualTo("c3h12w12-unit-stretch"));
        }
    }

    // But for rounding: how a layer is computed depends on the size of the batch.
    [Test]
    public void AnImageAloneHasTheEmbeddingItHasInABatch()
    {
        SyntheticImages set = TinyRun.Scenes(70);
        using EmbeddingModel model = Model();
        float[] embeddings = model.Embed(set);
        foreach (int image in new[] { 0, 33, 69 })
        {
            Assert.That(model.Embed(new AloneSet(set, image)), Is.EqualTo(embeddings[(image * 16)..(image * 16 + 16)]).Within(1e-6f), $"image {image}");
        }
    }

    [Test]
    public void EmbeddingStopsAndReports()
    {
        using EmbeddingModel model = Model();
        var done = new List<int>();
        model.Embed(TinyRun.Scenes(70), progress: done.Add);
        Assert.That(done, Is.EqualTo(new[] { 64, 70 }));
        Assert.That(() => model.Embed(TinyRun.Scenes(70), cancellation: new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => model.Embed(TinyRun.Tiles()), Throws.ArgumentException.With.Message.Contains("3x8x8").And.Message.Contains("3x12x12"));
        Assert.That(model.Embed(TinyRun.Scenes(0)), Is.Empty);
    }

    [Test]
    public void ACutFileIsRefused()
    {
        using (EmbeddingModel model = Model()) model.Save(_folder["m.safetensors"]);
        byte[] whole = File.ReadAllBytes(_folder["m.safetensors"]);
        for (int length = 0; length < whole.Length; length += 1 + whole.Length / 40)
        {
            File.WriteAllBytes(_folder["cut.safetensors"], whole[..length]);
            AssertRefused(_folder["cut.safetensors"], "cut.safetensors");
        }
        File.WriteAllBytes(_folder["cut.safetensors"], whole[..^1]);
        AssertRefused(_folder["cut.safetensors"], "cut.safetensors");
        File.WriteAllBytes(_folder["cut.safetensors"], [.. whole, 0]);
        AssertRefused(_folder["cut.safetensors"], "cut.safetensors");
    }

    [TestCase(float.NaN, "NaN")]
    [TestCase(float.PositiveInfinity, "Infinity")]
    public void WeightsThatAreNotNumbersAreRefused(float bad, string mention)
    {
        Rewrite(file => { }, (name, values) =>
        {
            if (name == "hidden.weight") values[7] = bad;
        });
        var error = Assert.Throws<InvalidDataException>(() => EmbeddingModel.Load(_backend, _folder["bad.safetensors"]).Dispose())!;
        Assert.That(error.Message, Does.Contain("hidden.weight").And.Contain("[0,7]").And.Contain(mention));
    }

    [Test]
    public void ADescriptionThatDoesNotFitIsRefused()
    {
        AssertDescriptionRefused("\"hidden\":16", "\"hidden\":24", "hidden.weight");
        AssertDescriptionRefused("\"hidden\":16", "\"hidden\":0", "hidden is 0");
        AssertDescriptionRefused("\"hidden\":16", "\"hidden\":2000000000", "description");
        AssertDescriptionRefused("\"hidden\":16", "\"hidden\":\"x\"", "description");
        AssertDescriptionRefused("\"height\":12", "\"height\":0", "description");
        AssertDescriptionRefused("\"classNames\":", "\"classNames\":null,\"trainedOn\":", "description");
        AssertDescriptionRefused("\"channels\":3", "\"channels\":1", "conv1.weight");
        Rewrite(file => file.Metadata["format"] = "something-else", (_, _) => { });
        AssertRefused(_folder["bad.safetensors"], "something-else");
        Rewrite(file => file.Metadata.Remove("model"), (_, _) => { });
        AssertRefused(_folder["bad.safetensors"], "'model' is missing");
    }

    private void AssertDescriptionRefused(string what, string by, string mention)
    {
        Rewrite(file =>
        {
            Assert.That(file.Metadata["model"], Does.Contain(what));
            file.Metadata["model"] = file.Metadata["model"].Replace(what, by, StringComparison.Ordinal);
        }, (_, _) => { });
        AssertRefused(_folder["bad.safetensors"], mention);
    }

    private void AssertRefused(string path, string mention) => Assert.That(
        () => EmbeddingModel.Load(_backend, path).Dispose(),
        Throws.TypeOf<InvalidDataException>()
            .With.Message.Contains(mention).And.Message.Contains(Path.GetFileName(path)).And.Message.Not.Contains("\n"));

    // The model's file with changes, as bad.safetensors.
    private void Rewrite(Action<SafetensorsFile> metadata, Action<string, float[]> weights)
    {
        using (EmbeddingModel model = Model()) model.Save(_folder["m.safetensors"]);
        SafetensorsFile source = SafetensorsFile.Read(_folder["m.safetensors"]);
        var target = new SafetensorsFile(_folder["bad.safetensors"]);
        foreach ((string key, string value) in source.Metadata) target.Metadata[key] = value;
        foreach ((string name, StoredArray tensor) in source.Tensors)
        {
            float[] values = tensor.ToSingle();
            weights(name, values);
            target.Add<float>(name, values, [.. tensor.Shape]);
        }
        metadata(target);
        target.Write(_folder["bad.safetensors"]);
    }

    private EmbeddingModel Model() => new(_backend, new ModelDescription
    {
        Channels = 3,
        Height = 12,
        Width = 12,
        Network = TinyRun.Options.Network,
        ClassNames = TinyRun.Scenes(1).ClassNames,
        Similarity = SimilarityKind.Cosine,
        TrainedOn = "nothing",
        Preprocessing = "c3h12w12-unit-stretch",
    }, seed: 4);

    private sealed class AloneSet(IImageSet set, int image) : IImageSet
    {
        public string Name => set.Name;

        public int Count => 1;

        public IReadOnlyList<string> ClassNames => set.ClassNames;

        public int Channels => set.Channels;

        public int Height => set.Height;

        public int Width => set.Width;

        public string Id(int index) => set.Id(image);

        public ReadOnlySpan<int> Labels(int index) => set.Labels(image);

        public void Load(int index, ulong augmentation, Span<float> pixels) => set.Load(image, augmentation, pixels);
    }
}
