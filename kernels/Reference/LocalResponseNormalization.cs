using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Local response normalisation (Krizhevsky, Sutskever, Hinton 2012) of x <c>[N,C,S]</c> across channels.</summary>
public static class LocalResponseNormalization
{
    /// <summary><c>y_c = x_c scale_c^-beta</c> with <c>scale_c = k + alpha sum x_j^2</c> over the channels j around c. Overwrites y.</summary>
    public static void Forward(in LocalResponseNormalizationProblem problem, ReadOnlySpan<double> x, Span<double> y)
    {
        problem.Check(x.Length, y.Length);
        for (int i = 0; i < x.Length; i++) y[i] = x[i] * Math.Pow(Scale(problem, x, i), -problem.Beta);
    }

    /// <summary><c>dx_c = dy_c scale_c^-beta - 2 alpha beta x_c sum dy_j x_j scale_j^(-beta-1)</c> over the channels j around c. Overwrites dx.</summary>
    public static void Backward(in LocalResponseNormalizationProblem problem, ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dx)
    {
        problem.Check(x.Length, dy.Length);
        Guard.Length(dx.Length, problem.Length);
        for (int i = 0; i < x.Length; i++)
        {
            double sum = 0;
            foreach (int j in Around(problem, i)) sum += dy[j] * x[j] * Math.Pow(Scale(problem, x, j), -problem.Beta - 1);
            dx[i] = dy[i] * Math.Pow(Scale(problem, x, i), -problem.Beta) - 2.0 * problem.Alpha * problem.Beta * x[i] * sum;
        }
    }

    private static double Scale(in LocalResponseNormalizationProblem problem, ReadOnlySpan<double> x, int i)
    {
        double squares = 0;
        foreach (int j in Around(problem, i)) squares += x[j] * x[j];
        return problem.K + problem.Alpha * squares;
    }

    // The same position in the channels around that of element i.
    private static int[] Around(LocalResponseNormalizationProblem problem, int i)
    {
        int channel = i / problem.Spatial % problem.Channels;
        int first = Math.Max(channel - problem.Reach, 0), last = Math.Min(channel + problem.Reach, problem.Channels - 1);
        return [.. Enumerable.Range(first, last - first + 1).Select(other => i + (other - channel) * problem.Spatial)];
    }
}
