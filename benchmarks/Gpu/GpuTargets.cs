namespace JaccardKernels.Benchmarks;

/// <summary>The targets of the project beside what was reached, each by its worst problem.</summary>
internal static class GpuTargets
{
    // Operations that do nothing but move their operands through memory, and the least operand that no cache holds.
    private static readonly string[] s_streams =
        ["Fill", "Copy", "Add", "ReluForward", "ReluBackward", "TanhForward", "TanhBackward", "MomentumSgd", "Adam", "BatchNormalizationInference"];

    private const long LeastStream = 64 << 20;

    /// <summary>Judges.</summary>
    public static IReadOnlyList<TargetRow> From(Roof roof, IReadOnlyList<BenchRow> rows, IReadOnlyList<PeerRow> peers) =>
    [
        OfPeer("SGEMM 4096 of cuBLAS", 0.75, peers, row => row is { Operation: "Gemm", Problem: GpuProblems.LargeProduct, Math: "fp32" }),
        OfPeer("TF32 GEMM 4096 of cuBLAS", 0.5, peers, row => row is { Operation: "Gemm", Problem: GpuProblems.LargeProduct, Math: "tf32" }),
        OfPeer("convolution forward of cuDNN, fp32", 0.6, peers, row => row is { Operation: "ConvolutionForward", Math: "fp32" }),
        OfPeer("convolution backward of data of cuDNN, fp32", 0.6, peers, row => row is { Operation: "ConvolutionBackwardData", Math: "fp32" }),
        OfPeer(
            "convolution backward of weights of cuDNN, fp32", 0.6, peers,
            row => row is { Operation: "ConvolutionBackwardWeights", Math: "fp32" }),
        OfRoof(
            "memory-bound operations of the measured copy bandwidth", 0.85, rows,
            row => s_streams.Contains(row.Timing.Operation) && Bytes(row) >= LeastStream,
            row => row.Timing.GigabytesPerSecond / roof.At(long.MaxValue).Copy),
        OfRoof(
            "Hamming top-100 of 100 M codes of 256 bits of its roof", 0.7, rows,
            row => row.Timing.Operation == "HammingTopK" && row.Timing.Problem.Contains("n100000000b256", StringComparison.Ordinal),
            row => row.RoofShare),
        OfPeer("pairwise similarity, times PyTorch", 10, peers, row => row.Operation is "CountSimilarity" or "SetSimilarity"),
        OfPeer("batch-all triplet loss, times PyTorch", 10, peers, row => row.Operation == "BatchAllTripletLoss"),
    ];

    private static double Bytes(BenchRow row) => row.Timing.GigabytesPerSecond * row.Timing.Median * 1e9;

    private static TargetRow OfPeer(string target, double least, IReadOnlyList<PeerRow> peers, Func<PeerRow, bool> concerns)
    {
        PeerRow[] all = [.. peers.Where(concerns)];
        PeerRow? worst = all.Where(row => row.Ratio is not null).MinBy(row => row.Ratio);
        if (worst is not null) return new TargetRow(target, least, worst.Ratio, $"{worst.Operation} {worst.Problem}");
        return new TargetRow(target, least, null, all.Length > 0 ? all[0].WhyNot ?? "" : "not among what was timed");
    }

    private static TargetRow OfRoof(
        string target, double least, IReadOnlyList<BenchRow> rows, Func<BenchRow, bool> concerns, Func<BenchRow, double> reached) =>
        rows.Where(concerns).MinBy(reached) is { } worst
            ? new TargetRow(target, least, reached(worst), $"{worst.Timing.Operation} {worst.Timing.Problem}")
            : new TargetRow(target, least, null, "not among what was timed");
}
