using System.Text.Json;
using JaccardKernels.Cli;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Tests.Files;
using Microsoft.ML.OnnxRuntime;

namespace JaccardKernels.Tests.Cli;

/// <summary>The verbs of the whole way on one small trained run: train, evaluate, embed, index build, search; and demo.</summary>
public sealed class TrainingVerbTests
{
    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public void Train()
    {
        _folder = new TemporaryFolder();
        File.WriteAllText(_folder["options.json"], TinyScenes.Options);
        TinyScenes.Train(_folder["run"], _folder["options.json"]);
        _ = Embed("database", "--codes", _folder["codes.npy"], "--labels", _folder["labels.npy"], "--names", _folder["names.txt"]);
        JkRunner.Run("index", "build", "--run", _folder["run"], "--data", TinyScenes.Spec, "--out", _folder["i.jkx"], "--device", "host",
            "--json").Json();
    }

    [OneTimeTearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void TrainWritesARunAndReports()
    {
        JsonElement report = JkRunner.Run("train", "--resume", "--out", _folder["run"], "--device", "host", "--json").Json();
        string[] lines = File.ReadAllLines(_folder["run/metrics.jsonl"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.GetProperty("run").GetString(), Is.EqualTo(_folder["run"]));
            Assert.That(report.GetProperty("data").GetString(), Is.EqualTo(TinyScenes.Spec));
            Assert.That(report.GetProperty("device").GetString(), Is.EqualTo("host"));
            Assert.That(report.GetProperty("loss").GetDouble(), Is.GreaterThan(0), "a finished run resumed reports what it ended with");
            Assert.That(lines, Has.Length.EqualTo(4 + 12), "64 tiles in batches of 16, then 12 steps");
            Assert.That(File.ReadAllText(_folder["run/data.txt"]), Is.EqualTo(TinyScenes.Spec));
            Assert.That(Directory.GetFiles(_folder["run"], ".*.tmp"), Is.Empty);
        }
        JkResult table = JkRunner.Run("train", "--resume", "--out", _folder["run"], "--device", "host");
        Assert.That(table.Out, Does.Contain("model.safetensors").And.Contain("jk evaluate --run").And.Contain("triplets active"));
    }

    [TestCase("--loss fixed-triplet --mining semi-hard --margin 9", "\"loss\": \"FixedTriplet\"", "\"mining\": \"SemiHard\"", "\"margin\": 9,")]
    [TestCase("--loss log-ratio", "\"loss\": \"LogRatio\"", "\"mining\": \"BatchAll\"", "\"margin\": null")]
    [TestCase("--loss orthogonal-targets --margin 0.5", "\"loss\": \"OrthogonalTargets\"", "\"margin\": 0.5")]
    public void ALossIsChosenByName(string arguments, params string[] options)
    {
        string run = _folder[arguments.Replace(' ', '_')];
        JsonElement report = JkRunner.Run(
            ["train", "--data", TinyScenes.Spec, "--config", _folder["options.json"], "--out", run, "--device", "host", "--json",
                .. arguments.Split(' ')]).Json();
        string written = File.ReadAllText(Path.Combine(run, "options.json")), last = File.ReadLines(Path.Combine(run, "metrics.jsonl")).Last();
        bool hasTriplets = arguments.Contains("triplet", StringComparison.Ordinal);
        using (Assert.EnterMultipleScope())
        {
            foreach (string option in options) Assert.That(written, Does.Contain(option));
            Assert.That(report.GetProperty("loss").GetDouble(), Is.GreaterThan(0));
            bool hasShare = report.TryGetProperty("activeShare", out JsonElement share) && share.ValueKind == JsonValueKind.Number;
            Assert.That(hasShare, Is.EqualTo(hasTriplets));
            Assert.That(last.Contains("\"positiveDistance\"", StringComparison.Ordinal), Is.EqualTo(hasTriplets));
            Assert.That(last, Does.Contain("\"saturation\":").And.Contain("\"triplets\":"));
        }
        JkResult table = JkRunner.Run("train", "--resume", "--out", run, "--device", "host");
        Assert.That(table.Out.Contains("triplets active", StringComparison.Ordinal), Is.EqualTo(hasTriplets));
    }

    // Beyond the largest squared distance in the box, 4 D, no triplet comes to rest; the nearest negatives push least, so the positives win.
    [TestCase("--mining hard --margin 256", true)]
    [TestCase("--mining batch-all", false)]
    public void TooLargeAMarginWithTheHardestNegativesCollapsesAndIsTold(string arguments, bool collapses)
    {
        string run = _folder[arguments.Replace(' ', '_')], config = _folder["collapse.json"];
        File.WriteAllText(config, """
            {
              "network": { "channels": [4, 8], "grid": 2, "hidden": 16, "dimensions": 16, "dropout": 0 }, "augment": false,
              "pretrainingEpochs": 0, "freezeBackbone": false, "miningGroups": 1, "minimumTripletsPerImage": 0,
              "steps": 100, "batch": 48, "rate": 1e-3, "optimizer": "MomentumSgd"
            }
            """);
        JkResult result = JkRunner.Run(
            ["train", "--data", TinyScenes.Spec, "--config", config, "--out", run, "--device", "host", "--json", .. arguments.Split(' ')]);
        IReadOnlyList<TrainingMetrics> steps = new RunFolder(run).ReadMetrics();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done), result.Error);
            Assert.That(result.Error.Contains("the embeddings have collapsed to a point", StringComparison.Ordinal), Is.EqualTo(collapses), result.Error);
            Assert.That(steps.Any(step => step.Collapsed), Is.EqualTo(collapses), "the log keeps it");
            Assert.That(steps[0].Variance, Is.GreaterThan(0.02f), "it begins apart");
            Assert.That(steps.Min(step => step.Variance) < 0.02f, Is.EqualTo(collapses));
        }
    }

    [Test]
    public void WhatChoseTheWeightsIsReported()
    {
        string run = _folder["validated"];
        JsonElement report = JkRunner.Run(
            "train", "--data", TinyScenes.Spec, "--config", _folder["options.json"], "--validation", "0.3", "--patience", "2", "--out", run, "--device", "host", "--json").Json();
        TrainingMetrics last = new RunFolder(run).ReadMetrics()[^1];
        string chosen = FormattableString.Invariant($"validation images, mAP@0.5 {last.Validation:.000} after step 12");
        JkResult table = JkRunner.Run("evaluate", "--run", run, "--data", TinyScenes.Spec, "--device", "host");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(File.ReadAllText(Path.Combine(run, "options.json")), Does.Contain("\"validation\": 0.3").And.Contain("\"patience\": 2"));
            Assert.That(report.GetProperty("chosenBy").GetString(), Is.EqualTo(chosen));
            Assert.That(table.Out, Does.Contain($"network chosen by: {chosen}"));
            Assert.That(File.ReadAllText(Path.Combine(run, "report", "index.html")), Does.Contain("Embedding: validation"));
        }
        JkRunner.Run("train", "--data", TinyScenes.Spec, "--out", _folder["none"], "--validation", "0.9").AssertFailed(ExitCode.Usage, "validation is 0.9");
        JkRunner.Run("train", "--data", TinyScenes.Spec, "--out", _folder["none"], "--patience", "3").AssertFailed(ExitCode.Usage, "--patience is 3", "--validation");
        JkRunner.Run("train", "--resume", "--out", run, "--patience", "3").AssertFailed(ExitCode.Usage, "--patience and --resume exclude each other");
    }

    [TestCase("--loss", "triplet", "--loss is 'triplet'; it is one of adaptive-triplet, fixed-triplet, log-ratio,")]
    [TestCase("--mining", "easy", "--mining is 'easy'; it is one of batch-all, group-hard, graded, semi-hard, hard, distance-weighted.")]
    public void AnUnknownLossOrMiningIsNamed(string option, string value, string mention) =>
        JkRunner.Run("train", "--data", TinyScenes.Spec, "--out", _folder["none"], option, value).AssertFailed(ExitCode.Usage, mention);

    [Test]
    public void ASetWithoutSingleObjectsIsTrainedByTripletsAlone()
    {
        JkResult result = JkRunner.Run(
            "train", "--data", "scenes:size=24,train=140,query=3,database=3,tiles=0", "--steps", "1", "--out", _folder["plain"], "--device", "host", "--json");
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done), result.Error);
        Assert.That(result.Error, Does.Contain("no single objects to pretrain on"));
        string options = File.ReadAllText(_folder["plain/options.json"]);
        Assert.That(options, Does.Contain("\"pretrainingEpochs\": 0").And.Contain("\"freezeBackbone\": false"));
        Assert.That(File.ReadAllLines(_folder["plain/metrics.jsonl"]), Has.Length.EqualTo(1));
    }

    [TestCase("rn", "Rn", 16)]
    [TestCase("both", "Both", 16)]
    public void TheHeadIsWhatWasAskedFor(string head, string kind, int dimensions)
    {
        TinyScenes.Train(_folder[head], _folder["options.json"], "--head", head);
        Assert.That(File.ReadAllText(_folder[$"{head}/options.json"]), Does.Contain($"\"head\": \"{kind}\""));
        using var backend = new HostBackend(1);
        using EmbeddingModel model = EmbeddingModel.Load(backend, _folder[$"{head}/model.safetensors"]);
        Assert.That(model.Dimensions, Is.EqualTo(dimensions));
        Assert.That(model.Parameters.Network.Layers.Any(layer => layer is RelationSumLayer), Is.True);
    }

    [Test]
    public void ExportWritesWhatOnnxRuntimeReads()
    {
        string path = _folder["tiny.onnx"];
        JsonElement report = JkRunner.Run("export", "--run", _folder["run"], "--onnx", path, "--json").Json();
        using var session = new InferenceSession(path);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.GetProperty("bytes").GetInt64(), Is.EqualTo(new FileInfo(path).Length));
            Assert.That(session.InputMetadata["input"].Dimensions, Is.EqualTo([-1, 3, 24, 24]));
            Assert.That(session.OutputMetadata["output"].Dimensions, Is.EqualTo([-1, report.GetProperty("dimensions").GetInt32()]));
        }
        JkRunner.Run("export", "--run", _folder["none"], "--onnx", _folder["none.onnx"]).AssertFailed(ExitCode.Failed, "no such run folder or model file");
        Assert.That(File.Exists(_folder["none.onnx"]), Is.False);
    }

    [Test]
    public void EvaluateWritesAReportThatNeedsNothingElse()
    {
        JsonElement report = JkRunner.Run("evaluate", "--run", _folder["run"], "--data", TinyScenes.Spec, "--device", "host", "--json").Json();
        JsonElement[] systems = [.. report.GetProperty("systems").EnumerateArray()];
        string page = report.GetProperty("page").GetString()!, html = File.ReadAllText(page);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(_folder["run/report/report.json"]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(page, Is.EqualTo(_folder["run/report/index.html"]));
            Assert.That(systems.Select(s => s.GetProperty("name").GetString()),
                Is.EqualTo(new[] { "16-bit codes", "16 real numbers", "untrained, 16-bit codes", "untrained, 16 real numbers" }));
            foreach (JsonElement evaluation in systems.Select(s => s.GetProperty("evaluation")))
            {
                Assert.That(evaluation.GetProperty("queries").GetInt32(), Is.EqualTo(8));
                Assert.That(evaluation.GetProperty("database").GetInt32(), Is.EqualTo(40));
                foreach (JsonElement measure in evaluation.GetProperty("measures").EnumerateArray())
                {
                    Assert.That(measure.GetProperty("conventions").GetString(), Is.Not.Empty);
                    if (measure.GetProperty("name").GetString()!.StartsWith("mAP", StringComparison.Ordinal))
                        Assert.That(measure.GetProperty("value").GetDouble(), Is.InRange(0, 1));
                }
            }
            Assert.That(html, Does.Not.Contain("http").And.Not.Contain("<script").And.Not.Contain("href="));
            Assert.That(html, Does.Contain("Embedding: loss"), "the course of training is read from the run folder");
            Assert.That(json.RootElement.GetProperty("pictures").GetArrayLength(), Is.EqualTo(8));
            Assert.That(ImageCodec.DecodeFile(_folder["run/report/sheet.png"]).Width, Is.GreaterThan(8 * 100));
        }
        JkResult table = JkRunner
            .Run("evaluate", "--run", _folder["run/model.safetensors"], "--data", TinyScenes.Spec, "--out", _folder["elsewhere"], "--device",
                "host");
        Assert.That(table.Out, Does.Contain("chance").And.Contain("mAP@0.5").And.Contain(_folder["elsewhere/index.html"]));
    }

    [Test]
    public void EvaluateMeasuresLearnedCodes()
    {
        JkResult result = JkRunner.Run(
            "evaluate", "--run", _folder["run"], "--data", TinyScenes.Spec, "--codes", "composite:16", "product:16", "--codes", "sign:16", "itq:8",
            "--out", _folder["codes"], "--device", "host", "--json");
        JsonElement[] systems = [.. result.Json().GetProperty("systems").EnumerateArray()];
        Assert.That(
            systems.Select(s => s.GetProperty("name").GetString()).Skip(2).Take(4), Is.EqualTo(new[] { "composite:16", "product:16", "sign:16", "itq:8" }));
        string[] measures = [.. systems.Select(s => s.GetProperty("evaluation").GetProperty("measures").GetRawText())];
        Assert.That(measures[4], Is.EqualTo(measures[0]), "sign codes are what is measured anyway");
        double[] first = [.. systems.Select(s => s.GetProperty("evaluation").GetProperty("measures")[0].GetProperty("value").GetDouble())];
        Assert.That(first[2..4], Is.All.EqualTo(first[1]).Within(0.01), "40 images are fewer than codewords, so next to nothing is lost");
        Assert.That(systems[2].GetProperty("evaluation").GetProperty("distance").GetString(), Is.EqualTo("look-up tables, 16 bits"));
        Assert.That(systems[5].GetProperty("evaluation").GetProperty("distance").GetString(), Is.EqualTo("Hamming, 8 bits"));
        JkRunner.Run("evaluate", "--run", _folder["run"], "--data", TinyScenes.Spec, "--codes", "sign:8", "--device", "host")
            .AssertFailed(ExitCode.Usage, "sign codes have a bit a dimension, 16; 8 were asked for");
    }

    [Test]
    public void EmbedWritesRowForRow()
    {
        StoredArray embeddings = NpyFile.Read(_folder["database.npy"]), codes = NpyFile.Read(_folder["codes.npy"]),
            labels = NpyFile.Read(_folder["labels.npy"]);
        embeddings.RequireShape(40, 16);
        codes.RequireShape(40, 2);
        using Dataset data = DataSpec.Parse(TinyScenes.Spec).Open();
        labels.RequireShape(40, data.ClassNames.Count);
        ReadOnlySpan<float> e = embeddings.AsSpan<float>();
        for (int i = 0; i < 40 * 16; i++)
            Assert.That(codes.AsSpan<byte>()[i / 16 * 2 + i % 16 / 8] >> (i % 8) & 1, Is.EqualTo(e[i] >= 0 ? 1 : 0), $"element {i}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(File.ReadAllLines(_folder["names.txt"]), Is.EqualTo(Enumerable.Range(0, 40).Select(data.Database.Id)));
            Assert.That(labels.ToInt32(), Is.EqualTo(Enumerable.Range(0, 40).SelectMany(i => data.Database.Labels(i).ToArray())));
        }
        JsonElement report = Embed("query");
        Assert.That((report.GetProperty("split").GetString(), report.GetProperty("count").GetInt32()), Is.EqualTo(("query", 8)));
    }

    [Test]
    public void AnIndexOfImagesIsTheOneOfTheirCodes()
    {
        string origin = JkRunner.Run("index", "info", _folder["i.jkx"], "--json").Json().GetProperty("origin").GetString()!;
        Assert.That(origin, Does.Match("^sha256:[0-9a-f]{64} model.safetensors$"));
        JkRunner.Run(
            "index", "build", "--codes", _folder["codes.npy"], "--labels", _folder["labels.npy"], "--names", _folder["names.txt"], "--origin",
            origin, "--out", _folder["same.jkx"], "--json").Json();
        Assert.That(File.ReadAllBytes(_folder["i.jkx"]), Is.EqualTo(File.ReadAllBytes(_folder["same.jkx"])));
    }

    [Test]
    public void APictureOfTheDatabaseFindsItself()
    {
        using Dataset data = DataSpec.Parse(TinyScenes.Spec).Open();
        int[] wanted = [3, 17];
        foreach (int image in wanted)
            File.WriteAllBytes(_folder[$"{image}.png"], ImageCodec.Default.EncodePng(((IDisplayImages)data.Database).Display(image)));
        NpyFile.Write<int>(_folder["two.npy"], [.. wanted.SelectMany(i => data.Database.Labels(i).ToArray())], 2, data.ClassNames.Count);
        string[] search =
        [
            "search", "--index", _folder["i.jkx"], "--run", _folder["run"], "--image", _folder["3.png"], "--image", _folder["17.png"], "-k", "40",
            "--labels", _folder["two.npy"], "--data", TinyScenes.Spec, "--sheet", _folder["sheet.png"], "--out", _folder["rows.npy"],
            "--device", "host",
        ];
        JsonElement report = JkRunner.Run([.. search, "--json"]).Json();
        byte[] codes = NpyFile.Read(_folder["codes.npy"]).AsSpan<byte>().ToArray();
        for (int q = 0; q < 2; q++)
        {
            int query = wanted[q];
            int[] expected = [.. Enumerable.Range(0, 40).OrderBy(i => Distance(query, i)).ThenBy(i => i)];
            JsonElement result = report.GetProperty("results")[q];
            JsonElement[] found = [.. result.GetProperty("neighbours").EnumerateArray()];
            using (Assert.EnterMultipleScope())
            {
                Assert.That(result.GetProperty("name").GetString(), Is.EqualTo(_folder[$"{query}.png"]));
                Assert.That(found.Select(n => n.GetProperty("id").GetInt32()), Is.EqualTo(expected));
                Assert.That(found.Select(n => n.GetProperty("distance").GetInt32()), Is.EqualTo(expected.Select(i => Distance(query, i))));
                Assert.That(found.Select(n => n.GetProperty("name").GetString()), Is.EqualTo(expected.Select(data.Database.Id)));
                Assert.That(found.Select(n => n.GetProperty("labels").GetString()),
                    Is.EqualTo(expected.Select(i => LabelText.Describe(data.Database.Labels(i), data.ClassNames))));
                Assert.That(
                    found.Select(n => n.GetProperty("similarity").GetDouble()),
                    Is.EqualTo(expected.Select(i => Samples.MultisetJaccard(data.Database.Labels(query), data.Database.Labels(i)))).Within(1e-6));
                Assert.That(NpyFile.Read(_folder["rows.npy"]).ToInt32()[(40 * q)..(40 * q + 40)], Is.EqualTo(expected));
            }
        }
        RgbImage sheet = ImageCodec.DecodeFile(_folder["sheet.png"]);
        JkResult table = JkRunner.Run([.. search]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sheet.Width, Is.GreaterThan(11 * 112), "a query and ten results");
            Assert.That(table.Out, Does.Contain(" J ").And.Contain("scene/1/3/17").And.Contain("17.png").And.Contain("sheet.png"));
        }

        int Distance(int a, int b) => Samples.Hamming(codes.AsSpan(2 * a, 2), codes.AsSpan(2 * b, 2));
    }

    [Test]
    public void WithoutLabelsOfTheQueryNoJIsTold()
    {
        using Dataset data = DataSpec.Parse(TinyScenes.Spec).Open();
        File.WriteAllBytes(_folder["q.png"], ImageCodec.Default.EncodePng(((IDisplayImages)data.Query).Display(0)));
        JsonElement found = JkRunner
            .Run("search", "--index", _folder["i.jkx"], "--run", _folder["run"], "--image", _folder["q.png"], "--device", "host", "--json")
            .Json().GetProperty("results")[0].GetProperty("neighbours")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.GetProperty("similarity").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(found.GetProperty("labels").GetString(), Is.Not.Empty);
        }
    }

    [Test]
    public void AnIndexThatNamesNoModelIsTakenOnTrust()
    {
        JkRunner.Run("index", "build", "--codes", _folder["codes.npy"], "--out", _folder["plain.jkx"], "--json").Json();
        using Dataset data = DataSpec.Parse(TinyScenes.Spec).Open();
        File.WriteAllBytes(_folder["t.png"], ImageCodec.Default.EncodePng(((IDisplayImages)data.Database).Display(9)));
        JkResult result = JkRunner
            .Run("search", "--index", _folder["plain.jkx"], "--run", _folder["run"], "--image", _folder["t.png"], "--device", "host", "--json");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Error, Does.StartWith("jk: note: ").And.Contain("plain.jkx").And.Contain("does not say"));
        }
    }

    [Test]
    public void AFolderOfSomethingElseIsLeftAlone()
    {
        string folder = _folder["letters"];
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "metrics.jsonl"), "mine");
        JkRunner.Run("train", "--data", TinyScenes.Spec, "--config", _folder["options.json"], "--out", folder, "--device", "host")
            .AssertFailed(ExitCode.Failed, folder, "not empty and holds no run");
        Assert.That(Directory.GetFiles(folder).Select(File.ReadAllText), Is.EqualTo(new[] { "mine" }));
        Dictionary<string, byte[]> before = Contents();
        JkRunner.Run("train", "--data", TinyScenes.Spec, "--config", _folder["options.json"], "--out", _folder["run"], "--device", "host")
            .AssertFailed(ExitCode.Failed, "holds a run already", "--resume");
        Assert.That(Contents(), Is.EqualTo(before));

        Dictionary<string, byte[]> Contents() => Directory.GetFiles(_folder["run"]).ToDictionary(file => file, File.ReadAllBytes);
    }

    [Test]
    public void InterruptedAndResumedARunEndsWithTheSameBits()
    {
        string[] first = ["train", "--data", TinyScenes.Spec, "--config", _folder["options.json"], "--out", _folder["parts"], "--device", "host"];
        string[] resume = ["train", "--resume", "--out", _folder["parts"], "--device", "host"];
        foreach (string word in new[] { "pretraining 1/", "pretraining 3/", "features", "embedding 1/", "embedding 7/" })
        {
            string[] arguments = Directory.Exists(_folder["parts"]) ? resume : first;
            InterruptingTerminal.Run(word, arguments).AssertFailed(ExitCode.Interrupted, "--resume", _folder["parts"]);
        }
        Assert.That(File.Exists(_folder["parts/model.safetensors"]), Is.False);
        JkRunner.Run([.. resume, "--json"]).Json();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(File.ReadAllBytes(_folder["parts/model.safetensors"]), Is.EqualTo(File.ReadAllBytes(_folder["run/model.safetensors"])));
            Assert.That(File.ReadAllText(_folder["parts/metrics.jsonl"]), Is.EqualTo(File.ReadAllText(_folder["run/metrics.jsonl"])));
        }
    }

    [Test]
    public void DemoDoesItAllTwice()
    {
        string[] demo = ["demo", "--data", TinyScenes.Spec, "--config", _folder["options.json"], "--out", _folder["demo"], "--device", "host"];
        JsonElement report = JkRunner.Run([.. demo, "--json"]).Json();
        string[] names = [.. report.GetProperty("systems").EnumerateArray().Select(s => s.GetProperty("name").GetString()!)];
        string html = File.ReadAllText(report.GetProperty("page").GetString()!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(names,
                Has.Length.EqualTo(6).And.Some.StartsWith("multiset Jaccard").And.Some.StartsWith("cosine").And.Some.StartsWith("untrained"));
            Assert.That(File.Exists(_folder["demo/multiset-jaccard/model.safetensors"]), Is.True);
            Assert.That(File.Exists(_folder["demo/cosine/model.safetensors"]), Is.True);
            Assert.That(File.Exists(_folder["demo/report/sheet.png"]), Is.True);
            Assert.That(html, Does.Not.Contain("http").And.Contain("Embedding: loss"));
        }
        JkRunner.Run(demo).AssertFailed(ExitCode.Failed, "holds a demo already");
    }

    [TestCase("train")]
    [TestCase("embed")]
    [TestCase("evaluate")]
    [TestCase("demo")]
    public void HelpTeachesByExampleAndListsTheDataSets(string verb)
    {
        JkResult result = JkRunner.Run(verb, "--help");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Out, Does.Contain("Examples:").And.Contain($"  jk {verb}").And.Contain("--json"));
            if (verb != "demo") Assert.That(result.Out, Does.Contain("scenes:size=").And.Contain("csv:"));
        }
    }

    private JsonElement Embed(string split, params string[] more) => JkRunner.Run(
        ["embed", "--run", _folder["run"], "--data", TinyScenes.Spec, "--split", split, "--out", _folder[$"{split}.npy"], "--device", "host",
            "--json", .. more]).Json();
}
