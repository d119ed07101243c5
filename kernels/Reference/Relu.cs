using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>The rectifier, <c>max(x, 0)</c>; its derivative at 0 is taken as 0.</summary>
public static class Relu
{
    /// <summary><c>y = max(x, 0)</c>. Overwrites y, which may be x.</summary>
    public static void Forward(in ElementwiseProblem problem, ReadOnlySpan<double> x, Span<double> y)
    {
        problem.Check(x.Length, y.Length);
        for (int i = 0; i < y.Length; i++) y[i] = Math.Max(x[i], 0);
    }

    /// <summary><c>dx = y &gt; 0 ? dy : 0</c>, from the output of the forward pass. Overwrites dx, which may be dy.</summary>
    public static void Backward(in ElementwiseProblem problem, ReadOnlySpan<double> dy, ReadOnlySpan<double> y, Span<double> dx)
    {
        problem.Check(dy.Length, y.Length, dx.Length);
        for (int i = 0; i < dx.Length; i++) dx[i] = y[i] > 0 ? dy[i] : 0;
    }
}
