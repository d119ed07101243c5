using System.Text.Json;
using JaccardKernels.Cli;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;
using JaccardKernels.Tests.Data;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

/// <summary><c>--crops</c> of embed and evaluate, with an untrained model of 8x8 pixels.</summary>
public sealed class CropsTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        using var backend = new HostBackend(1);
        using var model = new EmbeddingModel(
            backend,
            new ModelDescription
            {
                Channels = 3, Height = 8, Width = 8, Network = new EmbeddingNetworkOptions { Channels = [4, 8], Grid = 2, Hidden = 16, Dimensions = 16 },
                ClassNames = ["a", "b"], Similarity = SimilarityKind.MultisetJaccard, TrainedOn = "nothing", Preprocessing = "c3h8w8-unit-stretch",
            },
            seed: 1);
        model.Save(_folder["m.safetensors"]);
        for (int i = 0; i < 20; i++) Fixtures.Write(_folder[$"images/{i:00}.png"], Fixtures.Png(Fixtures.Pattern(12, 12, i)));
        string rows = string.Concat(Enumerable.Range(0, 20).Select(i => $"{i:00},{i % 3},{1 + i % 2}\n"));
        Fixtures.Write(_folder["labels.csv"], "image,a,b\n" + rows);
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void EmbedWritesTheMeansOfTenCrops()
    {
        string data = $"{_folder["images"]},resize=12";
        Run("embed", "--data", data, "--out", _folder["ten.npy"], "--crops", "10").Json();
        Run("embed", "--data", data, "--out", _folder["one.npy"]).Json();
        using var backend = new HostBackend(1);
        using EmbeddingModel model = EmbeddingModel.Load(backend, _folder["m.safetensors"]);
        using Dataset set = DataSpec.Parse(data + ",size=8").Open();
        Assert.That(NpyFile.Read(_folder["ten.npy"]).AsSpan<float>().ToArray(), Is.EqualTo(model.EmbedTenCrops(set.Database)));
        Assert.That(NpyFile.Read(_folder["one.npy"]).AsSpan<float>().ToArray(), Is.EqualTo(model.Embed(set.Database)));
    }

    [Test]
    public void EvaluateSaysHowManyCrops([Values(1, 10)] int crops)
    {
        string data = $"csv:{_folder["labels.csv"]},images={_folder["images"]},resize=12,train=4,query=4";
        JsonElement report = Run("evaluate", "--data", data, "--out", _folder["report"], "--crops", $"{crops}").Json();
        Assert.That(report.GetProperty("systems")[0].GetProperty("evaluation").GetProperty("database").GetInt32(), Is.EqualTo(12));
        Assert.That(File.ReadAllText(_folder["report/index.html"]), Does.Contain(crops == 10 ? "10, the mean of their embeddings" : "1, the middle"));
    }

    [Test]
    public void CropsThatCannotBeAreOneLineAndNoFile()
    {
        Run("embed", "--data", _folder["images"], "--out", _folder["e.npy"], "--crops", "5").AssertFailed(ExitCode.Usage, "--crops is 5; it is 1 or 10");
        Run("embed", "--data", _folder["images"], "--out", _folder["e.npy"], "--crops", "10").AssertFailed(ExitCode.Usage, "nothing to crop from");
        Assert.That(File.Exists(_folder["e.npy"]), Is.False);
    }

    private JkResult Run(string verb, params string[] arguments) =>
        JkRunner.Run([verb, "--run", _folder["m.safetensors"], "--device", "host", "--json", .. arguments]);
}
