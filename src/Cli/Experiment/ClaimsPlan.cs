using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Experiment;

/// <summary>The parts of the experiment on the claims, and how their networks are trained.</summary>
internal static class ClaimsPlan
{
    /// <summary>The part that the claims are judged by; the others show how far they carry.</summary>
    public const string MainPart = "scenes";

    private static readonly IReadOnlyList<Method> s_compared = [Method.Multiset, .. Method.Others];

    // What heads have in common, found with the multiset Jaccard similarity on scenes of a seed that is not reported. A margin of 30 at 64 dimensions
    // serves real numbers, composite codes and signs alike.
    private static readonly TrainingOptions s_heads = new()
    {
        PretrainingRate = 2e-3f, Decay = 5e-4f, Steps = 1250, Batch = 128, Rate = 1e-3f, Delta = 0.02f, Margin = 30f, FeatureVariants = 2,
    };

    /// <summary>All parts.</summary>
    /// <param name="quick">A smoke run: few images, few steps.</param>
    public static IReadOnlyList<Part> Parts(bool quick) => [.. TileParts(quick), .. PretrainedNetwork.All.SelectMany(network => PhotoParts(network, quick))];

    private static IEnumerable<Part> TileParts(bool quick) =>
    [
        new TilePart(
            MainPart, "composed CIFAR scenes", "cifar10_jpg",
            (path, seed) => quick
                ? $"cifar:{path},train=2000,query=200,database=1500,shift=4,seed={seed}"
                : $"cifar:{path},train=10000,query=1000,database=10000,shift=4,seed={seed}",
            LeaveOneOut: false, Scaled(s_heads with { Network = Network([32, 64, 128], 2, 6), PretrainingEpochs = 25, Rate = 4e-3f }, quick),
            [.. s_compared, .. Method.Signs]),
        new TilePart(
            "boards", "circuit boards (DeepPCB tiles)", "deeppcb_1bit",
            (path, seed) => $"deeppcb:{path},template=1,channels=3,size={(quick ? 96 : 160)},seed={seed}",
            LeaveOneOut: false, Scaled(s_heads with { Network = Network([32, 64, 128], 1, 10), PretrainingEpochs = 10, Steps = 600, Batch = 64 }, quick), s_compared),
        new TilePart(
            "dice", "dice photos", "dice_d6",
            (path, seed) => $"boxes:{path}/boxes_normalized.csv,images={path}/images.zip,size={(quick ? 160 : 320)},tile=32,seed={seed},train=.6,query=.1,flip=hv",
            LeaveOneOut: true, Scaled(s_heads with { Network = Network([32, 64, 128], 1, 10), PretrainingEpochs = 60, Steps = 300, Batch = 64 }, quick),
            s_compared),
    ];

    private static IEnumerable<Part> PhotoParts(PretrainedNetwork network, bool quick)
    {
        TrainingOptions options = Scaled(
            s_heads with { Network = new EmbeddingNetworkOptions { Hidden = 256, Dropout = 0.3f, Dimensions = Method.MainBits }, Steps = 300, Batch = 64 }, quick);
        return
        [
            new PhotoPart(network, PhotoKind.All, options, [Method.Frozen]), new PhotoPart(network, PhotoKind.Cropped, options, [Method.Frozen]),
            new PhotoPart(network, PhotoKind.Half, options, [Method.Frozen, .. s_compared.Take(4).Select(method => method with { Codes = [] })]),
        ];
    }

    private static EmbeddingNetworkOptions Network(IReadOnlyList<int> channels, int repeats, int grid) =>
        new() { Channels = channels, Repeats = repeats, Grid = grid, Cells = [256, 256], Hidden = 256, Dropout = 0.1f, Dimensions = Method.MainBits };

    private static TrainingOptions Scaled(TrainingOptions options, bool quick) => !quick
        ? options
        : options with { PretrainingEpochs = Math.Max(1, options.PretrainingEpochs / 8), Steps = options.Steps / 10 };
}
