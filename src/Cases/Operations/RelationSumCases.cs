using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class RelationSumCases
{
    private static readonly string[] s_problems =
    [
        "mb1ob1ic1oc1", "mb2ob2ic3oc5", "mb3ob5ic7oc9", "mb1ob9ic17oc14", "mb2ob36ic33oc29", "mb5ob16ic70oc65", "mb1ob49ic260oc13", "mb35ob3ic5oc4",
        "mb1ob20ic12oc16", "mb4ob7ic16oc270",
    ];

    private static readonly string[] s_tiny = ["mb3ob5ic7oc9", "mb2ob4ic8oc4"];

    // A batch of the paper's pool5 of AlexNet and of VGG-16.
    private static readonly string[] s_benchmarks = ["mb32ob36ic256oc256", "mb32ob49ic256oc256"];

    // On a grid, sums before the second rectifier are exact in fp32, and fall on the same side of it as in the reference.
    private static readonly Domain s_grid = Domain.Real(draw => draw.Mode switch
    {
        FillMode.Integers => draw.Below(9) - 4,
        FillMode.Smooth => draw.Normal(),
        _ => Math.Round(8 * draw.Normal()) / 8,
    });

    public static OperationCase Forward { get; } =
        new OperationCase<RelationSumProblem>("RelationSumForward", "y = sum over j <= i of relu(w relu(first_j + second_i + context) + bias)")
        {
            Problems = s_problems,
            TinyProblems = s_tiny,
            BenchmarkProblems = s_benchmarks,
            Operands = p => [.. Inputs(p), Out("y", p.Batch, p.Outputs)],
            Reference = (p, v) => RelationSum.Forward(p, v[0], v[1], v[2], v[3], v[4]),
            Run = (backend, p, s) => backend.RelationSumForward(p, s[0], s[1], s[2], s[3], s[4]),
            ExactOnIntegers = IsExact,
            Gradient = new("y", ["objects", "context", "weights", "bias"], (p, v, dy, d) =>
                RelationSum.Backward(p, v["objects"], v["context"], v["weights"], v["bias"], dy, d[0], d[1], d[2], d[3])),
        };

    public static OperationCase Backward { get; } =
        new OperationCase<RelationSumProblem>("RelationSumBackward", "dobjects, dcontext, dweights += and dbias += of the sum over pairs")
        {
            Problems = s_problems,
            TinyProblems = s_tiny,
            BenchmarkProblems = s_benchmarks,
            Flops = p => 3 * p.Flops,
            Operands = p =>
            [
                .. Inputs(p), In("dy", s_grid, p.Batch, p.Outputs),
                Out("dobjects", p.Batch, 2, p.Inputs, p.Objects), Out("dcontext", p.Batch, p.Inputs),
                InOut("dweights", Domain.Normal, p.Outputs, p.Inputs), InOut("dbias", Domain.Normal, p.Outputs),
            ],
            Reference = (p, v) => RelationSum.Backward(p, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]),
            Run = (backend, p, s) => backend.RelationSumBackward(p, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8]),
            ExactOnIntegers = IsExact,
        };

    private static Operand[] Inputs(RelationSumProblem p) =>
    [
        In("objects", s_grid, p.Batch, 2, p.Inputs, p.Objects), In("context", s_grid, p.Batch, p.Inputs),
        In("weights", s_grid, p.Outputs, p.Inputs), In("bias", s_grid, p.Outputs),
    ];

    // Three numbers up to 4 make the first layer, times 4 the terms of the second.
    private static bool IsExact(RelationSumProblem p) => 48L * p.Batch * p.Pairs * Math.Max(p.Inputs, p.Outputs) < 1 << 24;
}
