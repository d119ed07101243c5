using JaccardKernels.Benchmarks;
using JaccardKernels.Cases;
using JaccardKernels.Problems;

namespace JaccardKernels.Peers;

/// <summary>How fast some work was done, in the unit that its field counts in.</summary>
/// <param name="Value">The rate.</param>
/// <param name="Unit">Of the rate.</param>
/// <param name="RoofShare">
/// The share of the multiply-add roof, by operations of the plain algorithm: above 1 where an algorithm needs fewer; of scans alone, the share of the
/// rate of reading. Null where neither binds.
/// </param>
internal sealed record PeerRate(double Value, string Unit, double? RoofShare)
{
    /// <summary>The rate of work that took some seconds.</summary>
    /// <param name="work">The work.</param>
    /// <param name="seconds">How long it took.</param>
    /// <param name="roof">What the machine can compute.</param>
    /// <param name="readSeconds">How long this machine reads as many bytes as a scan, in turns with it; null of other work.</param>
    public static PeerRate Of(PeerWork work, double seconds, Roof roof, double? readSeconds)
    {
        switch (work.Operation)
        {
            case "HammingTopK":
                var search = HammingProblem.Parse(work.Problem);
                return readSeconds is { } read
                    ? new(1e-9 * search.Bytes / seconds, "GB/s", read / seconds)
                    : new(1e-6 * search.Queries * search.Count / seconds, "M pairs/s", null);
            case "SetSimilarity" or "CountSimilarity":
                var similarity = SimilarityProblem.Parse(work.Problem);
                return new(1e-6 * similarity.M * similarity.N / seconds, "M pairs/s", null);
            case "BatchAllTripletLoss":
                return new(1e-6 * BatchAllTripletProblem.Parse(work.Problem).Candidates / seconds, "M triplets/s", null);
            default:
                double operations = 1e-9 * Flops(work) / seconds;
                return new(operations, "GFLOP/s", operations / roof.Peak(ArithmeticKind.MultiplyAdd));
        }
    }

    // A way back is twice the way there.
    private static long Flops(PeerWork work) => work.Operation switch
    {
        PeerWork.Training => 3 * CaseCatalog.Find("ConvolutionForward").Parse(work.Problem).Flops,
        PeerWork.NetworkInference => work.Network!.Build().Flops(PeerNetwork.Batch(work)),
        PeerWork.NetworkStep => 3 * work.Network!.Build().Flops(PeerNetwork.Batch(work)),
        _ => CaseCatalog.Find(work.Operation).Parse(work.Problem).Flops,
    };
}
