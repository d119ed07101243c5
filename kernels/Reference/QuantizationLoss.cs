using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>How far embeddings are from their targets, with its gradient.</summary>
public static class QuantizationLoss
{
    /// <summary>
    /// <c>loss = 1/N sum (e - t)^2</c>, <c>gradient += 2 weight (e - t) / N</c>. Overwrites loss; targets are empty where they are the signs.
    /// </summary>
    public static void Run(
        in QuantizationLossProblem problem, ReadOnlySpan<double> embeddings, ReadOnlySpan<double> targets, Span<double> loss, Span<double> gradient)
    {
        problem.Check(embeddings.Length, targets.Length, loss.Length, gradient.Length);
        double sum = 0;
        for (int i = 0; i < embeddings.Length; i++)
        {
            double sign = embeddings[i] >= 0 ? 1 : -1, difference = embeddings[i] - (problem.Signs ? sign : targets[i]);
            sum += difference * difference;
            gradient[i] += 2 * problem.Weight * difference / problem.Count;
        }
        loss[0] = sum / problem.Count;
    }
}
