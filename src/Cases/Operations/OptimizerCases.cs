using JaccardKernels.Problems;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class OptimizerCases
{
    public static OperationCase MomentumSgd { get; } = new OperationCase<MomentumSgdProblem>("MomentumSgd", "v = mom v + (g + decay w); w -= rate v")
    {
        Problems = ["n1", "n17decay0.0005", "n33mom0", "n1000rate0.1mom0.5decay0.01", "n4099", "n100003decay0.0005"],
        TinyProblems = ["n37decay0.0005"],
        BenchmarkProblems = ["n2359296decay0.0005"],
        Operands = p =>
            [In("gradient", Domain.Normal, p.Length), InOut("velocity", Domain.Normal, p.Length), InOut("weights", Domain.Normal, p.Length)],
        Reference = (p, v) => Reference.MomentumSgd.Run(p, v[0], v[1], v[2]),
        Run = (backend, p, s) => backend.MomentumSgd(p, s[0], s[1], s[2]),
    };

    public static OperationCase Adam { get; } =
        new OperationCase<AdamProblem>("Adam", "m, v = moments of g + decay w; w -= rate m' / (sqrt(v') + epsilon), both corrected for bias")
        {
            Problems = ["n1", "n17t2", "n33rate0.1t1000", "n1000decay0.0005t7", "n4099t3", "n100003decay0.01"],
            TinyProblems = ["n37decay0.0005t7"],
            BenchmarkProblems = ["n2359296t10"],
            Operands = p =>
            [
                In("gradient", Domain.Normal, p.Length), InOut("firstMoment", Domain.Normal, p.Length),
                InOut("secondMoment", Domain.Positive, p.Length), InOut("weights", Domain.Normal, p.Length),
            ],
            Reference = (p, v) => Reference.Adam.Run(p, v[0], v[1], v[2], v[3]),
            Run = (backend, p, s) => backend.Adam(p, s[0], s[1], s[2], s[3]),
        };
}
