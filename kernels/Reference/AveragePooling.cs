using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>
/// Average pooling of x <c>[N,C,H,W]</c> to y <c>[N,C,OH,OW]</c>; the divisor is the number of real cells under the window, padding excluded.
/// </summary>
public static class AveragePooling
{
    /// <summary><c>y = mean of the real cells under the window</c>. Overwrites y.</summary>
    public static void Forward(in PoolingProblem problem, ReadOnlySpan<double> x, Span<double> y)
    {
        problem.Check(x.Length, y.Length);
        for (int i = 0; i < y.Length; i++)
        {
            var window = new PoolingWindow(problem, i);
            double sum = 0;
            for (int h = window.Top; h < window.Bottom; h++)
            {
                for (int w = window.Left; w < window.Right; w++) sum += x[window.Plane + h * problem.Width + w];
            }
            y[i] = sum / window.Cells;
        }
    }

    /// <summary><c>dx = sum over the windows above a cell of dy / cells of the window</c>. Overwrites dx.</summary>
    public static void Backward(in PoolingProblem problem, ReadOnlySpan<double> dy, Span<double> dx)
    {
        problem.Check(dx.Length, dy.Length);
        dx.Clear();
        for (int i = 0; i < dy.Length; i++)
        {
            var window = new PoolingWindow(problem, i);
            for (int h = window.Top; h < window.Bottom; h++)
            {
                for (int w = window.Left; w < window.Right; w++) dx[window.Plane + h * problem.Width + w] += dy[i] / window.Cells;
            }
        }
    }
}
