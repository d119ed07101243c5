using JaccardKernels.Engine;
using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class FullyConnectedCases
{
    private static readonly string[] s_problems = ["mb1ic1oc1", "mb3ic7oc5", "mb1ic65oc33", "mb33ic1oc17", "mb17ic130oc1", "mb32ic96oc64"];
    private static readonly string[] s_tiny = ["mb3ic7oc5"];
    private static readonly string[] s_benchmarks = ["mb128ic4608oc512", "mb128ic512oc64", "mb32ic9216oc4096"];

    public static OperationCase Forward { get; } = new OperationCase<FullyConnectedProblem>("FullyConnectedForward", "y = x w^T + bias")
    {
        Problems = s_problems,
        TinyProblems = s_tiny,
        ComputedBy = "Gemm",
        ComputedAs = p => p.Forward,
        BenchmarkProblems = s_benchmarks,
        Operands = p =>
        [
            In("x", Domain.Normal, p.Batch, p.Inputs), In("w", Domain.Normal, p.Outputs, p.Inputs), In("bias", Domain.Normal, p.Outputs),
            Out("y", p.Batch, p.Outputs),
        ],
        Reference = (p, v) => FullyConnected.Forward(p, v[0], v[1], v[2], v[3]),
        Run = (backend, p, s) => backend.FullyConnectedForward(p, s[0], s[1], s[2], s[3]),
        ExactOnIntegers = _ => true,
        Gradient = new("y", ["x", "w", "bias"], (p, v, dy, d) =>
        {
            FullyConnected.BackwardData(p, dy, v["w"], d[0]);
            FullyConnected.BackwardWeights(p, v["x"], dy, d[1], d[2]);
        }),
    };

    public static OperationCase BackwardData { get; } = new OperationCase<FullyConnectedProblem>("FullyConnectedBackwardData", "dx = dy w")
    {
        Problems = s_problems,
        TinyProblems = s_tiny,
        ComputedBy = "Gemm",
        ComputedAs = p => p.BackwardData,
        BenchmarkProblems = s_benchmarks,
        Operands = p => [In("dy", Domain.Normal, p.Batch, p.Outputs), In("w", Domain.Normal, p.Outputs, p.Inputs), Out("dx", p.Batch, p.Inputs)],
        Reference = (p, v) => FullyConnected.BackwardData(p, v[0], v[1], v[2]),
        Run = (backend, p, s) => backend.FullyConnectedBackwardData(p, s[0], s[1], s[2]),
        ExactOnIntegers = _ => true,
    };

    public static OperationCase BackwardWeights { get; } =
        new OperationCase<FullyConnectedProblem>("FullyConnectedBackwardWeights", "dw += dy^T x, db += column sums of dy")
        {
            Problems = s_problems,
            TinyProblems = s_tiny,
            ComputedBy = "Gemm",
            ComputedAs = p => p.BackwardWeights,
            BenchmarkProblems = s_benchmarks,
            Operands = p =>
            [
                In("x", Domain.Normal, p.Batch, p.Inputs), In("dy", Domain.Normal, p.Batch, p.Outputs),
                InOut("dw", Domain.Normal, p.Outputs, p.Inputs), InOut("db", Domain.Normal, p.Outputs),
            ],
            Reference = (p, v) => FullyConnected.BackwardWeights(p, v[0], v[1], v[2], v[3]),
            Run = (backend, p, s) => backend.FullyConnectedBackwardWeights(p, s[0], s[1], s[2], s[3]),
            ExactOnIntegers = _ => true,
        };
}
