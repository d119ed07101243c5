using JaccardKernels.Cli;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

/// <summary>What goes wrong on the whole way: one line that names it, an exit code, and nothing half-written.</summary>
public sealed class TrainingVerbErrorTests
{
    private TemporaryFolder _shared = null!, _folder = null!;

    [OneTimeSetUp]
    public void Train()
    {
        _shared = new TemporaryFolder();
        File.WriteAllText(_shared["options.json"], TinyScenes.Options);
        TinyScenes.Train(_shared["run"], _shared["options.json"], "--steps", "2");
        JkRunner.Run("index", "build", "--run", _shared["run"], "--data", TinyScenes.Spec, "--split", "query", "--out", _shared["i.jkx"],
            "--device", "host", "--json").Json();
    }

    [OneTimeTearDown]
    public void RemoveShared() => _shared.Dispose();

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void ABadPictureInAFolderIsNamedAndSkippedIfAsked()
    {
        byte[] good = Picture();
        Directory.CreateDirectory(_folder["photos"]);
        File.WriteAllBytes(_folder["photos/a.png"], good);
        File.WriteAllBytes(_folder["photos/cut.png"], good[..(good.Length / 2)]);
        File.WriteAllBytes(_folder["photos/empty.jpg"], []);
        File.WriteAllText(_folder["photos/text.png"], "This is not a picture.");
        File.WriteAllBytes(_folder["photos/z.png"], good);
        string[] embed =
            ["embed", "--run", _shared["run"], "--out", _folder["e.npy"], "--names", _folder["n.txt"], "--device", "host", "--json", "--data"];
        // Of several bad pictures it is always the first that is named.
        JkRunner.Run([.. embed, _folder["photos"]]).AssertFailed(ExitCode.Failed, "cut.png");
        Assert.That(File.Exists(_folder["e.npy"]), Is.False);
        JkResult result = JkRunner.Run([.. embed, $"{_folder["photos"]},bad=skip"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(3).And.All.StartsWith("jk: note: "));
            foreach (string bad in new[] { "cut.png", "empty.jpg", "text.png" }) Assert.That(result.Error, Does.Contain(bad));
            Assert.That(File.ReadAllLines(_folder["n.txt"]), Is.EqualTo(new[] { "a.png", "z.png" }));
            Assert.That(NpyFile.Read(_folder["e.npy"]).Shape[0], Is.EqualTo(2));
        }
    }

