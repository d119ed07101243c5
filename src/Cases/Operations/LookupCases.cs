using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class LookupCases
{
    public static OperationCase Distance { get; } = new OperationCase<LookupProblem>("LookupDistance", "distances = term + sum of table entries of a code")
    {
        Problems =
        [
            "q1n1m1w1", "q3n5m2w7", "q3n5m2w7term1", "q2n33m8", "q5n17m8term1", "q1n1000m4term1", "q7n65m16", "q3n100m1w256", "q2n37m5w100term1",
            "q65n3m2w20", "q2n300m64w3",
        ],
        TinyProblems = ["q3n5m2w7term1", "q2n9m3w20"],
        BenchmarkProblems = ["q100n100000m8term1", "q1n1000000m8term1"],
        Operands = p => [.. Inputs(p), Out("distances", p.Queries, p.Count)],
        Reference = (p, v) => LookupDistance.Run(p, v[0], v[1], v[2], v[3]),
        Run = (backend, p, s) => backend.LookupDistance(p, s[0], s[1], s[2], s[3]),
        ExactOnIntegers = _ => true,
    };

    public static OperationCase TopK { get; } = new OperationCase<LookupProblem>("LookupTopK", "the k least by (term + sum of table entries, row)")
    {
        Problems =
        [
            "q1n1m1w1k1", "q1n1m1w1k3term1", "q3n5m2w7k2", "q3n5m2w7k9term1", "q2n100m1w3k100", "q5n3000m8k10term1", "q1n9000m8k100", "q4n2333m5w200k50term1",
            "q2n257m16k257term1", "q3n70m64w5k5", "q130n300m2w50k7", "q1n70000m4k3term1", "q2n5000m12k40", "q1n6000m8k5000",
        ],
        TinyProblems = ["q3n9m2w7k4term1", "q2n40m5w20k8"],
        BenchmarkProblems = ["q100n1000000m8k100term1", "q1n1000000m8k100term1", "q100n1000000m16k100term1", "q100n1000000m4k100term1", "q100n1000000m8k100"],
        Operands = p => [.. Inputs(p), Out("distances", p.Queries, p.K), Out("rows", ElementType.Int32, p.Queries, p.K)],
        Reference = (p, v) => LookupTopK.Run(p, v[0], v[1], v[2], v[3], v[4]),
        Run = (backend, p, s) => backend.LookupTopK(p, s[0], s[1], s[2], s[3], s[4]),
        ExactOnIntegers = _ => true,
    };

    private static Operand[] Inputs(LookupProblem p) =>
    [
        In("tables", Domain.TableEntries, p.Queries, p.Codebooks, p.Codewords), In("codes", Domain.BytesBelow(p.Codewords), p.Count, p.Codebooks),
        In("terms", Domain.TableEntries, p.LengthTerms),
    ];
}
