using JaccardKernels.Problems;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class MemoryCases
{
    // Any value that is no bit pattern of one repeated byte.
    private const float FillValue = 1.5f;

    public static OperationCase ReduceColumns { get; } = new OperationCase<ReduceProblem>("ReduceColumns", "y += column sums of x")
    {
        Problems =
        [
            "m1n1", "m1n33", "m37n1", "m5n17", "m128n64", "m1000n3", "m3n1000", "m257n129", "m1n4", "m33n12", "m1000n20", "m5000n128", "m4097n6",
        ],
        TinyProblems = ["m5n17", "m5n12"],
        BenchmarkProblems = ["m128n4096", "m8192n512"],
        Operands = p => [In("x", Domain.Normal, p.Rows, p.Columns), InOut("y", Domain.Normal, p.Columns)],
        Reference = (p, v) => Reference.ReduceColumns.Run(p, v[0], v[1]),
        Run = (backend, p, s) => backend.ReduceColumns(p, s[0], s[1]),
        ExactOnIntegers = _ => true,
    };

    public static OperationCase Fill { get; } = new OperationCase<ElementwiseProblem>("Fill", "destination = 1.5")
    {
        Problems = ElementwiseCases.Problems,
        TinyProblems = ElementwiseCases.Tiny,
        BenchmarkProblems = ElementwiseCases.Benchmarks,
        Operands = p => [Out("destination", p.Length)],
        Reference = (p, v) => Reference.Fill.Run(p, FillValue, v[0]),
        Run = (backend, p, s) => backend.Fill(p, FillValue, s[0]),
        ExactOnIntegers = _ => true,
    };

    public static OperationCase Copy { get; } = new OperationCase<ElementwiseProblem>("Copy", "destination = source")
    {
        Problems = ElementwiseCases.Problems,
        TinyProblems = ElementwiseCases.Tiny,
        BenchmarkProblems = ElementwiseCases.Benchmarks,
        Operands = p => [In("source", Domain.Normal, p.Length), Out("destination", p.Length)],
        Reference = (p, v) => Reference.Copy.Run(p, v[0], v[1]),
        Run = (backend, p, s) => backend.Copy(p, s[0], s[1]),
        ExactOnIntegers = _ => true,
    };
}
