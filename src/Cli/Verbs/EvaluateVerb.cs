using System.CommandLine;
using System.Diagnostics;
using JaccardKernels.Cli.Report;
using JaccardKernels.Cli.Training;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk evaluate</c>.</summary>
internal sealed class EvaluateVerb : Verb
{
    private readonly Option<string> _run, _data;
    private readonly Option<string?> _out;
    private readonly Option<string[]> _codes;
    private readonly Option<int> _top, _seed;
    private readonly CropsOption _crops;
    private readonly DeviceOptions _device;

    public EvaluateVerb()
        : base(
            "evaluate",
            "Measures a trained network on the queries and the database of a data set: its sign codes by Hamming distance, its real embeddings by " +
            "squared distance, and beside them chance and the same network untrained. Every number stands with its conventions. Writes a report: " +
            "index.html, with the course of the training where the run folder has it, report.json and sheet.png.\n\nData sets:\n" + DataSpec.Help,
            "jk evaluate --run runs/scenes --data scenes",
            "jk evaluate --run weights/scenes.safetensors --data scenes --out report",
            "jk evaluate --run runs/scenes --data scenes --codes composite:64 itq:64")
    {
        _run = Required<string>("--run", "RUN", "A run folder or a model file.");
        _data = Required<string>("--data", "SPEC", "What to evaluate on; images are brought to the model's input.");
        _out = Optional<string>("--out", "DIR", "Where the report goes; default: the folder report beside the model.");
        _codes = new Option<string[]>("--codes")
        {
            HelpName = "KIND:BITS", AllowMultipleArgumentsPerToken = true,
            Description = "Codes to measure too, learned on the database: composite, product, sign or itq, such as composite:64.",
        };
        Options.Add(_codes);
        _top = Default("--top", "R", 5000, "The cut of the ranking; a smaller database is ranked whole.");
        _seed = Seed();
        _crops = new CropsOption(this);
        _device = new DeviceOptions(this);
    }

    public override void Run(VerbContext context)
    {
        long start = Stopwatch.GetTimestamp();
        QuantizerSpec[] specs = [.. (context.Get(_codes) ?? []).Select(QuantizerSpec.Parse)];
        bool crops = _crops.Ten(context);
        using IBackend backend = _device.Open(context);
        using TrainedModel trained = TrainedModel.Load(backend, context.Get(_run));
        EmbeddingModel model = trained.Model;
        using Dataset data = trained.Open(context.Get(_data), context);
        data.RequireLabels();
        using var untrained = new EmbeddingModel(backend, model.Description, context.Get(_seed));
        EmbeddedSplits splits = EmbeddedSplits.Create(context, model, data, crops), before = EmbeddedSplits.Create(context, untrained, data, crops);
        var options = new EvaluationOptions { Top = context.Get(_top), Threads = _device.Threads(context), Selection = Selection.OfModel(trained.Path) };
        int bits = model.Dimensions;
        NamedEvaluation[] systems =
        [
            new($"{bits}-bit codes", splits.EvaluateCodes(backend, options)),
            new($"{bits} real numbers", splits.EvaluateEmbeddings(backend, options)),
            .. specs.Select(spec => new NamedEvaluation($"{spec}", splits.EvaluateCodes(backend, spec, options))),
            new($"untrained, {bits}-bit codes", before.EvaluateCodes(backend, options with { Selection = Selection.Untrained })),
            new($"untrained, {bits} real numbers", before.EvaluateEmbeddings(backend, options with { Selection = Selection.Untrained })),
        ];
        string folder = context.Get(_out) ?? new RunFolder(Path.GetDirectoryName(Path.GetFullPath(trained.Path))!).Report;
        string page = ReportFolder.Write(folder, new ReportDocument
        {
            Title = $"Retrieval on {data.Name}",
            Summary = $"A network trained on {model.Description.TrainedOn} to follow {SimilarityKinds.NameOf(model.Description.Similarity)}, "
                + $"measured on {Units.Count(data.Query.Count)} queries against {Units.Count(data.Database.Count)} images.",
            Facts =
            [
                new("model", trained.Path),
                new("network", $"{model.Description.Channels}x{model.Description.Height}x{model.Description.Width} to {bits} dimensions"),
                new("crops of an image", crops ? "10, the mean of their embeddings" : "1, the middle"),
                new("device", $"{backend.Info.Name}, {backend.Info.Detail}"),
            ],
            Systems = [.. systems.Select(s => new ReportSystem(s.Name, s.Evaluation))],
            Charts = RunFolder.OfModel(trained.Path)?.ReadMetrics() is { Count: > 0 } steps ? TrainingCharts.Create(("training", steps)) : [],
            PicturesTitle = $"{data.Name}: nearest by {bits}-bit codes",
            Pictures = ResultPictures.Create(backend, data, splits),
        });
        var report = new EvaluateReport(data.Name, page, Stopwatch.GetElapsedTime(start).TotalSeconds, systems);
        context.Report(report, JkJson.Default.EvaluateReport, console =>
        {
            SystemsTable.Write(console, systems);
            console.WriteFacts(("report", report.Page), ("took", Units.Seconds(report.Seconds)));
        });
    }
}
