using System.CommandLine;
using JaccardKernels.Cli.Training;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk index build</c>.</summary>
internal sealed class IndexBuildVerb : Verb
{
    private readonly Option<string?> _run, _data, _codes, _names, _labels;
    private readonly Option<string> _out, _origin;
    private readonly Option<int> _bits;
    private readonly SplitOption _split;
    private readonly DeviceOptions _device;

    public IndexBuildVerb()
        : base(
            "build",
            "Writes an index of images or of codes. From images: --run embeds those of --data and packs the signs; names, labels where there are " +
            "any, and the SHA-256 of the model go with them, so that 'jk search' knows its own. From codes: --codes, and if given names and " +
            "labels, whatever made them. All parts carry checksums.\n\nData sets:\n" + DataSpec.Help,
            "jk index build --run weights/scenes.safetensors --data photos/ --out photos.jkx",
            "jk index build --run runs/scenes --data scenes --out scenes.jkx",
            "jk index build --codes codes.npy --names names.txt --out photos.jkx")
    {
        _run = Optional<string>("--run", "RUN", "A run folder or a model file, to make codes of images.");
        _data = Optional<string>("--data", "SPEC|FOLDER", "The images; they are brought to the model's input.");
        _split = new SplitOption(this);
        _codes = Optional<string>("--codes", "C.npy", "The codes, uint8 [N,bits/8], least significant bit first (faiss's layout).");
        _bits = Default("--bits", "N", 0, "Bits of a code of --codes; 0 means 8 for each column.");
        _names = Optional<string>("--names", "F.txt", "The names that go with --codes, one a line.");
        _labels = Optional<string>("--labels", "L.npy", "The counts per class that go with --codes, integers [N,C].");
        _origin = Default("--origin", "TEXT", "", "What made --codes, one line, so that queries of another kind can be told from them.");
        _out = Required<string>("--out", "I.jkx", "Where to write.");
        _device = new DeviceOptions(this);
    }

    public override void Run(VerbContext context)
    {
        bool ofImages = context.IsGiven(_run) || context.IsGiven(_data);
        if (ofImages == context.IsGiven(_codes))
            throw new ArgumentException(
                $"{(ofImages ? "--codes and --run with --data exclude each other" : "there is nothing to build from")}: " +
                "--run and --data name a model and images, --codes names codes.");
        HammingIndex index = ofImages ? BuildFromImages(context) : BuildFromCodes(context);
        string path = context.Get(_out);
        index.Write(path);
        IndexReport.Of(path, index).Report(context);
    }

    private HammingIndex BuildFromImages(VerbContext context)
    {
        foreach (Option option in new Option[] { _bits, _names, _labels, _origin })
            if (context.IsGiven(option)) throw new ArgumentException($"{option.Name} goes with --codes; images bring their own.");
        string run = context.Get(_run) ?? throw new ArgumentException("--data needs --run: the model that makes codes of the images.");
        string spec = context.Get(_data) ?? throw new ArgumentException("--run needs --data: the images to make codes of.");
        using IBackend backend = _device.Open(context);
        using TrainedModel model = TrainedModel.Load(backend, run);
        using Dataset data = model.Open(spec, context);
        IImageSet set = _split.Choose(context, data);
        EmbeddingMatrix embeddings = EmbeddedSplits.Embed(context, model.Model, set);
        PackedCodes codes = PackedCodes.FromEmbeddings(backend, embeddings.Values, embeddings.Dimensions);
        string[] names = [.. Enumerable.Range(0, set.Count).Select(set.Id)];
        return new HammingIndex(codes, names, data.HasLabels ? set.ToLabelMatrix() : null, model.Origin());
    }

    private HammingIndex BuildFromCodes(VerbContext context)
    {
        if (_split.IsGiven(context)) throw new ArgumentException("--split goes with --data; --codes are indexed whole.");
        string path = context.Get(_codes)!, origin = context.Get(_origin);
        if (origin.Contains('\n', StringComparison.Ordinal)) throw new ArgumentException("--origin has several lines; one is the limit.");
        PackedCodes codes = PackedCodes.ReadNpy(path, context.Get(_bits));
        string[]? names = context.Get(_names) is { } namesPath ? File.ReadAllLines(namesPath) : null;
        LabelMatrix? labels = context.Get(_labels) is { } labelsPath ? LabelMatrix.From(NpyFile.Read(labelsPath)) : null;
        return new HammingIndex(codes, names, labels, origin);
    }
}
