using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Log-ratio loss over every triplet of a batch (Kim et al., CVPR 2019, equation 2), by three plain loops.</summary>
public static class LogRatioLoss
{
    /// <summary>
    /// With <c>r_ai = log(|e_a - e_i|^2 + eps) - log(1 - J_ai + leps)</c> the loss is the mean of <c>(r_ai - r_aj)^2</c> over distinct a, i, j.
    /// Overwrites gradient and loss; fewer than three rows have loss and gradient 0.
    /// </summary>
    public static void Run(
        in LogRatioProblem problem, ReadOnlySpan<double> embeddings, ReadOnlySpan<double> similarity, Span<double> gradient, Span<double> loss)
    {
        problem.Check(embeddings.Length, similarity.Length, gradient.Length, loss.Length);
        int batch = problem.Batch, dimensions = problem.Dimensions;
        double[] distances = new double[batch], ratios = new double[batch], byRatio = new double[batch];
        gradient.Clear();
        loss[0] = 0;
        for (int a = 0; a < batch; a++)
        {
            for (int i = 0; i < batch; i++)
            {
                distances[i] = problem.Epsilon + SquaredDistance.Between(
                    embeddings.Slice(a * dimensions, dimensions), embeddings.Slice(i * dimensions, dimensions));
                ratios[i] = Math.Log(distances[i]) - Math.Log(1 - similarity[a * batch + i] + problem.LabelEpsilon);
                byRatio[i] = 0;
            }
            double ofAnchor = 0;
            for (int i = 0; i < batch; i++)
            {
                double ofPair = 0;
                for (int j = 0; j < batch; j++)
                {
                    if (i == a || j == a || i == j) continue;
                    double difference = ratios[i] - ratios[j];
                    ofPair += difference * difference;
                    byRatio[i] += 2 * difference / problem.Terms;
                    byRatio[j] -= 2 * difference / problem.Terms;
                }
                ofAnchor += ofPair;
            }
            // N^3 terms in one sum would round away what central differences of the loss are to show.
            loss[0] += ofAnchor / problem.Terms;
            for (int i = 0; i < batch; i++)
            {
                for (int d = 0; d < dimensions; d++)
                {
                    double term = byRatio[i] / distances[i] * 2 * (embeddings[a * dimensions + d] - embeddings[i * dimensions + d]);
                    gradient[a * dimensions + d] += term;
                    gradient[i * dimensions + d] -= term;
                }
            }
        }
    }
}
