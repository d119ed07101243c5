using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using JaccardKernels.Cli.Report;
using JaccardKernels.Cli.Training;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;
using JaccardKernels.Retrieval;
using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk demo</c>.</summary>
internal sealed class DemoVerb : Verb
{
    private readonly Option<string> _out, _data;
    private readonly Option<string?> _config;
    private readonly Option<int> _seed;
    private readonly DeviceOptions _device;

    public DemoVerb()
        : base(
            "demo",
            "The whole system on generated scenes, in about two minutes on two cores: pretrains a small network on single objects, trains " +
            "embeddings whose distances follow the multiset Jaccard similarity, packs them into 64-bit codes, searches 3,000 scenes never seen in " +
            "training, and measures it all beside chance, the untrained network, and the same training with the cosine similarity. Writes both runs and a report.",
            "jk demo",
            "jk demo --out demo2 --seed 2")
    {
        _out = Default("--out", "DIR", "jk-demo", "Where runs and report go; must not hold a demo yet.");
        _data = Default("--data", "SPEC", "scenes", "Another data set with single objects to pretrain on.");
        _config = Optional<string>("--config", "F.json", "Options as 'jk train' takes them.");
        _seed = Seed();
        _device = new DeviceOptions(this);
    }

    /// <summary>The options of the demonstration: a network under half a million weights, so that its file stays below 2 MB.</summary>
    public static TrainingOptions DefaultOptions { get; } = new()
    {
        Network = new EmbeddingNetworkOptions { Channels = [32, 64, 96, 128], Grid = 4, Hidden = 128, Dropout = 0.1f, Dimensions = 64 },
        PretrainingEpochs = 10,
        Steps = 3000,
        CheckpointEvery = 1000,
    };

    public override void Run(VerbContext context)
    {
        long start = Stopwatch.GetTimestamp();
        string root = context.Get(_out);
        TrainingOptions options = context.Get(_config) is { } path ? TrainingOptions.Parse(File.ReadAllText(path), path) : DefaultOptions;
        options = options with { Seed = context.Get(_seed), Similarity = SimilarityKind.MultisetJaccard, FreezeBackbone = true };
        options.Validate();
        RunFolder jaccardFolder = new(Path.Combine(root, "multiset-jaccard")), cosineFolder = new(Path.Combine(root, "cosine"));
        foreach (RunFolder folder in new[] { jaccardFolder, cosineFolder })
            if (File.Exists(folder.Options)) throw new IOException($"{root}: holds a demo already; name another folder with --out.");
        using Dataset data = DataSpec.Parse(context.Get(_data)).Open(context.Note);
        using IBackend backend = _device.Open(context);
        var jaccard = new TrainingJob(context, backend, data, options, jaccardFolder, "multiset Jaccard");
        using EmbeddingModel model = Train(jaccard, jaccardFolder);
        var cosine = new TrainingJob(context, backend, data, options with { Similarity = SimilarityKind.Cosine }, cosineFolder, "cosine", jaccard);
        using EmbeddingModel cosineModel = Train(cosine, cosineFolder);
        using var untrained = new EmbeddingModel(backend, model.Description, options.Seed);

        EmbeddedSplits splits = EmbeddedSplits.Create(context, model, data);
        EmbeddedSplits cosineSplits = EmbeddedSplits.Create(context, cosineModel, data), before = EmbeddedSplits.Create(context, untrained, data);
        var evaluation = new EvaluationOptions { Threads = _device.Threads(context), Selection = Selection.Of(jaccard.Metrics) };
        EvaluationOptions ofCosine = evaluation with { Selection = Selection.Of(cosine.Metrics) };
        EvaluationOptions unselected = evaluation with { Selection = Selection.Untrained };
        int bits = model.Dimensions;
        NamedEvaluation[] systems =
        [
            new($"multiset Jaccard, {bits}-bit codes", splits.EvaluateCodes(backend, evaluation)),
            new($"cosine, {bits}-bit codes", cosineSplits.EvaluateCodes(backend, ofCosine)),
            new($"untrained, {bits}-bit codes", before.EvaluateCodes(backend, unselected)),
            new($"multiset Jaccard, {bits} real numbers", splits.EvaluateEmbeddings(backend, evaluation)),
            new($"cosine, {bits} real numbers", cosineSplits.EvaluateEmbeddings(backend, ofCosine)),
            new($"untrained, {bits} real numbers", before.EvaluateEmbeddings(backend, unselected)),
        ];
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        string page = ReportFolder.Write(Path.Combine(root, "report"), new ReportDocument
        {
            Title = "JaccardKernels: retrieval of images with several objects",
            Summary = Summary(systems),
            Facts =
            [
                new("data", data.Name),
                new(
                    "training",
                    $"{Units.Count(data.Train.Count)} images, {options.PretrainingEpochs} epochs of single objects, "
                    + $"{options.Steps} steps of {options.Batch}"),
                new("seed", options.Seed.ToString(CultureInfo.InvariantCulture)), new("device", $"{backend.Info.Name}, {backend.Info.Detail}"),
                new("took", Units.Seconds(seconds)),
            ],
            Systems = [.. systems.Select(s => new ReportSystem(s.Name, s.Evaluation))],
            Charts = TrainingCharts.Create([("multiset Jaccard", jaccard.Metrics), ("cosine", cosine.Metrics)]),
            PicturesTitle = $"Nearest by {bits}-bit codes (multiset Jaccard)",
            Pictures = ResultPictures.Create(backend, data, splits),
        });
        var report = new EvaluateReport(data.Name, page, seconds, systems);
        context.Report(report, JkJson.Default.EvaluateReport, console =>
        {
            SystemsTable.Write(console, systems);
            console.WriteLine();
            console.WriteLine(Summary(systems));
            console.WriteFacts(("report", page), ("model", jaccardFolder.Model),
                ("took", $"{Units.Seconds(seconds)} on {backend.Info.Kind}, {backend.Info.Detail}"));
        });

        EmbeddingModel Train(TrainingJob job, RunFolder folder)
        {
            Directory.CreateDirectory(folder.Path);
            AtomicFile.WriteAllText(folder.Data, context.Get(_data));
            return job.Run(resume: false);
        }
    }

    private static string Summary(NamedEvaluation[] systems)
    {
        MeasureResult trained = Map(systems[0]), cosine = Map(systems[1]), untrained = Map(systems[2]);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{systems[0].Name}: mAP@0.5 {trained.Value:0.000}, {trained.Value / trained.Chance:0.0} times chance ({trained.Chance:0.000}) and "
            + $"{trained.Value / untrained.Value:0.0} times the untrained network ({untrained.Value:0.000}); "
            + $"the same training with the cosine similarity: {cosine.Value:0.000}. "
            + $"Conventions: {MeasureConventions.Strict}.");

        static MeasureResult Map(NamedEvaluation system) => system.Evaluation.Find("mAP@0.5", MeasureConventions.Strict);
    }
}
