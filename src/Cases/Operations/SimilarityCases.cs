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
}
