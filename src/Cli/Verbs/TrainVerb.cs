using System.CommandLine;
using System.Diagnostics;
using JaccardKernels.Cli.Training;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk train</c>.</summary>
internal sealed class TrainVerb : Verb
{
    private readonly Option<string?> _data, _config, _similarity, _backbone, _weights, _head, _loss, _mining;
    private readonly Option<float?> _margin, _width;
    private readonly Option<string> _out;
    private readonly Option<bool> _resume;
    private readonly Option<int?> _steps, _pretraining;
    private readonly Option<int> _seed;
    private readonly Option<float?> _binarise, _quantizeWeight, _validation;
    private readonly Option<int?> _quantizeBits, _patience;
    private readonly DeviceOptions _device;

    public TrainVerb()
        : base(
            "train",
            "Trains an embedding network: its backbone on single objects, then the embedding by triplets whose margins follow the similarity of " +
            "labels, or by another loss. The run folder gets options.json, metrics.jsonl (a line a step), checkpoint.safetensors and, at the end, model.safetensors. " +
            "Ctrl-C saves and stops; --resume continues and ends with the same bits.\n\nData sets:\n" + DataSpec.Help,
            "jk train --data scenes:train=8000 --out runs/scenes",
            "jk train --data cifar:data/cifar10_jpg --config options.json --out runs/cifar",
            "jk train --data scenes:train=8000 --loss fixed-triplet --mining distance-weighted --out runs/fixed",
            "jk train --data coco:annotations.json,images=photos.zip --backbone mobilenet-v2 --weights mobilenet.safetensors --out runs/photos",
            "jk train --resume --out runs/scenes")
    {
        _data = Optional<string>("--data", "SPEC", "What to train on; a resumed run knows its own.");
        _out = Required<string>("--out", "RUN", "The run folder.");
        _config = Optional<string>("--config", "F.json", "Options as options.json has them; those left out keep their defaults.");
        _resume = Switch("--resume", "Continue the run in the folder.");
        _similarity = Optional<string>("--similarity", SimilarityKinds.Names, "The similarity of labels that the loss follows; default multiset-jaccard.");
        _backbone = Optional<string>(
            "--backbone", KebabNames<BackboneKind>.All, "What makes features of images: the small network (scene, the default) or one of the literature, whose features are averaged over the image "
            + "unless --head pairs its cells or --config says otherwise.");
        _weights = Optional<string>(
            "--weights", "F.safetensors",
            "Weights that the backbone has, instead of pretraining on single objects: with the names of torchvision, Keras (squeezenet, mobilenet-v2) or "
            + "Caffe (alexnet2012), or of a model of this program.");
        _width = Optional<float?>("--width", "W", "Factor of the channels of mobilenet-v2; default 1.");
        _head = Optional<string>(
            "--head", KebabNames<HeadKind>.All, "Branches of the embedding: fully connected, of pairs of cells, or both; default fc.");
        _loss = Optional<string>(
            "--loss", KebabNames<LossKind>.All,
            "What is minimised; default adaptive-triplet. fixed-triplet: one margin for all triplets. log-ratio: ratios of distances follow those of "
            + "labels. pairwise-similarity: inner products follow similarities. orthogonal-targets: cosines with a binary target of each class.");
        _mining = Optional<string>(
            "--mining", KebabNames<MiningMode>.All,
            "Where triplets come from; default batch-all. The others mine lists once an epoch. group-hard: nothing shared, at random. graded: any "
            + "lower grade, at random. semi-hard: of these one farther than the positive. hard: the nearest. distance-weighted: near ones as often as "
            + "far ones.");
        _margin = Optional<float?>(
            "--margin", "M", "Margin in squared distance, default 1.5 times the dimensions; of orthogonal-targets in cosine, default 0.2.");
        _steps = Optional<int?>("--steps", "N", "Steps of embedding training.");
        _pretraining = Optional<int?>(
            "--pretraining-epochs", "N", "Passes over the single objects before; 0 trains the whole network by triplets from the start.");
        _binarise = Optional<float?>("--binarise", "W", "Weight of the squared distance of embeddings from their signs; default 0.");
        _quantizeBits = Optional<int?>("--quantize-bits", "B", "Pulls embeddings to composite codes of so many bits; default 0, none.");
        _quantizeWeight = Optional<float?>("--quantize-weight", "L", "Weight of the squared distance from composite codes; default 0.001.");
        _validation = Optional<float?>(
            "--validation", "SHARE", $"Holds out this share of the images (.1 is usual) and keeps the weights whose {ValidationMeasure.MeasureName} is best on them; default 0.");
        _patience = Optional<int?>("--patience", "N", "Ends after N measurements of the images held out without a better one; 0 never; default 5.");
        _seed = Seed();
        _device = new DeviceOptions(this);
    }

