using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class SimilarityCases
{
    public static OperationCase Count { get; } =
        new OperationCase<SimilarityProblem>("CountSimilarity", "multiset Jaccard (kind 0) or cosine (kind 1) of count vectors")
        {
            Problems =
            [
                "m1n1c1", "m3n5c7", "m17n17c80", "m33n20c16empty0", "m8n65c81", "m40n40c3empty0.5",
                "m3n5c7kind1", "m17n17c80kind1", "m33n20c16kind1empty0",
                "m8n65c81kind1", "m40n40c3kind1",
            ],
            TinyProblems = ["m3n5c7", "m5n3c17kind1empty0"],
            BenchmarkProblems = ["m512n512c80", "m4096n4096c80", "m512n512c80kind1"],
            Operands = p =>
            [
                In("a", Domain.Counts(p.Classes), p.M, p.Classes), In("b", Domain.Counts(p.Classes), p.N, p.Classes), Out("similarity", p.M, p.N),
            ],
            Reference = (p, v) => CountSimilarity.Run(p, v[0], v[1], v[2]),
            Run = (backend, p, s) => backend.CountSimilarity(p, s[0], s[1], s[2]),
            MayShare = [("b", "a")],
        };

    public static OperationCase Set { get; } =
        new OperationCase<SimilarityProblem>("SetSimilarity", "set Jaccard (kind 2), shared label (kind 3) or shared count (kind 4) of bit sets")
        {
            Problems =
            [
                "m1n1c1kind2", "m3n5c7kind2", "m17n17c80kind2", "m33n20c64kind2empty0", "m8n65c200kind2empty0.5", "m9n9c8kind2",
                "m3n5c7kind3", "m17n17c80kind3", "m33n20c64kind3", "m9n9c8kind3", "m3n5c7kind4", "m17n17c80kind4", "m8n65c200kind4",
            ],
            TinyProblems = ["m3n5c7kind2empty0", "m5n3c80kind3", "m5n3c80kind4"],
            BenchmarkProblems = ["m4096n4096c80kind2", "m4096n4096c80kind3"],
            Operands = p =>
            [
                In("a", Domain.Bits(p.Classes, odds: 8), p.M, p.Words), In("b", Domain.Bits(p.Classes, odds: 8), p.N, p.Words),
                Out("similarity", p.M, p.N),
            ],
            Reference = (p, v) => SetSimilarity.Run(p, v[0], v[1], v[2]),
            Run = (backend, p, s) => backend.SetSimilarity(p, s[0], s[1], s[2]),
            ExactOnIntegers = p => p.Kind != SimilarityKind.SetJaccard,
            MayShare = [("b", "a")],
        };

    public static OperationCase CountTopK { get; } =
        new OperationCase<SimilarityTopKProblem>("CountSimilarityTopK", "the k most similar by (multiset Jaccard or cosine of counts, row)")
        {
            Problems =
            [
                "m1n1c1k1", "m3n5c7k2", "m3n5c7k9", "m17n300c80k10", "m9n700c16k50least0.2empty0", "m2n1500c3k300", "m5n40c81k40least0.5empty0.5",
                "m20n20c5k3", "m3n5c7kind1k2", "m17n300c80kind1k10least0.3", "m4n1200c6kind1k100empty0", "m1n9000c20k7", "m300n30c9k4least2", "m2n30c5k5000",
            ],
            TinyProblems = ["m3n40c7k5least0.2", "m9n35c18kind1k3empty0"],
            BenchmarkProblems = ["m1000n100000c80k100", "m1n100000c80k100", "m1000n100000c80kind1k100"],
            Operands = p =>
            [
                In("a", Domain.Counts(p.Classes), p.M, p.Classes), In("b", Domain.Counts(p.Classes), p.N, p.Classes),
                .. TopKOutputs(p),
            ],
            Reference = (p, v) => SimilarityTopK.Run(p, (ReadOnlySpan<int>)v[0], v[1], v[2], v[3], v[4]),
            Run = (backend, p, s) => backend.CountSimilarityTopK(p, s[0], s[1], s[2], s[3], s[4]),
            MayShare = [("b", "a")],
        };

    public static OperationCase SetTopK { get; } =
        new OperationCase<SimilarityTopKProblem>("SetSimilarityTopK", "the k most similar by (set Jaccard, shared label or shared count, row)")
        {
            Problems =
            [
                "m1n1c1kind2k1", "m3n5c7kind2k2", "m3n5c7kind2k9", "m17n300c80kind2k10", "m9n700c64kind2k50least0.2empty0",
                "m2n1500c200kind2k300", "m20n20c5kind2k3", "m3n5c7kind3k2", "m17n300c80kind3k10least1", "m3n5c7kind4k2", "m4n1200c130kind4k100least2",
                "m1n9000c20kind2k7",
            ],
            TinyProblems = ["m3n40c7kind2k5least0.2empty0", "m9n35c80kind4k3", "m2n9c8kind3k4"],
            BenchmarkProblems = ["m1000n100000c80kind2k100", "m1n100000c80kind2k100"],
            Operands = p =>
            [
                In("a", Domain.Bits(p.Classes, odds: 8), p.M, p.Words), In("b", Domain.Bits(p.Classes, odds: 8), p.N, p.Words),
                .. TopKOutputs(p),
            ],
            Reference = (p, v) => SimilarityTopK.Run(p, (ReadOnlySpan<ulong>)v[0], v[1], v[2], v[3], v[4]),
            Run = (backend, p, s) => backend.SetSimilarityTopK(p, s[0], s[1], s[2], s[3], s[4]),
            MayShare = [("b", "a")],
        };

    private static Operand[] TopKOutputs(SimilarityTopKProblem p) =>
        [Out("similarities", p.M, p.K), Out("rows", ElementType.Int32, p.M, p.K), Out("counts", ElementType.Int32, p.M)];
}
