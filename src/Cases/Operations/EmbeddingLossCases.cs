using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class EmbeddingLossCases
{
    public static OperationCase LogRatio { get; } =
        new OperationCase<LogRatioProblem>("LogRatioLoss", "mean of (log(D_ai / D_aj) - log(Y_ai / Y_aj))^2 over a batch, with its gradient")
        {
            Problems = ["n1d1", "n2d3", "n3d2", "n5d7", "n17d33", "n16d64", "n33d16eps0.01", "n24d20leps0.5", "n65d10", "n70d33"],
            TinyProblems = ["n5d7", "n6d3eps0.5"],
            BenchmarkProblems = ["n128d64", "n256d128", "n512d128"],
            // The derivatives of an anchor add up to nearly nothing: of random points their sum is the root of N of its terms.
            Tolerance = 1e-10,
            Operands = p =>
            [
                In("embeddings", Domain.Embeddings, p.Batch, p.Dimensions), In("similarity", Domain.Similarity, p.Batch, p.Batch),
                Out("gradient", p.Batch, p.Dimensions), Out("loss", 1),
            ],
            Reference = (p, v) => LogRatioLoss.Run(p, v[0], v[1], v[2], v[3]),
            Run = (backend, p, s) => backend.LogRatioLoss(p, s[0], s[1], s[2], s[3]),
            Gradient = new("loss", ["embeddings"], (p, v, dy, d) => v["gradient"].CopyTo(d[0]), IsLoss: true),
        };

    public static OperationCase PairwiseSimilarity { get; } =
        new OperationCase<PairwiseSimilarityProblem>(
            "PairwiseSimilarityLoss", "cross entropy of hard pairs and squared error of soft ones over a batch, with its gradient")
        {
            Problems = ["n1d1", "n2d3", "n3d1", "n5d7", "n17d33", "n16d64", "n33d16scale1", "n24d20soft2", "n65d10scale40soft0", "n70d33"],
            TinyProblems = ["n5d7", "n6d3scale1soft1"],
            BenchmarkProblems = ["n128d64", "n256d128", "n512d128"],
            Tolerance = 1e-11,
            Operands = p =>
            [
                In("embeddings", Domain.Embeddings, p.Batch, p.Dimensions), In("similarity", Domain.SymmetricSimilarity(p.Batch), p.Batch, p.Batch),
                Out("gradient", p.Batch, p.Dimensions), Out("loss", 1),
            ],
            Reference = (p, v) => PairwiseSimilarityLoss.Run(p, v[0], v[1], v[2], v[3]),
            Run = (backend, p, s) => backend.PairwiseSimilarityLoss(p, s[0], s[1], s[2], s[3]),
            Gradient = new("loss", ["embeddings"], (p, v, dy, d) => v["gradient"].CopyTo(d[0]), IsLoss: true),
        };

    public static OperationCase CosineCrossEntropy { get; } =
        new OperationCase<CosineCrossEntropyProblem>(
            "CosineCrossEntropy", "cross entropy of softmax(scale (cos(e, t_c) - margin)) with the labels' shares, with its gradient")
        {
            Problems = ["n1d1ic1", "n1d2ic3", "n3d16ic2margin0", "n17d33ic5", "n9d20ic70scale30margin1", "n65d64ic10", "n33d7ic16scale1"],
            TinyProblems = ["n5d7ic3", "n3d4ic6scale2"],
            BenchmarkProblems = ["n128d64ic10", "n512d128ic100"],
            Tolerance = 1e-11,
            Operands = p =>
            [
                In("embeddings", Domain.Embeddings, p.Batch, p.Dimensions), In("targets", Domain.Signs, p.Classes, p.Dimensions),
                In("labels", Domain.Counts(p.Classes), p.Batch, p.Classes), Out("gradient", p.Batch, p.Dimensions), Out("loss", 1),
            ],
            Reference = (p, v) => Reference.CosineCrossEntropy.Run(p, v[0], v[1], v[2], v[3], v[4]),
            Run = (backend, p, s) => backend.CosineCrossEntropy(p, s[0], s[1], s[2], s[3], s[4]),
            Gradient = new("loss", ["embeddings"], (p, v, dy, d) => v["gradient"].CopyTo(d[0]), IsLoss: true),
        };
}
