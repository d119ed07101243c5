using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class ElementwiseCases
{
    /// <summary>Every tail of a vector of 16, and sizes that are cut into several tasks.</summary>
    public static readonly string[] Problems =
        ["n1", "n2", "n3", "n5", "n8", "n13", "n15", "n16", "n17", "n31", "n33", "n64", "n100", "n1000", "n4099", "n100003"];

    public static readonly string[] Tiny = ["n1", "n37"];

    // Ceilings that a normal number reaches, in vectors, tails and several tasks.
    private static readonly string[] s_ceilings = ["n1ceil0.5", "n33ceil0.5", "n4099ceil1", "n100003ceil2"];

    public static readonly string[] Benchmarks = ["n6422528", "n100000"];

    public static OperationCase ReluForward { get; } = new OperationCase<ReluProblem>("ReluForward", "y = min(max(x, 0), ceiling)")
    {
        Problems = [.. Problems, .. s_ceilings],
        TinyProblems = [.. Tiny, "n37ceil0.5"],
        BenchmarkProblems = Benchmarks,
        Operands = p => [In("x", Domain.Normal, p.Length), Out("y", p.Length)],
        Reference = (p, v) => Relu.Forward(p, v[0], v[1]),
        Run = (backend, p, s) => backend.ReluForward(p, s[0], s[1]),
        ExactOnIntegers = _ => true,
        MayShare = [("y", "x")],
        Gradient = new("y", ["x"], (p, v, dy, d) => Relu.Backward(p, dy, v["y"], d[0])),
    };

    public static OperationCase ReluBackward { get; } = new OperationCase<ReluProblem>("ReluBackward", "dx = 0 < y < ceiling ? dy : 0")
    {
        Problems = [.. Problems, .. s_ceilings],
        TinyProblems = [.. Tiny, "n37ceil0.5"],
        BenchmarkProblems = Benchmarks,
        Operands = p => [In("dy", Domain.Normal, p.Length), In("y", Domain.NormalWithBounds(p.Ceiling), p.Length), Out("dx", p.Length)],
        Reference = (p, v) => Relu.Backward(p, v[0], v[1], v[2]),
        Run = (backend, p, s) => backend.ReluBackward(p, s[0], s[1], s[2]),
        ExactOnIntegers = _ => true,
        MayShare = [("dx", "dy")],
    };

    public static OperationCase TanhForward { get; } = new OperationCase<ElementwiseProblem>("TanhForward", "y = tanh(x)")
    {
        Problems = Problems,
        TinyProblems = Tiny,
        BenchmarkProblems = Benchmarks,
        Operands = p => [In("x", Domain.Saturating, p.Length), Out("y", p.Length)],
        Reference = (p, v) => Tanh.Forward(p, v[0], v[1]),
        Run = (backend, p, s) => backend.TanhForward(p, s[0], s[1]),
        MayShare = [("y", "x")],
        Gradient = new("y", ["x"], (p, v, dy, d) => Tanh.Backward(p, dy, v["y"], d[0])),
    };

    public static OperationCase TanhBackward { get; } = new OperationCase<ElementwiseProblem>("TanhBackward", "dx = dy (1 - y^2)")
    {
        Problems = Problems,
        TinyProblems = Tiny,
        BenchmarkProblems = Benchmarks,
        Operands = p => [In("dy", Domain.Normal, p.Length), In("y", Domain.Tanh, p.Length), Out("dx", p.Length)],
        Reference = (p, v) => Tanh.Backward(p, v[0], v[1], v[2]),
        Run = (backend, p, s) => backend.TanhBackward(p, s[0], s[1], s[2]),
        MayShare = [("dx", "dy")],
    };

    public static OperationCase Add { get; } = new OperationCase<ElementwiseProblem>("Add", "y = a + b")
    {
        Problems = Problems,
        TinyProblems = Tiny,
        BenchmarkProblems = Benchmarks,
        Operands = p => [In("a", Domain.Normal, p.Length), In("b", Domain.Normal, p.Length), Out("y", p.Length)],
        Reference = (p, v) => JaccardKernels.Reference.Add.Run(p, v[0], v[1], v[2]),
        Run = (backend, p, s) => backend.Add(p, s[0], s[1], s[2]),
        ExactOnIntegers = _ => true,
        MayShare = [("y", "a"), ("y", "b")],
        Gradient = new("y", ["a", "b"], (p, v, dy, d) =>
        {
            dy.CopyTo(d[0], 0);
            dy.CopyTo(d[1], 0);
        }),
    };
}
