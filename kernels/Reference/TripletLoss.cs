using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Adaptive-margin triplet loss over a list of triplets (Mojoo, Kurita 2021, equation of L_triplet).</summary>
public static class TripletLoss
{
    /// <summary>
    /// With <c>d</c> the squared Euclidean distance: <c>L = 1/B sum max(0, d(a,p) - d(a,n) + margin)</c>, B the number of triplets, or of the
    /// active ones (hinge above 0) by the problem's reduction. Of every active triplet <c>dL/da = 2 (n - p) / B</c>,
    /// <c>dL/dp = 2 (p - a) / B</c>, <c>dL/dn = 2 (a - n) / B</c>. Overwrites gradient, statistics and counts.
    /// </summary>
    public static void Run(
        in TripletProblem problem, ReadOnlySpan<double> embeddings, ReadOnlySpan<int> triplets, ReadOnlySpan<double> margins,
        Span<double> gradient, Span<double> statistics, Span<long> counts)
    {
        problem.Check(embeddings.Length, triplets.Length, margins.Length, gradient.Length, statistics.Length, counts.Length);
        var sum = new TripletSum(problem.Dimensions, gradient);
        for (int t = 0; t < problem.Triplets; t++) sum.Add(embeddings, triplets[3 * t], triplets[3 * t + 1], triplets[3 * t + 2], margins[t]);
        sum.Finish(problem.Reduction, statistics, counts);
    }
}
