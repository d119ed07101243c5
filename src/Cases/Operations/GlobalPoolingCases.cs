using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class GlobalPoolingCases
{
    private static readonly string[] s_problems =
        ["mb1ic1sp1", "mb2ic3sp7", "mb3ic17sp49", "mb1ic5sp1025", "mb33ic2sp16", "mb1ic3sp5", "mb2ic70sp3", "mb1ic2sp3136"];

    private static readonly string[] s_tiny = ["mb2ic3sp7", "mb1ic3sp13"];
    private static readonly string[] s_benchmarks = ["mb32ic512sp49", "mb32ic128sp576"];

    public static OperationCase Forward { get; } = new OperationCase<GlobalPoolingProblem>("GlobalPoolingForward", "y = mean of x over positions")
    {
        Problems = s_problems,
        TinyProblems = s_tiny,
        BenchmarkProblems = s_benchmarks,
        Operands = p => [In("x", Domain.Normal, p.Batch, p.Channels, p.Spatial), Out("y", p.Batch, p.Channels)],
        Reference = (p, v) => GlobalPooling.Forward(p, v[0], v[1]),
        Run = (backend, p, s) => backend.GlobalPoolingForward(p, s[0], s[1]),
        Gradient = new("y", ["x"], (p, v, dy, d) => GlobalPooling.Backward(p, dy, d[0])),
    };

    public static OperationCase Backward { get; } = new OperationCase<GlobalPoolingProblem>("GlobalPoolingBackward", "dx = dy / positions")
    {
        Problems = s_problems,
        TinyProblems = s_tiny,
        BenchmarkProblems = s_benchmarks,
        Operands = p => [In("dy", Domain.Normal, p.Batch, p.Channels), Out("dx", p.Batch, p.Channels, p.Spatial)],
        Reference = (p, v) => GlobalPooling.Backward(p, v[0], v[1]),
        Run = (backend, p, s) => backend.GlobalPoolingBackward(p, s[0], s[1]),
    };
}
