using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Experiment;

/// <summary>
/// Photos, each a query against the rest, by features of a network pretrained on ImageNet: all photos by the features as they are, or those of the test
/// split by heads trained on the others, beside the features as they are.
/// </summary>
/// <param name="Network">The network.</param>
/// <param name="Kind">What is done with the photos.</param>
/// <param name="Options">How heads are trained.</param>
/// <param name="Methods">What is compared.</param>
internal sealed record PhotoPart(PretrainedNetwork Network, PhotoKind Kind, TrainingOptions Options, IReadOnlyList<Method> Methods)
    : Part($"photos-{Network.Id}{Kind.Suffix}", $"COCO photos, {Network.Name}, {Kind.Name}", LeaveOneOut: true, Options, Methods)
{
    private const string Photos = "coco256_320", Models = "models";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Folders => [Photos, Models];

    /// <inheritdoc/>
    public override string Input => Spec("", 0);

    /// <inheritdoc/>
    public override IPartSource Open(PartContext context, int seed) => new Source(context, this, seed);

    private string Spec(string folder, int seed) => FormattableString.Invariant(
        $"csv:{folder}/labels_counts.csv,images={folder}/images_max320.zip,{Kind.Input},norm={Network.Normalization.Name},seed={seed}");

    private sealed class Source : IPartSource
    {
        private readonly PartContext _context;
        private readonly PhotoPart _part;
        private readonly Dataset _data;
        private readonly IImageSet _train, _asked;

        public Source(PartContext context, PhotoPart part, int seed)
        {
            (_context, _part) = (context, part);
            _data = DataSpec.Parse(part.Spec(Path.Combine(context.Data, Photos), seed)).Open(context.Progress.Note);
            (_train, _asked) = (_data.Train, new JoinedImageSet(_data.Query, _data.Database));
            if (!part.Kind.Trains) _asked = new JoinedImageSet(_data.Train, _asked);
        }

        public double MakeBackbone() => double.NaN;

        public PartFeatures Features()
        {
            using FrozenBackbone backbone = _part.Network.Load(_context.Backend, Path.Combine(_context.Data, Models), _data.Input.Height);
            FeatureCache asked = backbone.Features(_asked, threads: _context.Threads, cancellation: _context.Progress.Cancellation);
            FeatureCache train = !_part.Kind.Trains
                ? asked
                : backbone.Features(_train, _part.Options.FeatureVariants, _part.Options.Seed, _context.Threads, cancellation: _context.Progress.Cancellation);
            LabelMatrix labels = _asked.ToLabelMatrix();
            return new PartFeatures(train, _part.Kind.Trains ? _train.ToLabelMatrix() : labels, asked, labels, asked, labels);
        }

        public void Dispose() => _data.Dispose();
    }
}

/// <summary>What is done with photos.</summary>
/// <param name="Suffix">Behind the part's id.</param>
/// <param name="Name">For tables.</param>
/// <param name="Input">How a photo becomes the network's input, as a data set's options.</param>
/// <param name="Trains">Whether the training split is trained on, and only the others asked.</param>
internal sealed record PhotoKind(string Suffix, string Name, string Input, bool Trains)
{
    /// <summary>All photos, whole, at the size that the networks were trained at.</summary>
    public static PhotoKind All { get; } = new("", "all photos", "size=224,fit=stretch", Trains: false);

    /// <summary>
    /// All photos, their middle squares at 128 pixels: the input that gives the levels known of these features, SqueezeNet .502 and MobileNetV2 .526
    /// (whole photos of 224 pixels are better).
    /// </summary>
    public static PhotoKind Cropped { get; } = new("-128", "all photos, middle 128x128", "size=128,fit=crop", Trains: false);

    /// <summary>Heads of one split, measured on the other.</summary>
    public static PhotoKind Half { get; } = new("-half", "test split", "size=224,fit=stretch", Trains: true);
}
