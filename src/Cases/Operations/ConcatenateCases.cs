using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class ConcatenateCases
{
    private static readonly string[] s_problems = ["mb1a1b1", "mb3a5b7", "mb1a33b1", "mb17a1b64", "mb8a100b300", "mb5a4b8", "mb3a12b7", "mb3a6b6"];
    private static readonly string[] s_tiny = ["mb3a5b7", "mb3a4b8"];
    private static readonly string[] s_benchmarks = ["mb32a100352b100352", "mb128a64b64"];

    public static OperationCase Forward { get; } = new OperationCase<ConcatenateProblem>("ConcatenateForward", "y = [a ; b] row by row")
    {
        Problems = s_problems,
        TinyProblems = s_tiny,
        BenchmarkProblems = s_benchmarks,
        Operands = p => [In("a", Domain.Normal, p.Rows, p.A), In("b", Domain.Normal, p.Rows, p.B), Out("y", p.Rows, p.A + p.B)],
        Reference = (p, v) => Concatenate.Forward(p, v[0], v[1], v[2]),
        Run = (backend, p, s) => backend.ConcatenateForward(p, s[0], s[1], s[2]),
        ExactOnIntegers = _ => true,
        Gradient = new("y", ["a", "b"], (p, v, dy, d) => Concatenate.Backward(p, dy, d[0], d[1])),
    };

    public static OperationCase Backward { get; } = new OperationCase<ConcatenateProblem>("ConcatenateBackward", "[da ; db] = dy row by row")
    {
        Problems = s_problems,
        TinyProblems = s_tiny,
        BenchmarkProblems = s_benchmarks,
        Operands = p => [In("dy", Domain.Normal, p.Rows, p.A + p.B), Out("da", p.Rows, p.A), Out("db", p.Rows, p.B)],
        Reference = (p, v) => Concatenate.Backward(p, v[0], v[1], v[2]),
        Run = (backend, p, s) => backend.ConcatenateBackward(p, s[0], s[1], s[2]),
        ExactOnIntegers = _ => true,
    };
}
