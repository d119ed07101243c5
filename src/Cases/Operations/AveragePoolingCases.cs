using JaccardKernels.Problems;
using JaccardKernels.Reference;

namespace JaccardKernels.Cases.Operations;

internal static class AveragePoolingCases
{
    public static OperationCase Forward { get; } = new OperationCase<PoolingProblem>("AveragePoolingForward", "y = mean under each window")
    {
        Problems = PoolingShapes.Problems,
        TinyProblems = PoolingShapes.Tiny,
        BenchmarkProblems = PoolingShapes.Benchmarks,
        Operands = p => [PoolingShapes.X(p), PoolingShapes.Y(p)],
        Reference = (p, v) => AveragePooling.Forward(p, v[0], v[1]),
        Run = (backend, p, s) => backend.AveragePoolingForward(p, s[0], s[1]),
        Gradient = new("y", ["x"], (p, v, dy, d) => AveragePooling.Backward(p, dy, d[0])),
    };

    public static OperationCase Backward { get; } = new OperationCase<PoolingProblem>("AveragePoolingBackward", "dx = dy spread over each window")
    {
        Problems = PoolingShapes.Problems,
        TinyProblems = PoolingShapes.Tiny,
        BenchmarkProblems = PoolingShapes.Benchmarks,
        Operands = p => [PoolingShapes.Dy(p), PoolingShapes.Dx(p)],
        Reference = (p, v) => AveragePooling.Backward(p, v[0], v[1]),
        Run = (backend, p, s) => backend.AveragePoolingBackward(p, s[0], s[1]),
    };
}
