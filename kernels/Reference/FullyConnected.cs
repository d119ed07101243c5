using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>A fully connected layer, x <c>[N,In]</c>, w <c>[Out,In]</c>, y <c>[N,Out]</c>: three matrix products.</summary>
public static class FullyConnected
{
    /// <summary><c>y = x w^T + bias</c>. Overwrites y.</summary>
    public static void Forward(
        in FullyConnectedProblem problem, ReadOnlySpan<double> x, ReadOnlySpan<double> w, ReadOnlySpan<double> bias, Span<double> y) =>
        Gemm.Run(problem.Forward, x, w, bias, y);

    /// <summary><c>dx = dy w</c>. Overwrites dx.</summary>
    public static void BackwardData(in FullyConnectedProblem problem, ReadOnlySpan<double> dy, ReadOnlySpan<double> w, Span<double> dx) =>
        Gemm.Run(problem.BackwardData, dy, w, [], dx);

    /// <summary><c>dw += dy^T x</c>, <c>db += column sums of dy</c>. Accumulates.</summary>
    public static void BackwardWeights(
        in FullyConnectedProblem problem, ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dw, Span<double> db)
    {
        Gemm.Run(problem.BackwardWeights, dy, x, [], dw);
        ReduceColumns.Run(problem.BackwardBias, dy, db);
    }
}
