using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class BatchNormalizationCases
{
    private static readonly string[] s_problems =
    [
        "mb1ic1", "mb3ic3", "mb5ic17", "mb1ic4sp33", "mb3ic5sp49", "mb4ic16sp64eps0.001mom0.3", "mb2ic3sp1025", "mb64ic33", "mb1ic3sp3",
        "mb7ic2sp5", "mb2ic3sp3136", "mb1ic2sp50177", "mb9ic5sp784",
    ];

    private static readonly string[] s_tiny = ["mb3ic2sp5", "mb2ic2sp33"];
    private static readonly string[] s_benchmarks = ["mb32ic64sp3136", "mb128ic1024"];

    public static OperationCase Forward { get; } =
        new OperationCase<BatchNormalizationProblem>("BatchNormalizationForward", "y = gamma (x - mean) / sqrt(var + eps) + beta, of the batch")
        {
            Problems = s_problems,
            TinyProblems = s_tiny,
            BenchmarkProblems = s_benchmarks,
            Tolerance = 1e-11,
            Operands = p =>
            [
                In("x", Domain.NormalAroundTwo, p.Batch, p.Channels, p.Spatial),
                In("gamma", Domain.Positive, p.Channels), In("beta", Domain.Normal, p.Channels),
                InOut("runningMean", Domain.Normal, p.Channels), InOut("runningVariance", Domain.Positive, p.Channels),
                Out("mean", p.Channels), Out("inverseDeviation", p.Channels), Out("y", p.Batch, p.Channels, p.Spatial),
            ],
            Reference = (p, v) => BatchNormalization.Forward(p, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]),
            Run = (backend, p, s) => backend.BatchNormalizationForward(p, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]),
            Gradient = new("y", ["x", "gamma", "beta"], (p, v, dy, d) =>
                BatchNormalization.Backward(p, v["x"], dy, v["gamma"], v["mean"], v["inverseDeviation"], d[1], d[2], d[0])),
        };

    public static OperationCase Inference { get; } =
        new OperationCase<BatchNormalizationProblem>("BatchNormalizationInference", "y = gamma (x - mean) / sqrt(var + eps) + beta, running")
        {
            Problems = s_problems,
            TinyProblems = s_tiny,
            BenchmarkProblems = s_benchmarks,
            Operands = p =>
            [
                In("x", Domain.NormalAroundTwo, p.Batch, p.Channels, p.Spatial),
                In("gamma", Domain.Positive, p.Channels), In("beta", Domain.Normal, p.Channels),
                In("runningMean", Domain.Normal, p.Channels), In("runningVariance", Domain.Positive, p.Channels),
                Out("y", p.Batch, p.Channels, p.Spatial),
            ],
            Reference = (p, v) => BatchNormalization.Inference(p, v[0], v[1], v[2], v[3], v[4], v[5]),
            Run = (backend, p, s) => backend.BatchNormalizationInference(p, s[0], s[1], s[2], s[3], s[4], s[5]),
        };

    public static OperationCase Backward { get; } =
        new OperationCase<BatchNormalizationProblem>("BatchNormalizationBackward", "dx, dgamma += and dbeta += of the training form")
        {
            Problems = s_problems,
            TinyProblems = s_tiny,
            BenchmarkProblems = s_benchmarks,
            Tolerance = 1e-11,
            Operands = p =>
            [
                In("x", Domain.NormalAroundTwo, p.Batch, p.Channels, p.Spatial),
                In("dy", Domain.Normal, p.Batch, p.Channels, p.Spatial),
                In("gamma", Domain.Positive, p.Channels),
                In("mean", Domain.NormalAroundTwo, p.Channels), In("inverseDeviation", Domain.Positive, p.Channels),
                InOut("dgamma", Domain.Normal, p.Channels), InOut("dbeta", Domain.Normal, p.Channels), Out("dx", p.Batch, p.Channels, p.Spatial),
            ],
            Reference = (p, v) => BatchNormalization.Backward(p, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]),
            Run = (backend, p, s) => backend.BatchNormalizationBackward(p, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]),
        };
}
