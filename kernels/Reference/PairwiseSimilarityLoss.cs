using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>The pairwise similarity loss of IDHN (Zhang et al., IEEE TMM 2019), a pair at a time.</summary>
public static class PairwiseSimilarityLoss
{
    /// <summary>
    /// Of <c>c = e_i e_j / D</c>, the mean over pairs i &lt; j of <c>log(1 + exp(scale c)) - s scale c</c> where <c>s = similarity[i,j]</c> is
    /// hard, and of <c>soft D ((c + 1) / 2 - s)^2</c> elsewhere. Overwrites gradient and loss; what is on and below the diagonal of the similarity
    /// is not read.
    /// </summary>
    public static void Run(
        in PairwiseSimilarityProblem problem, ReadOnlySpan<double> embeddings, ReadOnlySpan<double> similarity, Span<double> gradient,
        Span<double> loss)
    {
        problem.Check(embeddings.Length, similarity.Length, gradient.Length, loss.Length);
        int batch = problem.Batch, dimensions = problem.Dimensions;
        gradient.Clear();
        loss[0] = 0;
        for (int i = 0; i < batch; i++)
        {
            for (int j = i + 1; j < batch; j++)
            {
                double product = 0, s = similarity[i * batch + j];
                for (int d = 0; d < dimensions; d++) product += embeddings[i * dimensions + d] * embeddings[j * dimensions + d] / dimensions;
                (double term, double derivative) = Pair(problem, product, s);
                loss[0] += 2 * term / problem.Pairs;
                for (int d = 0; d < dimensions; d++)
                {
                    double scaled = 2 * derivative / problem.Pairs / dimensions;
                    gradient[i * dimensions + d] += scaled * embeddings[j * dimensions + d];
                    gradient[j * dimensions + d] += scaled * embeddings[i * dimensions + d];
                }
            }
        }
    }

    // The term of a pair, and its derivative by the product.
    private static (double Term, double Derivative) Pair(in PairwiseSimilarityProblem problem, double product, double s)
    {
        if (s < PairwiseSimilarityProblem.HardBelow || s > PairwiseSimilarityProblem.HardAbove)
        {
            double x = problem.Scale * product;
            double softplus = Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
            return (softplus - s * x, problem.Scale * (1 / (1 + Math.Exp(-x)) - s));
        }
        double weight = (double)problem.Soft * problem.Dimensions, apart = (product + 1) / 2 - s;
        return (weight * apart * apart, weight * apart);
    }
}
