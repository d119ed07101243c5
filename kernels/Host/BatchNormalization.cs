using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Batch normalisation (Ioffe, Szegedy 2015). Statistics of each plane, then of each channel from those of its planes, then the result: x is read
/// twice in the order of memory, as channel by channel the processor would fetch ahead what belongs to another. A plane's are taken in two passes, the
/// second of which corrects the mean of the first, and added up as pairs of mean and squares (Chan, Golub, LeVeque 1983), so that a channel with a
/// large mean and a small deviation keeps its digits.
/// </summary>
public static unsafe partial class BatchNormalization
{
    /// <summary>
    /// Training: y from the statistics of the batch, which are kept in mean and inverseDeviation; the running ones are moved (the unbiased
    /// variance of a single value counts as 0). Overwrites y, mean and inverseDeviation.
    /// </summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Forward(
        in BatchNormalizationProblem problem, ReadOnlySpan<float> x, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta,
        Span<float> runningMean, Span<float> runningVariance, Span<float> mean, Span<float> inverseDeviation, Span<float> y, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length, gamma.Length, beta.Length, runningMean.Length, runningVariance.Length);
        Guard.Length(mean.Length, problem.Channels);
        Guard.Length(inverseDeviation.Length, problem.Channels);
        fixed (float* px = x, pg = gamma, pb = beta, pm = runningMean, pv = runningVariance, m = mean, d = inverseDeviation, py = y)
        {
            var channels = new ForwardChannels
            {
                Momentum = problem.Momentum, Epsilon = problem.Epsilon, Gamma = pg, Beta = pb, RunningMean = pm, RunningVariance = pv, Mean = m,
                InverseDeviation = d,
            };
            ForwardInPhases(problem, px, py, channels, team);
        }
    }

    /// <summary>
    /// Training's form of <see cref="BatchRenormalizationProblem"/>: as <see cref="Forward"/>, corrected towards the running statistics before they are
    /// moved. Overwrites corrections <c>[2,C]</c> (r, then d) too.
    /// </summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void RenormalizeForward(
        in BatchRenormalizationProblem problem, ReadOnlySpan<float> x, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, Span<float> runningMean,
        Span<float> runningVariance, Span<float> mean, Span<float> inverseDeviation, Span<float> corrections, Span<float> y, ThreadTeam team)
    {
        BatchNormalizationProblem sizes = problem.Normalization;
        sizes.Check(x.Length, y.Length, gamma.Length, beta.Length, runningMean.Length, runningVariance.Length);
        Guard.Length(mean.Length, sizes.Channels);
        Guard.Length(inverseDeviation.Length, sizes.Channels);
        Guard.Length(corrections.Length, problem.LengthCorrections);
        fixed (float* px = x, pg = gamma, pb = beta, pm = runningMean, pv = runningVariance, m = mean, d = inverseDeviation, c = corrections, py = y)
        {
            var channels = new ForwardChannels
            {
                Momentum = sizes.Momentum, Epsilon = sizes.Epsilon, Gamma = pg, Beta = pb, RunningMean = pm, RunningVariance = pv, Mean = m,
                InverseDeviation = d, Corrections = new Corrections(c, sizes.Channels), RMax = problem.RMax, DMax = problem.DMax,
            };
            ForwardInPhases(sizes, px, py, channels, team);
        }
    }

    /// <summary>Inference: y = gamma (x - runningMean) / sqrt(runningVariance + epsilon) + beta. Overwrites y.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Inference(
        in BatchNormalizationProblem problem, ReadOnlySpan<float> x, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta,
        ReadOnlySpan<float> runningMean, ReadOnlySpan<float> runningVariance, Span<float> y, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length, gamma.Length, beta.Length, runningMean.Length, runningVariance.Length);
        fixed (float* px = x, pg = gamma, pb = beta, pm = runningMean, pv = runningVariance, py = y)
        {
            var planes = new Planes(problem, team);
            Line* lines = team.SharedPacking.Get<Line>(problem.Channels);
            for (int c = 0; c < problem.Channels; c++)
                lines[c] = new Line { Mean = pm[c], Scale = (float)(pg[c] / Math.Sqrt((double)pv[c] + problem.Epsilon)), Shift = pb[c] };
            var results = new Results { Planes = planes, X = px, Y = py, Lines = lines };
            team.For(planes.Tasks, ref results);
        }
    }
}
