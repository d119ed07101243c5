using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Elementwise addition. Its backward pass hands dy to both inputs unchanged.</summary>
public static class Add
{
    /// <summary><c>y = a + b</c>. Overwrites y, which may be a or b.</summary>
    public static void Run(in ElementwiseProblem problem, ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> y)
    {
        problem.Check(a.Length, b.Length, y.Length);
        for (int i = 0; i < y.Length; i++) y[i] = a[i] + b[i];
    }
}
