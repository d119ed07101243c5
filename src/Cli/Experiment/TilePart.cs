using System.Globalization;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Experiment;

/// <summary>A part whose data has single objects: the backbone learns these, is frozen, and heads learn on its features.</summary>
/// <param name="Id">As of <see cref="Part"/>, like the others.</param>
/// <param name="Name">For tables.</param>
/// <param name="Folder">The data set's folder, within that of all.</param>
/// <param name="Spec">Data as <c>--data</c> takes it, for the folder's path and a seed.</param>
/// <param name="LeaveOneOut">Queries and database are one set.</param>
/// <param name="Options">How backbone and heads are trained.</param>
/// <param name="Methods">What is compared.</param>
internal sealed record TilePart(
    string Id, string Name, string Folder, Func<string, int, string> Spec, bool LeaveOneOut, TrainingOptions Options, IReadOnlyList<Method> Methods)
    : Part(Id, Name, LeaveOneOut, Options, Methods)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Folders => [Folder];

    /// <inheritdoc/>
    public override string Input => Spec("", 0);

    /// <inheritdoc/>
    public override IPartSource Open(PartContext context, int seed) => new Source(context, this, seed);

    private sealed class Source : IPartSource
    {
        private readonly PartContext _context;
        private readonly TilePart _part;
        private readonly TrainingOptions _options;
        private readonly string _key;
        private readonly Dataset _data;
        private readonly IImageSet _query, _database;

        public Source(PartContext context, TilePart part, int seed)
        {
            (_context, _part, _options, _key) = (context, part, part.Options with { Seed = seed }, PartRun.Key(part, seed));
            _data = DataSpec.Parse(part.Spec(Path.Combine(context.Data, part.Folder), seed)).Open(context.Progress.Note);
            (_query, _database) = (_data.Query, _data.Database);
            if (part.LeaveOneOut) _query = _database = new JoinedImageSet(_data.Query, _data.Database);
        }

        private string BackboneFile => _context.Folder.Cache($"{_key}-backbone.safetensors");

        public double MakeBackbone()
        {
            IImageSet tiles = _data.Tiles ?? throw new InvalidDataException($"{_data.Name}: has no single objects to pretrain on.");
            (FrozenBackbone backbone, float accuracy) = Pretraining.Run(
                _context.Backend, tiles, _data.Train, _options, _data.HeldOutTiles, _context.Threads, m => _context.Progress.Step(_key, m),
                _context.Progress.Cancellation);
            using (backbone) backbone.Save(BackboneFile);
            return accuracy;
        }

        public PartFeatures Features()
        {
            var image = new SampleShape(_data.Train.Channels, _data.Train.Height, _data.Train.Width);
            using FrozenBackbone backbone = FrozenBackbone.Load(_context.Backend, image, _options.Network, BackboneFile);
            FeatureCache query = Of(_query, 1, "query");
            return new PartFeatures(
                Of(_data.Train, _options.FeatureVariants, "train"), _data.Train.ToLabelMatrix(), query, _query.ToLabelMatrix(),
                ReferenceEquals(_query, _database) ? query : Of(_database, 1, "database"), _database.ToLabelMatrix());

            FeatureCache Of(IImageSet set, int variants, string name) => backbone.Features(
                set, variants, _options.Seed, _context.Threads, _context.Folder.Cache($"{_part.Id}-{name}-features.safetensors"),
                (done, all) => _context.Progress.Doing(string.Create(CultureInfo.InvariantCulture, $"{_key}: features of {name} {done}/{all}")),
                _context.Progress.Cancellation);
        }

        public void Dispose() => _data.Dispose();
    }
}
