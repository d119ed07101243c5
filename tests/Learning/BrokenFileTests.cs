using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Learning;

/// <summary>Files that say of themselves what they are not: they are refused in one line, before memory or time is spent on what they say.</summary>
public sealed class BrokenFileTests
{
    private TemporaryFolder _folder = null!;
    private string _path = "";

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _path = _folder["file.safetensors"];
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase("\"repeats\":1", "\"repeats\":2000000000", "repeats is 2000000000; the range is 1 to 100")]
    [TestCase("\"hidden\":16", "\"hidden\":50000000", "the shape is [16,32]; [50000000,32] is needed")]
    [TestCase("\"cells\":[]", "\"cells\":[1*]", "cells are 101 convolutions; the limit is 100")]
    [TestCase("\"red\"", "null", "has a class without a name")]
    [TestCase("\"MultisetJaccard\"", "\"255\"", "the similarity is '255'")]
    [TestCase("\"trainedOn\":\"nothing\"", "\"trainedOn\":\"\\ud800\"", "is not sound")]
    public void AModelIsWhatItsWeightsAre(string sound, string broken, string message)
    {
        using var backend = new HostBackend(1);
        var description = Trainer.Describe(TinyRun.Data(), TinyRun.Options) with { TrainedOn = "nothing" };
        using (var model = new EmbeddingModel(backend, description, seed: 1)) model.Save(_path);
        broken = broken.Replace("1*", string.Join(',', Enumerable.Repeat(1, 101)), StringComparison.Ordinal);
        Change(file => file.Metadata["model"] = Replaced(file.Metadata["model"], sound, broken));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses(() => EmbeddingModel.Load(backend, _path), message);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(10_000_000));
    }

    [TestCase("variants", "2000000000", "has 1 tensors; 2000000000 variants in 1 pieces are 2000000000")]
    [TestCase("pieces", "0", "1 variants in 0 pieces are 0")]
    [TestCase("format", "x", null)]
    public void FeaturesAreAsManyAsThereAreTensors(string key, string value, string? message)
    {
        WriteFeatures(3, 2);
        Assert.That(FeatureCache.Load(_path, "these")!.Count, Is.EqualTo(3));
        Change(file => file.Metadata[key] = value);
        if (message is null) Assert.That(FeatureCache.Load(_path, "these"), Is.Null);
        else Refuses(() => FeatureCache.Load(_path, "these"), message);
    }

    [TestCase(0, 2)]
    [TestCase(3, 0)]
    public void FeaturesOfNothingAreRefused(int images, int channels)
    {
        WriteFeatures(images, channels);
        Refuses(() => FeatureCache.Load(_path, "these"), "features are tensors [N,C,H,W]");
    }

    [TestCase("mined.firstStep", "1000", "'mined.firstStep' is 1000; 22 steps are done")]
    [TestCase("options", null, "JSON")]
    [TestCase("format", "a\nb", "format is 'a b'")]
    [TestCase("done", "a\nb", "'done' is 'a b', not a number")]
    public void ACheckpointOfNoSuchRunIsRefused(string key, string? value, string message)
    {
        TrainingOptions options = TinyRun.Named("graded from scratch");
        TinyRun.Train(_folder["run"], options);
        _path = new RunFolder(_folder["run"]).Checkpoint;
        Change(file => file.Metadata[key] = value ?? Replaced(file.Metadata[key], "\"tau\": 0.5", "\"tau\": 1e999"));
        Refuses(() => Resume(options), message);
    }

    [Test]
    public void AMinedListIsNotEmpty()
    {
        TrainingOptions options = TinyRun.Named("graded from scratch");
        TinyRun.Train(_folder["run"], options);
        _path = new RunFolder(_folder["run"]).Checkpoint;
        SafetensorsFile file = SafetensorsFile.Read(_path), empty = new(_path);
        foreach ((string key, string value) in file.Metadata) empty.Metadata[key] = value;
        foreach ((string name, StoredArray tensor) in file.Tensors.Where(t => !t.Key.StartsWith("mined.", StringComparison.Ordinal)))
            empty.Add<float>(name, tensor.ToSingle(), [.. tensor.Shape]);
        empty.Add<int>("mined.triplets", [], 0, 3);
        empty.Add<float>("mined.margins", [], 0);
        empty.Write(_path);
        Refuses(() => Resume(options), "the mined triplets do not belong to a set of 48 images");
    }

    [Test]
    public void AQuantizersKindIsQuotedInOneLine()
    {
        using var backend = new HostBackend(1);
        QuantizerSpec.Parse("product:8").Train(backend, [1, 2, 3], dimensions: 1).Save(_path);
        Change(file => file.Metadata["quantizer"] = "Pro\nduct");
        Refuses(() => Quantizer.Load(_path), "the metadata 'quantizer' is 'Pro duct'");
    }

    [Test]
    public void OptionsWithHalfASurrogatePairAreRefused() =>
        Assert.That(
            () => TrainingOptions.Parse("{\"\\ud800\":1}", "options.json"),
            Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith("options.json: "));

    private void Resume(TrainingOptions options)
    {
        using var backend = new HostBackend(1);
        new Trainer(backend, TinyRun.Data(), options, new RunFolder(_folder["run"])).Run(resume: true, CancellationToken.None)?.Dispose();
    }

    private void WriteFeatures(int images, int channels)
    {
        var file = new SafetensorsFile(_path);
        (file.Metadata["format"], file.Metadata["fingerprint"]) = ("jaccardkernels-features-2", "these");
        (file.Metadata["variants"], file.Metadata["pieces"]) = ("1", "1");
        file.Add<float>("variant0.0", new float[images * channels], images, channels, 1, 1);
        file.Write(_path);
    }

    private void Change(Action<SafetensorsFile> change)
    {
        SafetensorsFile file = SafetensorsFile.Read(_path);
        change(file);
        file.Write(_path);
    }

    private static string Replaced(string text, string sound, string broken)
    {
        Assert.That(text, Does.Contain(sound));
        return text.Replace(sound, broken, StringComparison.Ordinal);
    }

    private void Refuses(Action read, string message) => Assert.That(
        read, Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith($"{_path}: ").And.Message.Contains(message).And.Message.Not.Contains("\n"));
}
