using JaccardKernels.Problems;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class CompositeEncodingCases
{
    // Values on a grid, whose inner products fp32 has exactly: of two codewords as near, every backend must take the same, since what follows depends on it.
    public static OperationCase CompositeEncoding { get; } =
        new OperationCase<CompositeEncodingProblem>("CompositeEncoding", "codes of sums of codewords, by iterated conditional modes")
        {
            Problems =
            [
                "n1d1m1w1s1", "n3d5m2w7s2seed1", "n3d5m2w7s0", "n3d5m2w7s0greedy1", "n7d3m3w16s3seed2greedy1", "n33d17m4w33s3seed3", "n5d16m1w256s1",
                "n70d8m5w64s4seed4greedy1", "n20d64m8w256s3seed5greedy1", "n9d32m17w20s2seed6", "n40d2m2w3s5seed7greedy1", "n1030d4m2w18s1seed8",
            ],
            TinyProblems = ["n3d5m2w7s2seed1", "n5d4m3w5s1greedy1"],
            BenchmarkProblems = ["n10000d64m8greedy1", "n10000d64m4greedy1", "n10000d128m2greedy1"],
            Operands = p =>
            [
                In("x", Domain.Embeddings, p.Count, p.Dimensions), In("codebooks", Domain.Embeddings, p.Codebooks, p.Codewords, p.Dimensions),
                InOut("codes", Domain.BytesBelow(p.Codewords), p.Count, p.Codebooks),
            ],
            Reference = (p, v) => Reference.CompositeEncoding.Run(p, v[0], v[1], v[2]),
            Run = (backend, p, s) => backend.CompositeEncoding(p, s[0], s[1], s[2]),
            ExactOnIntegers = _ => true,
        };
}
