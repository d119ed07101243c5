using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Maximum pooling of x <c>[N,C,H,W]</c> to y <c>[N,C,OH,OW]</c>; padding never takes part, and the first of equal values wins.</summary>
public static class MaxPooling
{
    /// <summary><c>y = max under the window</c>, indices = the position <c>h W + w</c> of it within its channel. Overwrites both; indices may be empty.</summary>
    public static void Forward(in PoolingProblem problem, ReadOnlySpan<double> x, Span<double> y, Span<int> indices)
    {
        problem.Check(x.Length, y.Length);
        if (!indices.IsEmpty) Guard.Length(indices.Length, y.Length);
        for (int i = 0; i < y.Length; i++)
        {
            var window = new PoolingWindow(problem, i);
            (double best, int position) = (double.NegativeInfinity, -1);
            for (int h = window.Top; h < window.Bottom; h++)
            {
                for (int w = window.Left; w < window.Right; w++)
                {
                    double value = x[window.Plane + h * problem.Width + w];
                    if (position >= 0 && !(value > best)) continue;
                    (best, position) = (value, h * problem.Width + w);
                }
            }
            y[i] = best;
            if (!indices.IsEmpty) indices[i] = position;
        }
    }

    /// <summary><c>dx[position] = sum of dy over the windows whose maximum lay there</c>. Overwrites dx.</summary>
    public static void Backward(in PoolingProblem problem, ReadOnlySpan<double> dy, ReadOnlySpan<int> indices, Span<double> dx)
    {
        problem.Check(dx.Length, dy.Length);
        Guard.Length(indices.Length, dy.Length);
        dx.Clear();
        for (int i = 0; i < dy.Length; i++) dx[new PoolingWindow(problem, i).Plane + indices[i]] += dy[i];
    }
}
