using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Experiment;

/// <summary>A network pretrained on ImageNet, of which a file of weights is at hand.</summary>
/// <param name="Id">For files.</param>
/// <param name="Name">For tables.</param>
/// <param name="Folder">The folder of its weights, within models.</param>
/// <param name="Normalization">What it takes.</param>
/// <param name="Features">Its layers.</param>
/// <param name="Map">Its parameters' names in the file.</param>
internal sealed record PretrainedNetwork(
    string Id, string Name, string Folder, Normalization Normalization, Func<NetworkBuilder, Node, Node> Features, Func<ParameterSpec, WeightSource> Map)
{
    /// <summary>Those of the experiment.</summary>
    public static IReadOnlyList<PretrainedNetwork> All { get; } =
    [
        new("squeezenet", "SqueezeNet 1.1", "squeezenet_v1.1_notop_float32", Normalization.Vgg, SqueezeNet.Features, SqueezeNet.FromKeras),
        new(
            "mobilenet", "MobileNetV2 0.35", "mobilenet_v2_035_224_float32", Normalization.Unit,
            (b, x) => MobileNetV2.Features(b, x, 0.35f, MobileNetStyle.Keras), MobileNetV2.FromKeras),
    ];

    /// <summary>The network with its weights, its last activation averaged over the image.</summary>
    public FrozenBackbone Load(IBackend backend, string models, int side)
    {
        var b = new NetworkBuilder(new SampleShape(3, side, side));
        b.GlobalPooling("pool", Features(b, b.Input));
        var parameters = new ParameterStore(backend, b.Build(), seed: 0);
        try
        {
            WeightImport.Load(SafetensorsFile.Read(Path.Combine(models, Folder, "weights.safetensors")), parameters, Map);
            return new FrozenBackbone(parameters);
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
    }
}

/// <summary>
/// Photos, each a query against the rest, by features of a network pretrained on ImageNet: all photos by the features as they are, or those of the test
/// split by heads trained on the others, beside the features as they are.
/// </summary>
/// <param name="Network">The network.</param>
/// <param name="Halves">Whether the training split is trained on, and only the other half asked.</param>
/// <param name="Options">How heads are trained.</param>
/// <param name="Methods">What is compared.</param>
internal sealed record PhotoPart(PretrainedNetwork Network, bool Halves, TrainingOptions Options, IReadOnlyList<Method> Methods)
    : Part(
        Halves ? $"photos-{Network.Id}-half" : $"photos-{Network.Id}", $"COCO photos, {Network.Name}{(Halves ? ", a half" : "")}", LeaveOneOut: true, Options,
        Methods)
{
    private const string Photos = "coco256_320", Models = "models";
    private const int Side = 224;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Folders => [Photos, Models];

    /// <inheritdoc/>
    public override IPartSource Open(PartContext context, int seed) => new Source(context, this, seed);

    private sealed class Source : IPartSource
    {
        private readonly PartContext _context;
        private readonly PhotoPart _part;
        private readonly Dataset _data;
        private readonly IImageSet _train, _asked;

        public Source(PartContext context, PhotoPart part, int seed)
        {
            (_context, _part) = (context, part);
            string folder = Path.Combine(context.Data, Photos);
            _data = DataSpec.Parse(
                FormattableString.Invariant(
                    $"csv:{folder}/labels_counts.csv,images={folder}/images_max320.zip,size={Side},norm={part.Network.Normalization.Name},seed={seed}"))
                .Open(context.Progress.Note);
            (_train, _asked) = (_data.Train, new JoinedImageSet(_data.Query, _data.Database));
            if (!part.Halves) _asked = new JoinedImageSet(_data.Train, _asked);
        }

        public double MakeBackbone() => double.NaN;

        public PartFeatures Features()
        {
            using FrozenBackbone backbone = _part.Network.Load(_context.Backend, Path.Combine(_context.Data, Models), Side);
            FeatureCache asked = backbone.Features(_asked, threads: _context.Threads, cancellation: _context.Progress.Cancellation);
            FeatureCache train = !_part.Halves
                ? asked
                : backbone.Features(_train, _part.Options.FeatureVariants, _part.Options.Seed, _context.Threads, cancellation: _context.Progress.Cancellation);
            LabelMatrix labels = _asked.ToLabelMatrix();
            return new PartFeatures(train, _part.Halves ? _train.ToLabelMatrix() : labels, asked, labels, asked, labels);
        }

        public void Dispose() => _data.Dispose();
    }
}
