using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class HammingCases
{
    public static OperationCase Distance { get; } = new OperationCase<HammingProblem>("HammingDistance", "distances = bits in which codes differ")
    {
        Problems =
        [
            "q1n1b1", "q3n5b7", "q2n33b64", "q5n17b65", "q1n1000b128", "q7n65b192", "q3n100b256", "q2n37b512", "q2n19b1000", "q1n21b4096", "q65n3b48",
        ],
        TinyProblems = ["q3n5b7", "q2n9b130"],
        BenchmarkProblems = ["q1n1000000b64", "q1n1000000b256", "q100n100000b64", "q1n100000b4096"],
        Operands = p =>
        [
            In("queries", Domain.Bits(p.Bits), p.Queries, p.Words), In("database", Domain.Bits(p.Bits), p.Count, p.Words),
            Out("distances", ElementType.Int32, p.Queries, p.Count),
        ],
        Reference = (p, v) => HammingDistance.Run(p, v[0], v[1], v[2]),
        Run = (backend, p, s) => backend.HammingDistance(p, s[0], s[1], s[2]),
        MayShare = [("database", "queries")],
    };

    public static OperationCase TopK { get; } = new OperationCase<HammingProblem>("HammingTopK", "the k nearest by (distance, row)")
    {
        Problems =
        [
            "q1n1b1k1", "q1n1b1k3", "q3n5b7k2", "q3n5b7k9", "q2n100b8k100", "q5n1000b64k10", "q1n5000b64k100", "q4n333b65k50", "q2n257b128k257",
            "q3n129b256k5", "q2n77b512k20", "q1n40b4096k7", "q17n300b4k30",
        ],
        TinyProblems = ["q3n9b7k4", "q2n5b70k8"],
        BenchmarkProblems =
        [
            "q100n1000000b64k100", "q100n1000000b128k100", "q100n1000000b256k100", "q1n1000000b64k100", "q1n1000000b128k100", "q1n1000000b256k100",
        ],
        Operands = p =>
        [
            In("queries", Domain.Bits(p.Bits), p.Queries, p.Words), In("database", Domain.Bits(p.Bits), p.Count, p.Words),
            Out("distances", ElementType.Int32, p.Queries, p.K), Out("rows", ElementType.Int32, p.Queries, p.K),
        ],
        Reference = (p, v) => HammingTopK.Run(p, v[0], v[1], v[2], v[3]),
        Run = (backend, p, s) => backend.HammingTopK(p, s[0], s[1], s[2], s[3]),
    };
}
