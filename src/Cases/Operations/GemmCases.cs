using JaccardKernels.Problems;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class GemmCases
{
    public static OperationCase Gemm { get; } = new OperationCase<GemmProblem>("Gemm", "C = op(A) op(B) + bias, or C +=")
    {
        Problems =
        [
            "m1n1k1", "m1n7k1", "m5n1k9", "m1n33k65acc1", "m33n1k65bias1", "m3n5k7", "m16n32k8", "m17n33k65bias1", "m17n33k65ta1", "m17n33k65tb1",
            "m17n33k65ta1tb1", "m29n47k31acc1bias1", "m64n96k128", "m64n96k128ta1acc1", "m64n96k128tb1bias1", "m65n97k300ta1tb1acc1bias1",
            "m130n70k517", "m3n260k40tb1", "m257n3k40ta1", "m230n140k270acc1bias1", "m7n9k2100ta1acc1bias1",
            "m8n70k300tb1bias1", "m5n37k83tb1acc1", "m6n1100k19acc1bias1", "m8n200k40",
        ],
        TinyProblems = ["m5n9k7bias1", "m9n5k17ta1tb1acc1", "m5n36k12bias1", "m36n5k12tb1", "m36n8k9ta1acc1"],
        BenchmarkProblems = ["m512n512k512", "m1024n1024k1024", "m2048n2048k2048", "m128n512k4608tb1bias1", "m512n4608k128ta1acc1", "m128n4608k512"],
        Operands = p =>
        [
            In("a", Domain.Normal, p.TransposeA ? [p.K, p.M] : [p.M, p.K]),
            In("b", Domain.Normal, p.TransposeB ? [p.N, p.K] : [p.K, p.N]),
            In("bias", Domain.Normal, p.LengthBias),
            p.Accumulate ? InOut("c", Domain.Normal, p.M, p.N) : Out("c", p.M, p.N),
        ],
        Reference = (p, v) => Reference.Gemm.Run(p, v[0], v[1], v[2], v[3]),
        Run = (backend, p, s) => backend.Gemm(p, s[0], s[1], s[2], s[3]),
        ExactOnIntegers = _ => true,
    };
}
