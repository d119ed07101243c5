using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class LocalResponseNormalizationCases
{
    // Strong ones beside the paper's, whose power is nearly constant on normal values.
    private static readonly string[] s_problems =
    [
        "mb1ic1", "mb2ic3sp7alpha0.5", "mb1ic4sp33win3alpha0.3", "mb3ic5sp49win1alpha1k1", "mb2ic17sp64alpha0.2beta0.5k1", "mb1ic40sp300alpha0.1",
        "mb2ic6sp20win9alpha0.7beta1.25", "mb1ic33sp529",
    ];

    private static readonly string[] s_tiny = ["mb2ic3sp7alpha0.5", "mb1ic6sp8alpha0.3"];

    // AlexNet's first two convolutions.
    private static readonly string[] s_benchmarks = ["mb8ic96sp3025", "mb8ic256sp729"];

    public static OperationCase Forward { get; } =
        new OperationCase<LocalResponseNormalizationProblem>("LocalResponseNormalizationForward", "y = x (k + alpha sum of squares around)^-beta")
        {
            Problems = s_problems,
            TinyProblems = s_tiny,
            BenchmarkProblems = s_benchmarks,
            Operands = p => [In("x", Domain.Normal, p.Batch, p.Channels, p.Spatial), Out("y", p.Batch, p.Channels, p.Spatial)],
            Reference = (p, v) => LocalResponseNormalization.Forward(p, v[0], v[1]),
            Run = (backend, p, s) => backend.LocalResponseNormalizationForward(p, s[0], s[1]),
            Gradient = new("y", ["x"], (p, v, dy, d) => LocalResponseNormalization.Backward(p, v["x"], dy, d[0])),
        };

    public static OperationCase Backward { get; } =
        new OperationCase<LocalResponseNormalizationProblem>("LocalResponseNormalizationBackward", "dx = dy scale^-beta - 2 alpha beta x sum around")
        {
            Problems = s_problems,
            TinyProblems = s_tiny,
            BenchmarkProblems = s_benchmarks,
            Operands = p =>
            [
                In("x", Domain.Normal, p.Batch, p.Channels, p.Spatial), In("dy", Domain.Normal, p.Batch, p.Channels, p.Spatial),
                Out("dx", p.Batch, p.Channels, p.Spatial),
            ],
            Reference = (p, v) => LocalResponseNormalization.Backward(p, v[0], v[1], v[2]),
            Run = (backend, p, s) => backend.LocalResponseNormalizationBackward(p, s[0], s[1], s[2]),
        };
}
