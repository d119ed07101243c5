using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Triplet loss, of an adaptive or a fixed margin, over every triplet of a batch (Mojoo, Kurita 2021), by three plain loops.</summary>
public static class BatchAllTripletLoss
{
    /// <summary>
    /// <see cref="TripletLoss"/> over all (a,p,n) of distinct rows with <c>J_ap - J_an &gt; delta</c>, each with margin
    /// <c>m (J_ap - J_an) + offset</c>; J is similarity <c>[N,N]</c>. Overwrites gradient, statistics and counts.
    /// </summary>
    public static void Run(
        in BatchAllTripletProblem problem, ReadOnlySpan<double> embeddings, ReadOnlySpan<double> similarity,
        Span<double> gradient, Span<double> statistics, Span<long> counts)
    {
        problem.Check(embeddings.Length, similarity.Length, gradient.Length, statistics.Length, counts.Length);
        var sum = new TripletSum(problem.Dimensions, gradient);
        for (int a = 0; a < problem.Batch; a++)
        {
            for (int p = 0; p < problem.Batch; p++)
            {
                for (int n = 0; n < problem.Batch; n++)
                {
                    double difference = similarity[a * problem.Batch + p] - similarity[a * problem.Batch + n];
                    if (a != p && a != n && p != n && difference > problem.Delta)
                        sum.Add(embeddings, a, p, n, problem.Margin * difference + problem.Offset);
                }
            }
        }
        sum.Finish(problem.Reduction, statistics, counts);
    }
}
