using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Mean cross entropy of the softmax of logits <c>[N,C]</c> against labels <c>[N]</c>, with its gradient.</summary>
public static class SoftmaxCrossEntropy
{
    /// <summary>
    /// <c>loss = 1/N sum_n (log sum_c exp(x[n,c]) - x[n,label])</c>, <c>gradient[n,c] = (softmax(x[n])[c] - (c == label)) / N</c>.
    /// Overwrites both; the largest logit is taken out first, so that nothing overflows.
    /// </summary>
    public static void Run(
        in SoftmaxCrossEntropyProblem problem, ReadOnlySpan<double> logits, ReadOnlySpan<int> labels, Span<double> loss, Span<double> gradient)
    {
        problem.Check(logits.Length, labels.Length, loss.Length, gradient.Length);
        loss[0] = 0;
        for (int n = 0; n < problem.Batch; n++)
        {
            ReadOnlySpan<double> row = logits.Slice(n * problem.Classes, problem.Classes);
            double largest = double.NegativeInfinity, sum = 0;
            foreach (double logit in row) largest = Math.Max(largest, logit);
            foreach (double logit in row) sum += Math.Exp(logit - largest);
            loss[0] += (Math.Log(sum) + largest - row[labels[n]]) / problem.Batch;
            for (int c = 0; c < problem.Classes; c++)
            {
                double probability = Math.Exp(row[c] - largest) / sum;
                gradient[n * problem.Classes + c] = (probability - (c == labels[n] ? 1 : 0)) / problem.Batch;
            }
        }
    }
}
