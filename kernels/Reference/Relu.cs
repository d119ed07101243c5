using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>The rectifier, <c>min(max(x, 0), ceiling)</c>; its derivative at 0 and at the ceiling is taken as 0.</summary>
public static class Relu
{
    /// <summary><c>y = min(max(x, 0), ceiling)</c>. Overwrites y, which may be x.</summary>
    public static void Forward(in ReluProblem problem, ReadOnlySpan<double> x, Span<double> y)
    {
        problem.Check(x.Length, y.Length);
        for (int i = 0; i < y.Length; i++) y[i] = Math.Min(Math.Max(x[i], 0), problem.Ceiling);
    }

    /// <summary><c>dx = 0 &lt; y &lt; ceiling ? dy : 0</c>, from the output of the forward pass. Overwrites dx, which may be dy.</summary>
    public static void Backward(in ReluProblem problem, ReadOnlySpan<double> dy, ReadOnlySpan<double> y, Span<double> dx)
    {
        problem.Check(dy.Length, y.Length, dx.Length);
        for (int i = 0; i < dx.Length; i++) dx[i] = y[i] > 0 && y[i] < problem.Ceiling ? dy[i] : 0;
    }
}
