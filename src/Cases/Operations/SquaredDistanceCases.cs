using JaccardKernels.Problems;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class SquaredDistanceCases
{
    public static OperationCase SquaredDistance { get; } = new OperationCase<SquaredDistanceProblem>("SquaredDistance", "distances = |x[m] - y[n]|^2")
    {
        Problems = ["m1n1d1", "m3n5d7", "m17n17d64", "m1n33d128", "m33n1d15", "m65n40d16", "m40n40d130"],
        TinyProblems = ["m3n5d7", "m4n4d16"],
        BenchmarkProblems = ["m128n128d64", "m1000n1000d128"],
        Operands = p => [In("x", Domain.Normal, p.M, p.D), In("y", Domain.Normal, p.N, p.D), Out("distances", p.M, p.N)],
        Reference = (p, v) => Reference.SquaredDistance.Run(p, v[0], v[1], v[2]),
        Run = (backend, p, s) => backend.SquaredDistance(p, s[0], s[1], s[2]),
        ExactOnIntegers = _ => true,
        MayShare = [("y", "x")],
    };
}
