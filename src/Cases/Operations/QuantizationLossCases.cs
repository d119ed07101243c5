using System.Numerics;
using JaccardKernels.Problems;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class QuantizationLossCases
{
    public static OperationCase QuantizationLoss { get; } =
        new OperationCase<QuantizationLossProblem>("QuantizationLoss", "L = 1/N sum |e - t|^2 to targets or signs, gradient += 2 weight (e - t) / N")
        {
            Problems =
            [
                "n1d1", "n3d5weight0.1", "n7d17weight0.5sign1", "n4d64", "n8d16weight0.25sign1", "n128d64weight0.001",
                "n300d128weight2sign1", "n3d5weight0",
            ],
            TinyProblems = ["n3d5weight0.1", "n4d7sign1"],
            BenchmarkProblems = ["n384d128weight0.001", "n384d128weight0.1sign1"],
            Operands = p =>
            [
                In("embeddings", Domain.Normal, p.Count, p.Dimensions), In("targets", Domain.Normal, p.LengthTargets), Out("loss", 1),
                InOut("gradient", Domain.Normal, p.Count, p.Dimensions),
            ],
            Reference = (p, v) => Reference.QuantizationLoss.Run(p, v[0], v[1], v[2], v[3]),
            Run = (backend, p, s) => backend.QuantizationLoss(p, s[0], s[1], s[2], s[3]),
            ExactOnIntegers = p => BitOperations.IsPow2(p.Count) && p.Weight is 1 or 0.5f or 0.25f,
            // The gradient of the loss itself, which is that of weight 1 where nothing was before.
            Gradient = new("loss", ["embeddings"], (p, v, dy, d) => Reference.QuantizationLoss.Run(
                new QuantizationLossProblem(p.Count, p.Dimensions, 1, p.Signs), v["embeddings"], v["targets"], new double[1], d[0]), IsLoss: true),
        };
}
