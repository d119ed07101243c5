using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Cross entropy of cosines with fixed binary targets (OrthoHash: Hoe et al., NeurIPS 2021).</summary>
public static class CosineCrossEntropy
{
    /// <summary>
    /// <c>loss = 1/N sum_n -sum_c y_nc / sum y_n log softmax(scale (cos(e_n, t_c) - margin [y_nc &gt; 0]))_c</c> over the rows that have labels.
    /// Overwrites gradient and loss.
    /// </summary>
    public static void Run(
        in CosineCrossEntropyProblem problem, ReadOnlySpan<double> embeddings, ReadOnlySpan<double> targets, ReadOnlySpan<int> labels,
        Span<double> gradient, Span<double> loss)
    {
        problem.Check(embeddings.Length, targets.Length, labels.Length, gradient.Length, loss.Length);
        int dimensions = problem.Dimensions, classes = problem.Classes;
        double[] cosines = new double[classes], logits = new double[classes];
        gradient.Clear();
        loss[0] = 0;
        for (int n = 0; n < problem.Batch; n++)
        {
            ReadOnlySpan<double> e = embeddings.Slice(n * dimensions, dimensions);
            ReadOnlySpan<int> y = labels.Slice(n * classes, classes);
            double norm = CosineCrossEntropyProblem.Epsilon, all = 0, largest = double.NegativeInfinity, sum = 0;
            foreach (double x in e) norm += x * x;
            norm = Math.Sqrt(norm);
            foreach (int count in y) all += count;
            if (all == 0) continue;
            for (int c = 0; c < classes; c++)
            {
                cosines[c] = 0;
                for (int d = 0; d < dimensions; d++) cosines[c] += e[d] * targets[c * dimensions + d] / (norm * Math.Sqrt(dimensions));
                logits[c] = problem.Scale * (cosines[c] - (y[c] > 0 ? problem.Margin : 0.0));
                largest = Math.Max(largest, logits[c]);
            }
            foreach (double logit in logits) sum += Math.Exp(logit - largest);
            for (int c = 0; c < classes; c++)
            {
                double logProbability = logits[c] - largest - Math.Log(sum), share = y[c] / all;
                loss[0] -= share * logProbability / problem.Batch;
                double byCosine = problem.Scale * (Math.Exp(logProbability) - share) / problem.Batch;
                for (int d = 0; d < dimensions; d++)
                {
                    gradient[n * dimensions + d] +=
                        byCosine * (targets[c * dimensions + d] / Math.Sqrt(dimensions) - cosines[c] * e[d] / norm) / norm;
                }
            }
        }
    }
}
