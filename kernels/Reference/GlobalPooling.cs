using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Global average pooling, x <c>[N,C,S]</c> to y <c>[N,C]</c> (Lin, Chen, Yan, "Network in network", 2013).</summary>
public static class GlobalPooling
{
    /// <summary><c>y[n,c] = 1/S sum_s x[n,c,s]</c>. Overwrites y.</summary>
    public static void Forward(in GlobalPoolingProblem problem, ReadOnlySpan<double> x, Span<double> y)
    {
        problem.Check(x.Length, y.Length);
        y.Clear();
        for (int i = 0; i < x.Length; i++) y[i / problem.Spatial] += x[i] / problem.Spatial;
    }

    /// <summary><c>dx[n,c,s] = dy[n,c] / S</c>. Overwrites dx.</summary>
    public static void Backward(in GlobalPoolingProblem problem, ReadOnlySpan<double> dy, Span<double> dx)
    {
        problem.Check(dx.Length, dy.Length);
        for (int i = 0; i < dx.Length; i++) dx[i] = dy[i / problem.Spatial] / problem.Spatial;
    }
}
