using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class BatchRenormalizationCases
{
    // Limits that clip every channel, some and none; by those of 1 and 0 it is batch normalisation.
    private static readonly string[] s_problems =
    [
        "mb1ic1", "mb5ic17", "mb3ic5sp49rmax1.2dmax0.5", "mb4ic16sp64eps0.001mom0.3", "mb2ic3sp1025rmax1dmax0", "mb64ic33rmax1.5dmax1", "mb1ic3sp3",
    ];

    private static readonly string[] s_tiny = ["mb3ic2sp5", "mb2ic2sp33rmax1.2dmax0.5"];
    private static readonly string[] s_benchmarks = ["mb128ic1024"];

    public static OperationCase Forward { get; } =
        new OperationCase<BatchRenormalizationProblem>("BatchRenormalizationForward", "y = gamma ((x - mean) / deviation r + d) + beta")
        {
            Problems = s_problems,
            TinyProblems = s_tiny,
            BenchmarkProblems = s_benchmarks,
            Tolerance = 1e-11,
            Operands = p =>
            [
                X("x", Domain.NormalAroundTwo, p), PerChannel("gamma", Domain.Positive, p), PerChannel("beta", Domain.Normal, p),
                InOut("runningMean", Domain.NormalAroundTwo, p.Normalization.Channels),
                InOut("runningVariance", Domain.Positive, p.Normalization.Channels), Out("mean", p.Normalization.Channels),
                Out("inverseDeviation", p.Normalization.Channels), Out("corrections", 2, p.Normalization.Channels), Out("y", Shape(p)),
            ],
            Reference = (p, v) => BatchRenormalization.Forward(p, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]),
            Run = (backend, p, s) => backend.BatchRenormalizationForward(p, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8]),
            // The corrections are constants to the derivative by x, which is declared of the backward pass and checked by BatchRenormalizationTests.
            Gradient = new("y", ["gamma", "beta"], (p, v, dy, d) => BatchRenormalization.Backward(
                p, v["x"], dy, v["gamma"], v["mean"], v["inverseDeviation"], v["corrections"], d[0], d[1], new double[dy.Length])),
        };

    public static OperationCase Backward { get; } =
        new OperationCase<BatchRenormalizationProblem>("BatchRenormalizationBackward", "dx, dgamma += and dbeta += with r and d constant")
        {
            Problems = s_problems,
            TinyProblems = s_tiny,
            BenchmarkProblems = s_benchmarks,
            Tolerance = 1e-11,
            Operands = p =>
            [
                X("x", Domain.NormalAroundTwo, p), X("dy", Domain.Normal, p), PerChannel("gamma", Domain.Positive, p),
                PerChannel("mean", Domain.NormalAroundTwo, p), PerChannel("inverseDeviation", Domain.Positive, p),
                In("corrections", Domain.Positive, 2, p.Normalization.Channels), InOut("dgamma", Domain.Normal, p.Normalization.Channels),
                InOut("dbeta", Domain.Normal, p.Normalization.Channels), Out("dx", Shape(p)),
            ],
            Reference = (p, v) => BatchRenormalization.Backward(p, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]),
            Run = (backend, p, s) => backend.BatchRenormalizationBackward(p, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8]),
        };

    private static int[] Shape(BatchRenormalizationProblem p) => [p.Normalization.Batch, p.Normalization.Channels, p.Normalization.Spatial];

    private static Operand X(string name, Domain domain, BatchRenormalizationProblem p) => In(name, domain, Shape(p));

    private static Operand PerChannel(string name, Domain domain, BatchRenormalizationProblem p) => In(name, domain, p.Normalization.Channels);
}
