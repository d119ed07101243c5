using System.CommandLine;
using System.Diagnostics;
using JaccardKernels.Cli.Training;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk labels</c>.</summary>
internal sealed class LabelsVerb : Verb
{
    private readonly Option<string> _labels, _kind;
    private readonly Option<string?> _with;
    private readonly SplitOption _split;
    private readonly Option<float> _tau, _empty, _margin;
    private readonly Option<int> _groups, _shuffles, _seed;
    private readonly DeviceOptions _device;

    public LabelsVerb()
        : base(
            "labels",
            "Describes labels before anything is trained on them. Chance levels, the similarity of positives, the loss at which a collapsed " +
            "network stands still, and how many triplets group-hard mining finds at each number of groups, over all pairs. Lists are read " +
            "without their images.",
            "jk labels --labels train.txt.gz",
            "jk labels --labels test.txt.gz --with train.txt.gz --json",
            "jk labels --labels csv:labels.csv,images=photos.zip --split train --kind set-jaccard")
    {
        _labels = Required<string>("--labels", LabelSource.Form, "An array [N,C], a list, or a data set.");
        _with = Optional<string>("--with", LabelSource.Form, "What to compare with; each other if left out, no image with itself.");
        _split = new SplitOption(this);
        _kind = Default("--kind", SimilarityKinds.Names, SimilarityKinds.NameOf(SimilarityKind.MultisetJaccard), "The similarity J, in 0 to 1.");
        _tau = Default("--tau", "J", 0.5f, "Positives have J above it.");
        _empty = Default("--empty", "0..1", 1f, "J of two images without labels; in triplets it is 0, as in training.");
        _margin = Default("--margin", "M", 30f, "The margin between J = 1 and J = 0; the paper's is 30 at 128 dimensions.");
        _groups = Default("--groups", "G", 50, "Groups of mining; they are halved down to one.");
        _shuffles = Default("--shuffles", "N", 3, "Shuffles, the epochs of training, that triplets are averaged over.");
        _seed = Seed();
        _device = new DeviceOptions(this);
    }

    public override void Run(VerbContext context)
    {
        SimilarityKind kind = SimilarityKinds.Parse(context.Get(_kind));
        float tau = (float)Guard.InRange(context.Get(_tau), 0, 1, "--tau"), empty = (float)Guard.InRange(context.Get(_empty), 0, 1, "--empty");
        float margin = Guard.AboveZero(context.Get(_margin), "--margin");
        int groups = Guard.Positive(context.Get(_groups), "--groups"), shuffles = Guard.Positive(context.Get(_shuffles), "--shuffles");
        string path = context.Get(_labels);
        LabelMatrix labels = LabelSource.Read(context, path, _split);
        LabelMatrix? with = context.Get(_with) is { } other ? LabelSource.Read(context, other, _split) : null;
        using IBackend backend = _device.Open(context);
        long start = Stopwatch.GetTimestamp();
        LabelSummary summary = LabelSummary.Of(labels);
        PairStatistics pairs = PairStatistics.Of(
            backend, kind, labels, with, tau, empty,
            done => context.Progress.Report(() => $"pairs: row {Units.Count(done)} of {Units.Count(labels.Count)}"), context.Cancellation);
        SupplyReport[] triplets = [.. MiningSupply.Halvings(groups).Select(Supply)];
        double wanted = (double)new TrainingOptions().MinimumTripletsPerImage * labels.Count;
        var report = new LabelsReport(
            path, context.Get(_with), SimilarityKinds.NameOf(kind), empty, tau, summary, pairs, margin, pairs.Plateau(margin),
            wanted, shuffles, triplets, backend.Info.Kind, Stopwatch.GetElapsedTime(start).TotalSeconds);
        context.Report(report, JkJson.Default.LabelsReport, report.Write);

        SupplyReport Supply(int cut)
        {
            context.Progress.Report(() => $"triplets: {cut} groups");
            double[] counts =
            [
                // One group is the same whatever the shuffle.
                .. Enumerable.Range(0, cut == 1 ? 1 : shuffles)
                    .Select(epoch => (double)MiningSupply.Count(backend, labels, kind, tau, cut, context.Get(_seed), epoch, context.Cancellation)),
            ];
            double mean = counts.Average();
            return new SupplyReport(cut, mean, counts.Length < 2 ? 0 : Math.Sqrt(counts.Sum(c => (c - mean) * (c - mean)) / (counts.Length - 1)));
        }
    }
}
