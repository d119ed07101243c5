using JaccardKernels.Problems;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class SoftmaxCrossEntropyCases
{
    public static OperationCase SoftmaxCrossEntropy { get; } =
        new OperationCase<SoftmaxCrossEntropyProblem>("SoftmaxCrossEntropy", "mean of -log softmax(x)[label], with its gradient")
        {
            Problems = ["mb1ic1", "mb1ic2", "mb3ic10", "mb17ic33", "mb128ic10", "mb2ic1000", "mb65ic16"],
            TinyProblems = ["mb3ic10"],
            BenchmarkProblems = ["mb128ic10", "mb128ic1000"],
            Tolerance = 1e-11,
            Operands = p =>
            [
                In("logits", Domain.Logits, p.Batch, p.Classes), In("labels", Domain.Below(p.Classes), p.Batch),
                Out("loss", 1), Out("gradient", p.Batch, p.Classes),
            ],
            Reference = (p, v) => Reference.SoftmaxCrossEntropy.Run(p, v[0], v[1], v[2], v[3]),
            Run = (backend, p, s) => backend.SoftmaxCrossEntropy(p, s[0], s[1], s[2], s[3]),
            Gradient = new("loss", ["logits"], (p, v, dy, d) => v["gradient"].CopyTo(d[0]), IsLoss: true),
        };
}
