using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class MaxPoolingCases
{
    public static OperationCase Forward { get; } = new OperationCase<PoolingProblem>("MaxPoolingForward", "y = maximum under each window, and where")
    {
        Problems = PoolingShapes.Problems,
        TinyProblems = PoolingShapes.Tiny,
        BenchmarkProblems = PoolingShapes.Benchmarks,
        Operands = p =>
            [PoolingShapes.X(p), PoolingShapes.Y(p), Out("indices", ElementType.Int32, p.Batch, p.Channels, p.OutputHeight, p.OutputWidth)],
        Reference = (p, v) => MaxPooling.Forward(p, v[0], v[1], v[2]),
        Run = (backend, p, s) => backend.MaxPoolingForward(p, s[0], s[1], s[2]),
        ExactOnIntegers = _ => true,
        Gradient = new("y", ["x"], (p, v, dy, d) => MaxPooling.Backward(p, dy, v["indices"], d[0])),
    };

    public static OperationCase Backward { get; } = new OperationCase<PoolingProblem>("MaxPoolingBackward", "dx = dy sent to the maxima")
    {
        Problems = PoolingShapes.Problems,
        TinyProblems = PoolingShapes.Tiny,
        BenchmarkProblems = PoolingShapes.Benchmarks,
        Operands = p => [PoolingShapes.Dy(p), Indices(p), PoolingShapes.Dx(p)],
        Reference = (p, v) => MaxPooling.Backward(p, v[0], v[1], v[2]),
        Run = (backend, p, s) => backend.MaxPoolingBackward(p, s[0], s[1], s[2]),
        ExactOnIntegers = _ => true,
    };

    // Any cell under the window may have been its maximum.
    private static Operand Indices(PoolingProblem p)
    {
        Domain domain = Domain.Integers(p.Height * p.Width - 1, draw =>
        {
            int oh = (int)(draw.Index / p.OutputWidth % p.OutputHeight), ow = (int)(draw.Index % p.OutputWidth);
            int h = Within(oh * p.StrideH - p.PadH, p.KernelH, p.Height, draw, 0), w = Within(ow * p.StrideW - p.PadW, p.KernelW, p.Width, draw, 1);
            return h * p.Width + w;
        });
        return In("indices", domain, p.Batch, p.Channels, p.OutputHeight, p.OutputWidth);
    }

    private static int Within(int start, int kernel, int size, Draw draw, int lane)
    {
        int first = Math.Max(start, 0), end = Math.Min(start + kernel, size);
        return first + draw.Below(end - first, lane);
    }
}
