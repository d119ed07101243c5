using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Squared Euclidean distances between the rows of x <c>[M,D]</c> and y <c>[N,D]</c>.</summary>
public static class SquaredDistance
{
    /// <summary><c>distances[m,n] = sum_d (x[m,d] - y[n,d])^2</c>. Overwrites distances; y may be x.</summary>
    public static void Run(in SquaredDistanceProblem problem, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> distances)
    {
        problem.Check(x.Length, y.Length, distances.Length);
        for (int m = 0; m < problem.M; m++)
        {
            for (int n = 0; n < problem.N; n++)
                distances[m * problem.N + n] = Between(x.Slice(m * problem.D, problem.D), y.Slice(n * problem.D, problem.D));
        }
    }

    /// <summary>Between two points.</summary>
    internal static double Between(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int d = 0; d < a.Length; d++) sum += (a[d] - b[d]) * (a[d] - b[d]);
        return sum;
    }
}
