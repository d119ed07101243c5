namespace JaccardKernels.Peers;

/// <summary>All the work there is.</summary>
internal static class PeerCatalog
{
    private const string Small = "3x3";

    private static readonly (string Name, string Problem, string Group)[] s_layers =
    [
        ("alex1", "mb8ic3ih224oc64kh11sh4ph2", ""), ("alex2", "mb8ic64ih27oc192kh5ph2", ""), ("vgg1_2", "mb4ic64ih224oc64kh3ph1", Small),
        ("vgg3", "mb4ic256ih56oc256kh3ph1", Small), ("res2", "mb8ic64ih56oc64kh3ph1", Small), ("res3", "mb8ic128ih28oc128kh3ph1", Small),
        ("res4", "mb8ic256ih14oc256kh3ph1", Small), ("res5", "mb8ic512ih7oc512kh3ph1", Small), ("pw", "mb8ic256ih56oc64kh1", ""),
    ];

    // Sets of 0.8 GB, far beyond any cache.
    private static readonly (int Bits, string Problem)[] s_scans =
    [
        (64, "q1n100000000b64k100"), (256, "q1n25000000b256k100"), (4096, "q1n1500000b4096k100"),
    ];

    /// <summary>In the order of the report.</summary>
    public static IReadOnlyList<PeerWork> All { get; } =
    [
        .. from n in (int[])[512, 1024, 2048] select new PeerWork($"sgemm {n}", "Gemm", $"m{n}n{n}k{n}"),
        .. from layer in s_layers select new PeerWork(layer.Name, "ConvolutionForward", layer.Problem, layer.Group),
        .. from layer in s_layers select new PeerWork($"{layer.Name} train", PeerWork.Training, layer.Problem, "train"),
        new PeerWork("set Jaccard", "SetSimilarity", "m4096n4096c80kind2empty0"), new PeerWork("multiset Jaccard", "CountSimilarity", "m512n512c80empty0"),
        .. from n in (int[])[128, 512] select new PeerWork($"triplets of {n}", "BatchAllTripletLoss", $"n{n}d64"),
        .. from queries in (int[])[100, 1] from bits in (int[])[64, 128, 256]
           select new PeerWork($"{bits}-bit top 100", "HammingTopK", $"q{queries}n1000000b{bits}k100") { Tolerance = 0 },
        .. from scan in s_scans select new PeerWork($"{scan.Bits}-bit scan", "HammingTopK", scan.Problem) { Alone = true },
        .. from network in PeerNetwork.All from batch in (int[])[1, 8] select network.Work(batch, trains: false),
        .. from network in PeerNetwork.All select network.Work(8, trains: true),
    ];
}