    public override void Run(VerbContext context)
    {
        long start = Stopwatch.GetTimestamp();
        var folder = new RunFolder(context.Get(_out));
        bool resume = context.Get(_resume);
        TrainingOptions options = resume ? ResumedOptions(context, folder) : NewOptions(context);
        string spec = resume
            ? File.ReadAllText(folder.Data)
            : context.Get(_data) ?? throw new ArgumentException("--data is missing; 'jk train --help' lists the data sets.");
        using Dataset data = DataSpec.Parse(spec).WithInput(options.Network).Open(context.Note);
        if (!resume && data.Tiles is null && options.Weights is null && !context.IsGiven(_config) && !context.IsGiven(_pretraining))
        {
            options = options with { PretrainingEpochs = 0, FreezeBackbone = false };
            context.Note($"{data.Name} has no boxes, so no single objects to pretrain on: the whole network is trained by triplets.");
        }
        using IBackend backend = _device.Open(context);
        var job = new TrainingJob(context, backend, data, options, folder, "training");
        if (!resume)
        {
            folder.RequireUnused();
            Directory.CreateDirectory(folder.Path);
            AtomicFile.WriteAllText(folder.Data, spec);
        }
        using EmbeddingModel model = job.Run(resume);
        // From the file, not from this process: a run that was resumed at its very end has made no step here.
        IReadOnlyList<TrainingMetrics> steps = folder.ReadMetrics();
        TrainingMetrics[] last = [.. steps.Where(m => m.Phase == "embedding").TakeLast(50)];
        var report = new TrainingReport(
            folder.Path, folder.Model, data.Name, backend.Info.Kind, Stopwatch.GetElapsedTime(start).TotalSeconds,
            last.Average(m => m.Loss), last.All(m => m.IsOfTriplets) ? last.Average(m => m.ActiveShare) : null, Selection.Of(steps));
        context.Report(report, JkJson.Default.TrainingReport, console =>
        {
            console.WriteFacts(
                ("model", report.Model), ("trained on", $"{report.Data} ({Units.Count(data.Train.Count)} images)"),
                ("took", $"{Units.Seconds(report.Seconds)} on {backend.Info.Kind}, {backend.Info.Detail}"),
                ("last 50 steps", $"loss {report.Loss:0.000}{(report.ActiveShare is { } share ? $", {share:P1} of triplets active" : "")}"),
                ("weights chosen by", report.ChosenBy),
                ("next", $"jk evaluate --run {folder.Path} --data {spec}"));
        });
    }

    private TrainingOptions NewOptions(VerbContext context)
    {
        TrainingOptions options = context.Get(_config) is { } path ? TrainingOptions.Parse(File.ReadAllText(path), path) : new TrainingOptions();
        if (context.IsGiven(_seed) || context.Get(_config) is null) options = options with { Seed = context.Get(_seed) };
        if (context.Get(_similarity) is { } similarity) options = options with { Similarity = SimilarityKinds.Parse(similarity) };
        if (context.Get(_backbone) is { } backbone)
            options = options with { Network = options.Network with { Backbone = KebabNames<BackboneKind>.Parse("--backbone", backbone) } };
        if (context.Get(_width) is { } width) options = options with { Network = options.Network with { Width = width } };
        if (context.Get(_weights) is { } weights)
            options = options with { Weights = weights, PretrainingEpochs = 0, Network = BackboneInput.InStyleOf(weights, options.Network) };
        if (context.Get(_head) is { } head)
            options = options with { Network = options.Network with { Head = KebabNames<HeadKind>.Parse("--head", head) } };
        // A published network's features have far more channels than the small one's: cells are kept apart only where they are asked for.
        if (options.Network.Backbone != BackboneKind.Scene && options.Network.Head == HeadKind.Fc && !context.IsGiven(_config))
            options = options with { Network = options.Network with { Grid = 1 } };
        if (context.Get(_loss) is { } loss) options = options with { Loss = KebabNames<LossKind>.Parse("--loss", loss) };
        if (context.Get(_mining) is { } mining) options = options with { Mining = KebabNames<MiningMode>.Parse("--mining", mining) };
        if (context.Get(_margin) is { } margin) options = options with { Margin = margin };
        if (context.Get(_steps) is { } steps) options = options with { Steps = steps };
        if (context.Get(_binarise) is { } binarise) options = options with { Binarise = binarise };
        if (context.Get(_quantizeBits) is { } bits) options = options with { QuantizeBits = bits };
        if (context.Get(_quantizeWeight) is { } weight) options = options with { QuantizeWeight = weight };
        if (context.Get(_validation) is { } validation) options = options with { Validation = validation };
        if (context.Get(_patience) is { } patience)
        {
            if (options.Validation == 0) throw new ArgumentException($"--patience is {patience} and no images are held out; --validation holds some out.");
            options = options with { Patience = patience };
        }
        if (context.Get(_pretraining) is { } epochs)
            options = options with { PretrainingEpochs = epochs, FreezeBackbone = epochs > 0 && options.FreezeBackbone };
        options.Validate();
        return options;
    }

    private TrainingOptions ResumedOptions(VerbContext context, RunFolder folder)
    {
        Option[] fixedOptions =
            [_data, _config, _similarity, _backbone, _weights, _width, _head, _loss, _mining, _margin, _steps, _pretraining, _binarise, _quantizeBits, _quantizeWeight,
            _validation, _patience, _seed];
        foreach (Option option in fixedOptions)
            if (context.IsGiven(option))
                throw new ArgumentException(
                    $"{option.Name} and --resume exclude each other: a run keeps the options and the data it began with.");
        if (!File.Exists(folder.Options) || !File.Exists(folder.Data)) throw new FileNotFoundException($"{folder.Path}: holds no run to resume.");
        return TrainingOptions.Parse(File.ReadAllText(folder.Options), folder.Options);
    }
}
