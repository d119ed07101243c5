using System.CommandLine;
using System.Diagnostics;
using JaccardKernels.Cli.Training;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary>What <c>jk embed</c> reports.</summary>
/// <param name="Model">The model.</param>
/// <param name="Data">The images.</param>
/// <param name="Split">Which of them.</param>
/// <param name="Count">How many.</param>
/// <param name="Dimensions">Of an embedding.</param>
/// <param name="Files">What was written.</param>
/// <param name="ImagesPerSecond">Decoding included.</param>
internal sealed record EmbedReport(string Model, string Data, string Split, int Count, int Dimensions, IReadOnlyList<string> Files,
    double ImagesPerSecond);

/// <summary><c>jk embed</c>.</summary>
internal sealed class EmbedVerb : Verb
{
    private readonly Option<string> _run, _data, _out;
    private readonly SplitOption _split;
    private readonly CropsOption _crops;
    private readonly Option<string?> _codes, _labels, _names;
    private readonly DeviceOptions _device;

    public EmbedVerb()
        : base(
            "embed",
            "Embeds images: float32 [N,D] in [-1,1], and if asked for the sign codes, labels and names, row for row.\n\nData sets:\n" + DataSpec.Help,
            "jk embed --run weights/scenes.safetensors --data photos/ --out photos.npy --codes photos-codes.npy --names photos.txt",
            "jk embed --run runs/scenes --data scenes --split query --out q.npy --labels ql.npy")
    {
        _run = Required<string>("--run", "RUN", "A run folder or a model file.");
        _data = Required<string>("--data", "SPEC|FOLDER", "The images; they are brought to the model's input.");
        _out = Required<string>("--out", "E.npy", "Where the embeddings go, float32 [N,D].");
        _split = new SplitOption(this);
        _crops = new CropsOption(this);
        _codes = Optional<string>("--codes", "C.npy", "Where the sign codes go, uint8 [N,D/8].");
        _labels = Optional<string>("--labels", "L.npy", "Where the counts per class go, int32 [N,C].");
        _names = Optional<string>("--names", "F.txt", "Where the names go, one a line.");
        _device = new DeviceOptions(this);
    }

    public override void Run(VerbContext context)
    {
        bool crops = _crops.Ten(context);
        using IBackend backend = _device.Open(context);
        using TrainedModel model = TrainedModel.Load(backend, context.Get(_run));
        using Dataset data = model.Open(context.Get(_data), context);
        IImageSet set = _split.Choose(context, data);
        if (context.IsGiven(_labels)) data.RequireLabels();
        long start = Stopwatch.GetTimestamp();
        EmbeddingMatrix embeddings = EmbeddedSplits.Embed(context, model.Model, set, crops);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var files = new List<string> { context.Get(_out) };
        NpyFile.Write<float>(files[0], embeddings.Values, embeddings.Count, embeddings.Dimensions);
        if (context.Get(_codes) is { } codes)
        {
            PackedCodes.FromEmbeddings(backend, embeddings.Values, embeddings.Dimensions).WriteNpy(codes);
            files.Add(codes);
        }
        if (context.Get(_labels) is { } labels)
        {
            LabelMatrix counts = set.ToLabelMatrix();
            NpyFile.Write<int>(labels, counts.Counts, counts.Count, counts.Classes);
            files.Add(labels);
        }
        if (context.Get(_names) is { } names)
        {
            AtomicFile.WriteAllText(names, string.Concat(Enumerable.Range(0, set.Count).Select(i => set.Id(i) + "\n")));
            files.Add(names);
        }
        var report = new EmbedReport(model.Path, data.Name, _split.Name(context), set.Count, embeddings.Dimensions, files, set.Count / seconds);
        context.Report(report, JkJson.Default.EmbedReport, console => console.WriteFacts(
            ("embedded",
                $"{Units.Count(report.Count)} images of {report.Data} to {report.Dimensions} dimensions, {report.ImagesPerSecond:0} images/s"),
            ("written", string.Join(", ", files))));
    }
}
