using JaccardKernels.Problems;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class DropoutCases
{
    public static OperationCase Dropout { get; } = new OperationCase<DropoutProblem>("Dropout", "y = keep ? x / (1 - rate) : 0; the same backward")
    {
        Problems = ["n1", "n17seed7", "n1000rate0.3seed7step3", "n1000rate0", "n4099rate0.9step12345", "n100003seed2147483647"],
        TinyProblems = ["n37rate0.3seed7step3"],
        BenchmarkProblems = ["n524288"],
        Operands = p => [In("x", Domain.Normal, p.Length), Out("y", p.Length)],
        Reference = (p, v) => Reference.Dropout.Run(p, v[0], v[1]),
        Run = (backend, p, s) => backend.Dropout(p, s[0], s[1]),
        ExactOnIntegers = p => p.Rate is 0f or 0.5f,
        MayShare = [("y", "x")],
        Gradient = new("y", ["x"], (p, v, dy, d) => Reference.Dropout.Run(p, dy, d[0])),
    };
}
