using JaccardKernels.Problems;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class SignQuantizationCases
{
    public static OperationCase SignQuantization { get; } = new OperationCase<SignQuantizationProblem>("SignQuantization", "bit d = (e[d] >= 0)")
    {
        Problems = ["n1d1", "n3d7", "n5d63", "n17d64", "n5d65", "n33d128", "n2d200", "n100d48", "n9d4", "n7d12", "n257d132"],
        TinyProblems = ["n3d7", "n2d65", "n3d68"],
        BenchmarkProblems = ["n100000d64", "n100000d128"],
        Operands = p => [In("embeddings", Domain.NormalWithBounds(double.PositiveInfinity), p.Count, p.Dimensions), Out("codes", ElementType.UInt64, p.Count, p.Words)],
        Reference = (p, v) => Reference.SignQuantization.Run(p, v[0], v[1]),
        Run = (backend, p, s) => backend.SignQuantization(p, s[0], s[1]),
    };
}
