using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Inverted dropout (Srivastava et al. 2014); the mask depends on seed, step and element alone.</summary>
public static class Dropout
{
    /// <summary>
    /// <c>y[i] = bits(i) &gt;= threshold ? x[i] / (1 - rate) : 0</c>; the backward pass is the same on dy. Overwrites y, which may be x.
    /// </summary>
    public static void Run(in DropoutProblem problem, ReadOnlySpan<double> x, Span<double> y)
    {
        problem.Check(x.Length, y.Length);
        for (int i = 0; i < y.Length; i++)
        {
            bool keep = CounterRandom.Bits(problem.Key, i) >= problem.Threshold;
            y[i] = keep ? x[i] / (1.0 - problem.Rate) : 0;
        }
    }
}
