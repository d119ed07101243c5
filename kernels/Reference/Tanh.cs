using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>The hyperbolic tangent, which keeps embeddings in (-1,1).</summary>
public static class Tanh
{
    /// <summary><c>y = tanh(x)</c>. Overwrites y, which may be x.</summary>
    public static void Forward(in ElementwiseProblem problem, ReadOnlySpan<double> x, Span<double> y)
    {
        problem.Check(x.Length, y.Length);
        for (int i = 0; i < y.Length; i++) y[i] = Math.Tanh(x[i]);
    }

    /// <summary><c>dx = dy (1 - y^2)</c>, from the output of the forward pass. Overwrites dx, which may be dy.</summary>
    public static void Backward(in ElementwiseProblem problem, ReadOnlySpan<double> dy, ReadOnlySpan<double> y, Span<double> dx)
    {
        problem.Check(dy.Length, y.Length, dx.Length);
        for (int i = 0; i < dx.Length; i++) dx[i] = dy[i] * (1 - y[i] * y[i]);
    }
}
