using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Batch renormalisation (Ioffe 2017) of x <c>[N,C,S]</c>; see <see cref="BatchRenormalizationProblem"/>.</summary>
public static class BatchRenormalization
{
    /// <summary>
    /// <c>y = gamma ((x - mean) inverseDeviation r + d) + beta</c>, corrections <c>[2,C]</c> holding r, then d. Overwrites mean, inverseDeviation,
    /// corrections and y; moves the running statistics, as batch normalisation does.
    /// </summary>
    public static void Forward(
        in BatchRenormalizationProblem problem, ReadOnlySpan<double> x, ReadOnlySpan<double> gamma, ReadOnlySpan<double> beta, Span<double> runningMean,
        Span<double> runningVariance, Span<double> mean, Span<double> inverseDeviation, Span<double> corrections, Span<double> y)
    {
        BatchNormalizationProblem sizes = problem.Normalization;
        Guard.Length(corrections.Length, problem.LengthCorrections);
        double[] priorMean = [.. runningMean], priorVariance = [.. runningVariance], gammas = [.. gamma], betas = [.. beta];
        BatchNormalization.Forward(sizes, x, gamma, beta, runningMean, runningVariance, mean, inverseDeviation, y);
        for (int c = 0; c < sizes.Channels; c++)
        {
            double running = Math.Sqrt(priorVariance[c] + sizes.Epsilon), r = 1 / inverseDeviation[c] / running, d = (mean[c] - priorMean[c]) / running;
            (r, d) = (Math.Clamp(r, 1.0 / problem.RMax, problem.RMax), Math.Clamp(d, -(double)problem.DMax, problem.DMax));
            (corrections[c], corrections[sizes.Channels + c]) = (r, d);
            for (int i = 0; i < sizes.Population; i++)
            {
                int at = BatchNormalization.Index(sizes, c, i);
                y[at] = gammas[c] * ((x[at] - mean[c]) * inverseDeviation[c] * r + d) + betas[c];
            }
        }
    }

    /// <summary>
    /// With <c>h = (x - mean) inverseDeviation</c>: <c>dbeta += sum dy</c>, <c>dgamma += sum dy (h r + d)</c>,
    /// <c>dx = gamma r inverseDeviation (dy - mean(dy) - h mean(dy h))</c>; r and d are constants. Overwrites dx, accumulates the others.
    /// </summary>
    public static void Backward(
        in BatchRenormalizationProblem problem, ReadOnlySpan<double> x, ReadOnlySpan<double> dy, ReadOnlySpan<double> gamma, ReadOnlySpan<double> mean,
        ReadOnlySpan<double> inverseDeviation, ReadOnlySpan<double> corrections, Span<double> dgamma, Span<double> dbeta, Span<double> dx)
    {
        BatchNormalizationProblem sizes = problem.Normalization;
        Guard.Length(corrections.Length, problem.LengthCorrections);
        int channels = sizes.Channels;
        double[] scaled = new double[channels], products = new double[channels], sums = new double[channels];
        for (int c = 0; c < channels; c++) scaled[c] = gamma[c] * corrections[c];
        BatchNormalization.Backward(sizes, x, dy, scaled, mean, inverseDeviation, products, sums, dx);
        for (int c = 0; c < channels; c++)
        {
            dbeta[c] += sums[c];
            dgamma[c] += products[c] * corrections[c] + sums[c] * corrections[channels + c];
        }
    }
}
