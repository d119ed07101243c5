using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>A constant everywhere.</summary>
public static class Fill
{
    /// <summary><c>destination[i] = value</c>. Overwrites destination.</summary>
    public static void Run(in ElementwiseProblem problem, double value, Span<double> destination)
    {
        Guard.Length(destination.Length, problem.Length);
        destination.Fill(value);
    }
}
