using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>A copy.</summary>
public static class Copy
{
    /// <summary><c>destination[i] = source[i]</c>. Overwrites destination.</summary>
    public static void Run(in ElementwiseProblem problem, ReadOnlySpan<double> source, Span<double> destination)
    {
        problem.Check(source.Length, destination.Length);
        source.CopyTo(destination);
    }
}