    [Test]
    public void ABadPictureInTrainingIsNamed()
    {
        byte[] good = Picture();
        for (int i = 0; i < 20; i++) File.WriteAllBytes(_folder[$"{i}.png"], i == 13 ? good[..40] : good);
        WriteManifest("image,split,cat,dog", i => $"{i}.png,{(i < 14 ? "train" : i < 17 ? "query" : "database")},{i % 3},{i % 2}");
        File.WriteAllText(_folder["o.json"], TinyScenes.Options.Replace("\"batch\": 16", "\"batch\": 8", StringComparison.Ordinal));
        Train($"csv:{_folder["labels.csv"]},size=24", "--config", _folder["o.json"], "--pretraining-epochs", "0")
            .AssertFailed(ExitCode.Failed, "13.png");
        Assert.That(File.Exists(_folder["run/model.safetensors"]), Is.False);
        Directory.Delete(_folder["run"], recursive: true);
        JkResult skipped = Train($"csv:{_folder["labels.csv"]},size=24,bad=skip", "--config", _folder["o.json"], "--pretraining-epochs", "0");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(skipped.ExitCode, Is.Zero, skipped.Error);
            Assert.That(skipped.Error, Does.StartWith("jk: note: ").And.Contain("13.png"));
        }
    }

    [TestCase("image,split,cat,dog", "{0}.png,train,1", "labels.csv:2", "3 columns", "4")]
    [TestCase("image,split,cat,dog", "{0}.png,train,-1,0", "labels.csv:2", "cat", "-1")]
    [TestCase("image,split,cat,dog", "{0}.png,train,1.5,0", "labels.csv:2", "cat", "1.5")]
    [TestCase("image,split,cat", "{0}.png,train,1", "one class")]
    [TestCase("image,split,cat,dog", "{0}.png,train,1,0", "query split is empty")]
    [TestCase("image,split,cat,dog", "{0}.png,sometimes,1,0", "sometimes")]
    public void ABadLabelFileIsNamed(string header, string row, params string[] mentions)
    {
        byte[] good = Picture();
        for (int i = 0; i < 20; i++) File.WriteAllBytes(_folder[$"{i}.png"], good);
        WriteManifest(header, i => string.Format(row, i));
        Train($"csv:{_folder["labels.csv"]},size=24", "--pretraining-epochs", "0").AssertFailed(ExitCode.Failed, mentions);
        AssertNoRun();
    }

    [Test]
    public void EqualLabelsEverywhereAreRefused()
    {
        byte[] good = Picture();
        for (int i = 0; i < 20; i++) File.WriteAllBytes(_folder[$"{i}.png"], good);
        WriteManifest("image,cat,dog", i => $"{i}.png,1,0");
        File.WriteAllText(_folder["o.json"], TinyScenes.Options.Replace("\"batch\": 16", "\"batch\": 4", StringComparison.Ordinal));
        Train($"csv:{_folder["labels.csv"]},size=24", "--config", _folder["o.json"], "--pretraining-epochs", "0")
            .AssertFailed(ExitCode.Failed, "the same labels");
        AssertNoRun();
    }

    [Test]
    public void WhatCannotBeTrainedIsRefusedBeforeAnythingIsWritten()
    {
        File.WriteAllText(_folder["large.json"], TinyScenes.Options.Replace("\"batch\": 16", "\"batch\": 61", StringComparison.Ordinal));
        Train(TinyScenes.Spec, "--config", _folder["large.json"]).AssertFailed(ExitCode.Usage, "batch is 61", "60 images");
        File.WriteAllText(_folder["unknown.json"], "{\"stepz\": 3}");
        Train(TinyScenes.Spec, "--config", _folder["unknown.json"]).AssertFailed(ExitCode.Failed, "unknown.json", "stepz");
        Train(TinyScenes.Spec, "--config", _folder["nowhere.json"]).AssertFailed(ExitCode.Failed, "nowhere.json");
        Train(TinyScenes.Spec, "--config", _shared["options.json"], "--steps", "0").AssertFailed(ExitCode.Usage, "steps is 0");
        Train(TinyScenes.Spec, "--config", _shared["options.json"], "--similarity", "resemblance").AssertFailed(ExitCode.Usage, "resemblance");
        Train(TinyScenes.Spec, "--config", _shared["options.json"], "--head", "cnn").AssertFailed(ExitCode.Usage, "--head is 'cnn'");
        Train("scenes:size=24,train=60,tiles=0", "--config", _shared["options.json"]).AssertFailed(ExitCode.Usage, "no single objects");
        Train("scenes:size=23", "--config", _shared["options.json"]).AssertFailed(ExitCode.Usage, "size is 23x23");
        Train("nowhere", "--config", _shared["options.json"]).AssertFailed(ExitCode.Usage, "nowhere");
        JkRunner.Run("train", "--out", _folder["run"]).AssertFailed(ExitCode.Usage, "--data is missing");
        JkRunner.Run("train", "--out", _folder["run"], "--data", TinyScenes.Spec, "--config", _shared["options.json"], "--device", "cuda:63")
            .AssertFailed(ExitCode.Usage, "cuda");
        AssertNoRun();
    }

    [Test]
    public void RunFoldersAreNotMixedUp()
    {
        JkRunner.Run("train", "--resume", "--out", _folder["run"], "--device", "host").AssertFailed(ExitCode.Failed, "no run to resume");
        JkRunner.Run("train", "--resume", "--out", _shared["run"], "--steps", "9", "--device", "host")
            .AssertFailed(ExitCode.Usage, "--steps", "--resume");
        JkRunner.Run("train", "--out", _shared["run"], "--data", TinyScenes.Spec, "--config", _shared["options.json"], "--device", "host")
            .AssertFailed(ExitCode.Failed, "holds a run already");
        Train(TinyScenes.Spec, "--config", _shared["options.json"], "--steps", "2", "--seed", "2").Json();
        File.Copy(_shared["run/checkpoint.safetensors"], _folder["run/checkpoint.safetensors"], overwrite: true);
        JkRunner.Run("train", "--resume", "--out", _folder["run"], "--device", "host")
            .AssertFailed(ExitCode.Failed, "checkpoint.safetensors", "other options");
        File.WriteAllText(_folder["run/data.txt"], TinyScenes.Spec.Replace("train=60", "train=61", StringComparison.Ordinal));
        File.Delete(_folder["run/model.safetensors"]);
        JkRunner.Run("train", "--resume", "--out", _folder["run"], "--device", "host").AssertFailed(ExitCode.Failed, "checkpoint.safetensors");
        JkRunner.Run("evaluate", "--run", _folder["run"], "--data", TinyScenes.Spec, "--device", "host")
            .AssertFailed(ExitCode.Failed, "has its training finished");
    }

    [Test]
    public void WhereNothingCanBeWrittenNothingIs()
    {
        File.WriteAllText(_folder["file"], "");
        JkRunner.Run("train", "--data", TinyScenes.Spec, "--config", _shared["options.json"], "--out", _folder["file"], "--device", "host")
            .AssertFailed(ExitCode.Failed, "file");
        JkRunner.Run("train", "--data", TinyScenes.Spec, "--config", _shared["options.json"], "--out", _folder["file/run"], "--device", "host")
            .AssertFailed(ExitCode.Failed, "file");
        JkRunner.Run("evaluate", "--run", _shared["run"], "--data", TinyScenes.Spec, "--out", _folder["file"], "--device", "host")
            .AssertFailed(ExitCode.Failed, "file");
        JkRunner.Run("embed", "--run", _shared["run"], "--data", TinyScenes.Spec, "--out", _folder["no/e.npy"], "--device", "host")
            .AssertFailed(ExitCode.Failed, "no/e.npy");
        JkRunner.Run("index", "build", "--run", _shared["run"], "--data", TinyScenes.Spec, "--out", _folder["no/i.jkx"], "--device", "host")
            .AssertFailed(ExitCode.Failed, "no/i.jkx");
        Assert.That(Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName), Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public void AModelFileMustBeOne()
    {
        byte[] model = File.ReadAllBytes(_shared["run/model.safetensors"]);
        File.WriteAllBytes(_folder["cut.safetensors"], model[..^9]);
        File.WriteAllText(_folder["text.safetensors"], "This is not a model.");
        File.Copy(_shared["run/checkpoint.safetensors"], _folder["checkpoint.safetensors"]);
        foreach (string name in new[] { "cut.safetensors", "text.safetensors", "checkpoint.safetensors" })
            Embed("--run", _folder[name], "--data", TinyScenes.Spec).AssertFailed(ExitCode.Failed, name);
        Embed("--run", _folder["nowhere"], "--data", TinyScenes.Spec).AssertFailed(ExitCode.Failed, "no such run folder");
        Embed("--run", _shared["run"], "--data", TinyScenes.Spec, "--split", "all").AssertFailed(ExitCode.Usage, "'all'");
        Directory.CreateDirectory(_folder["photos"]);
        File.WriteAllBytes(_folder["photos/a.png"], Picture());
        Embed("--run", _shared["run"], "--data", _folder["photos"], "--split", "train").AssertFailed(ExitCode.Failed, "train split is empty");
        Embed("--run", _shared["run"], "--data", _folder["photos"], "--labels", _folder["l.npy"]).AssertFailed(ExitCode.Failed, "no labels");
        JkRunner.Run("evaluate", "--run", _shared["run"], "--data", _folder["photos"], "--device", "host").AssertFailed(ExitCode.Failed, "no labels");
        Assert.That(File.Exists(_folder["e.npy"]), Is.False);
    }

    [Test]
    public void AnotherModelsIndexIsRefused()
    {
        File.WriteAllBytes(_folder["q.png"], Picture());
        using (var backend = new HostBackend(1))
        {
            using EmbeddingModel model = EmbeddingModel.Load(backend, _shared["run/model.safetensors"]);
            using var other = new EmbeddingModel(backend, model.Description, seed: 77);
            other.Save(_folder["other.safetensors"]);
        }
        Search("--run", _folder["other.safetensors"], "--image", _folder["q.png"])
            .AssertFailed(ExitCode.Usage, "i.jkx", "another model", "sha256:", "other.safetensors");
        // The same model by another path is the same model.
        File.Copy(_shared["run/model.safetensors"], _folder["copy.safetensors"]);
        Search("--run", _folder["copy.safetensors"], "--image", _folder["q.png"], "--json").Json();
    }

    [Test]
    public void ASearchThatCannotBeIsOneLine()
    {
        File.WriteAllBytes(_folder["q.png"], Picture());
        File.WriteAllText(_folder["text.png"], "This is not a picture.");
        NpyFile.Write<int>(_folder["l.npy"], new int[10], 1, 10);
        NpyFile.Write<int>(_folder["two.npy"], new int[20], 2, 10);
        NpyFile.Write<int>(_folder["narrow.npy"], new int[3], 1, 3);
        string[] picture = ["--run", _shared["run"], "--image", _folder["q.png"]];
        Search("--run", _shared["run"], "--image", _folder["text.png"]).AssertFailed(ExitCode.Failed, "text.png");
        Search("--run", _shared["run"], "--image", _folder["no.png"]).AssertFailed(ExitCode.Failed, "no.png");
        Search("--image", _folder["q.png"]).AssertFailed(ExitCode.Usage, "--image needs --run");
        Search("--run", _shared["run"]).AssertFailed(ExitCode.Usage, "--image");
        Search([.. picture, "--codes", "c.npy"]).AssertFailed(ExitCode.Usage, "--image, --codes and --embeddings exclude each other");
        Search([.. picture, "--sheet", _folder["s.png"]]).AssertFailed(ExitCode.Usage, "--sheet needs --data");
        Search([.. picture, "--data", TinyScenes.Spec]).AssertFailed(ExitCode.Usage, "--data needs --sheet");
        Search([.. picture, "--labels", _folder["two.npy"]]).AssertFailed(ExitCode.Usage, "2 rows", "1 queries");
        Search([.. picture, "--labels", _folder["narrow.npy"]]).AssertFailed(ExitCode.Usage, "3 classes", "10");
        Search([.. picture, "--sheet", _folder["s.png"], "--data", "scenes:size=24,train=3,query=3,database=3,tiles=0,seed=9"])
            .AssertFailed(ExitCode.Usage, "scene/1/2/", "which the index names");
        Assert.That(File.Exists(_folder["s.png"]), Is.False);
    }

    [Test]
    public void AnIndexIsOfImagesOrOfCodes()
    {
        Build("--run", _shared["run"]).AssertFailed(ExitCode.Usage, "--run needs --data");
        Build("--data", TinyScenes.Spec).AssertFailed(ExitCode.Usage, "--data needs --run");
        Build("--run", _shared["run"], "--data", TinyScenes.Spec, "--codes", "c.npy").AssertFailed(ExitCode.Usage, "exclude each other");
        Build("--run", _shared["run"], "--data", TinyScenes.Spec, "--names", "n.txt").AssertFailed(ExitCode.Usage, "--names goes with --codes or --embeddings");
        Build("--codes", "c.npy", "--split", "query").AssertFailed(ExitCode.Usage, "--split goes with --data");
        Build("--run", _shared["run"], "--data", TinyScenes.Spec, "--split", "all").AssertFailed(ExitCode.Usage, "'all'");
        Assert.That(File.Exists(_folder["i.jkx"]), Is.False);
    }

    private static byte[] Picture()
    {
        using Dataset data = DataSpec.Parse(TinyScenes.Spec).Open();
        return ImageCodec.Default.EncodePng(((IDisplayImages)data.Query).Display(0));
    }

    private void WriteManifest(string header, Func<int, string> row) =>
        File.WriteAllLines(_folder["labels.csv"], Enumerable.Range(0, 20).Select(row).Prepend(header));

    private JkResult Train(string spec, params string[] more) =>
        JkRunner.Run(["train", "--data", spec, "--out", _folder["run"], "--device", "host", "--json", .. more]);

    private JkResult Embed(params string[] more) => JkRunner.Run(["embed", "--out", _folder["e.npy"], "--device", "host", .. more]);

    private JkResult Search(params string[] more) => JkRunner.Run(["search", "--index", _shared["i.jkx"], "--device", "host", .. more]);

    private JkResult Build(params string[] more) => JkRunner.Run(["index", "build", "--out", _folder["i.jkx"], "--device", "host", .. more]);

    private void AssertNoRun() => Assert.That(Directory.Exists(_folder["run"]), Is.False, "a refused run leaves nothing behind");
}
