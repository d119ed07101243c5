using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class TripletCases
{
    public static OperationCase List { get; } =
        new OperationCase<TripletProblem>("TripletLoss", "L = 1/B sum max(0, d(a,p) - d(a,n) + margin) over a list, with its gradient")
        {
            Problems = ["n3d1t1", "n3d5t1red1", "n7d17t20", "n7d17t20red1", "n100d64t33", "n16d128t200red1", "n384d64t128"],
            TinyProblems = ["n7d5t9", "n7d5t9red1"],
            BenchmarkProblems = ["n384d64t128", "n384d128t128"],
            Tolerance = 1e-11,
            Operands = p =>
            [
                In("embeddings", Domain.Embeddings, p.Embeddings, p.Dimensions), In("triplets", Domain.Triplets(p.Embeddings), p.Triplets, 3),
                In("margins", Domain.Margins(p.Dimensions), p.Triplets), Out("gradient", p.Embeddings, p.Dimensions),
                Out("statistics", TripletStatistics.Values), Out("counts", ElementType.Int64, TripletStatistics.Counts),
            ],
            Reference = (p, v) => TripletLoss.Run(p, v[0], v[1], v[2], v[3], v[4], v[5]),
            Run = (backend, p, s) => backend.TripletLoss(p, s[0], s[1], s[2], s[3], s[4], s[5]),
            Gradient = new("statistics", ["embeddings"], (p, v, dy, d) => v["gradient"].CopyTo(d[0]), IsLoss: true),
        };

    public static OperationCase BatchAll { get; } =
        new OperationCase<BatchAllTripletProblem>("BatchAllTripletLoss", "the same over all triplets of a batch with margin m (J_ap - J_an) + offset, with its gradient")
        {
            Problems =
            [
                "n1d1", "n2d3", "n3d1", "n5d7", "n5d7red0", "n16d64", "n17d33red0", "n33d16margin0", "n24d20margin3delta0.5",
                "n12d5delta1", "n48d64", "n65d10red0", "n33d16margin0offset8", "n24d20margin3delta0.5red0offset2.5",
            ],
            TinyProblems = ["n5d7", "n6d3red0", "n6d3offset2"],
            BenchmarkProblems = ["n128d64", "n256d64"],
            Tolerance = 1e-11,
            Operands = p =>
            [
                In("embeddings", Domain.Embeddings, p.Batch, p.Dimensions), In("similarity", Domain.Similarity, p.Batch, p.Batch),
                Out("gradient", p.Batch, p.Dimensions),
                Out("statistics", TripletStatistics.Values), Out("counts", ElementType.Int64, TripletStatistics.Counts),
            ],
            Reference = (p, v) => BatchAllTripletLoss.Run(p, v[0], v[1], v[2], v[3], v[4]),
            Run = (backend, p, s) => backend.BatchAllTripletLoss(p, s[0], s[1], s[2], s[3], s[4]),
            Gradient = new("statistics", ["embeddings"], (p, v, dy, d) => v["gradient"].CopyTo(d[0]), IsLoss: true),
        };
}
