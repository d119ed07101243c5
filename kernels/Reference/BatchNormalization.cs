using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Batch normalisation (Ioffe, Szegedy 2015) of x <c>[N,C,S]</c>, each channel over its N S values.</summary>
public static class BatchNormalization
{
    /// <summary>
    /// <c>y = gamma (x - mean) inverseDeviation + beta</c> with <c>inverseDeviation = 1 / sqrt(var + epsilon)</c>, var the biased variance of the
    /// batch; <c>running = (1 - momentum) running + momentum statistic</c>, the variance unbiased (of one value: 0).
    /// Overwrites mean, inverseDeviation and y; updates the running statistics.
    /// </summary>
    public static void Forward(
        in BatchNormalizationProblem problem, ReadOnlySpan<double> x, ReadOnlySpan<double> gamma, ReadOnlySpan<double> beta,
        Span<double> runningMean, Span<double> runningVariance, Span<double> mean, Span<double> inverseDeviation, Span<double> y)
    {
        problem.Check(x.Length, y.Length, gamma.Length, beta.Length, runningMean.Length, runningVariance.Length);
        Guard.Length(mean.Length, problem.Channels);
        Guard.Length(inverseDeviation.Length, problem.Channels);
        int population = problem.Population;
        double momentum = problem.Momentum;
        for (int c = 0; c < problem.Channels; c++)
        {
            double sum = 0, squares = 0;
            for (int i = 0; i < population; i++) sum += x[Index(problem, c, i)];
            mean[c] = sum / population;
            for (int i = 0; i < population; i++) squares += Square(x[Index(problem, c, i)] - mean[c]);
            inverseDeviation[c] = 1 / Math.Sqrt(squares / population + problem.Epsilon);
            runningMean[c] = (1 - momentum) * runningMean[c] + momentum * mean[c];
            runningVariance[c] = (1 - momentum) * runningVariance[c] + momentum * squares / Math.Max(population - 1, 1);
            for (int i = 0; i < population; i++)
            {
                int at = Index(problem, c, i);
                y[at] = gamma[c] * (x[at] - mean[c]) * inverseDeviation[c] + beta[c];
            }
        }
    }

    /// <summary><c>y = gamma (x - runningMean) / sqrt(runningVariance + epsilon) + beta</c>. Overwrites y.</summary>
    public static void Inference(
        in BatchNormalizationProblem problem, ReadOnlySpan<double> x, ReadOnlySpan<double> gamma, ReadOnlySpan<double> beta,
        ReadOnlySpan<double> runningMean, ReadOnlySpan<double> runningVariance, Span<double> y)
    {
        problem.Check(x.Length, y.Length, gamma.Length, beta.Length, runningMean.Length, runningVariance.Length);
        for (int i = 0; i < x.Length; i++)
        {
            int c = i / problem.Spatial % problem.Channels;
            y[i] = gamma[c] * (x[i] - runningMean[c]) / Math.Sqrt(runningVariance[c] + problem.Epsilon) + beta[c];
        }
    }

    /// <summary>
    /// With <c>h = (x - mean) inverseDeviation</c>: <c>dbeta += sum dy</c>, <c>dgamma += sum dy h</c>,
    /// <c>dx = gamma inverseDeviation (dy - mean(dy) - h mean(dy h))</c>, sums and means over the channel. Overwrites dx, accumulates the others.
    /// </summary>
    public static void Backward(
        in BatchNormalizationProblem problem, ReadOnlySpan<double> x, ReadOnlySpan<double> dy, ReadOnlySpan<double> gamma,
        ReadOnlySpan<double> mean, ReadOnlySpan<double> inverseDeviation, Span<double> dgamma, Span<double> dbeta, Span<double> dx)
    {
        problem.Check(x.Length, dy.Length, gamma.Length, mean.Length, dgamma.Length, dbeta.Length);
        Guard.Length(inverseDeviation.Length, problem.Channels);
        Guard.Length(dx.Length, problem.LengthX);
        int population = problem.Population;
        for (int c = 0; c < problem.Channels; c++)
        {
            double sum = 0, product = 0;
            for (int i = 0; i < population; i++)
            {
                int at = Index(problem, c, i);
                sum += dy[at];
                product += dy[at] * (x[at] - mean[c]) * inverseDeviation[c];
            }
            dbeta[c] += sum;
            dgamma[c] += product;
            for (int i = 0; i < population; i++)
            {
                int at = Index(problem, c, i);
                double h = (x[at] - mean[c]) * inverseDeviation[c];
                dx[at] = gamma[c] * inverseDeviation[c] * (dy[at] - sum / population - h * product / population);
            }
        }
    }

    // Value i of channel c, of its N S values.
    internal static int Index(in BatchNormalizationProblem problem, int c, int i) =>
        (i / problem.Spatial * problem.Channels + c) * problem.Spatial + i % problem.Spatial;

    private static double Square(double value) => value * value;
}
