using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Batch normalisation (Ioffe, Szegedy 2015), a task for each channel. Statistics in two passes, the second of which corrects the
/// mean of the first (Chan, Golub, LeVeque 1983), so that a channel with a large mean and a small deviation keeps its digits.
/// </summary>
public static unsafe partial class BatchNormalization
{
    // Positions below which the runs of a channel are shorter than the widest vector: they are gathered into one.
    private const int ShortRun = 16;

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
            var body = new ForwardChannels
            {
                Layout = new Layout(problem, team), Momentum = problem.Momentum, Epsilon = problem.Epsilon,
                X = px, Gamma = pg, Beta = pb, RunningMean = pm, RunningVariance = pv, Mean = m, InverseDeviation = d, Y = py,
            };
            team.For(problem.Channels, ref body);
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
            var body = new ForwardChannels
            {
                Layout = new Layout(sizes, team), Momentum = sizes.Momentum, Epsilon = sizes.Epsilon,
                X = px, Gamma = pg, Beta = pb, RunningMean = pm, RunningVariance = pv, Mean = m, InverseDeviation = d, Y = py,
                Corrections = new Corrections(c, sizes.Channels), RMax = problem.RMax, DMax = problem.DMax,
            };
            team.For(sizes.Channels, ref body);
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
            var body = new InferenceChannels
            {
                Layout = new Layout(problem, team), Epsilon = problem.Epsilon,
                X = px, Gamma = pg, Beta = pb, RunningMean = pm, RunningVariance = pv, Y = py,
            };
            team.For(problem.Channels, ref body);
        }
    }

    // Where the values of a channel are: N runs of S, or, gathered, one run of N S.
    private readonly struct Layout(in BatchNormalizationProblem problem, ThreadTeam team)
    {
        private readonly nint _channels = problem.Channels;

        public readonly int Batch = problem.Batch, Spatial = problem.Spatial, Population = problem.Population;

        public bool Gathered => Spatial < ShortRun;

        public int Runs => Gathered ? 1 : Batch;

        public nint RunLength => Gathered ? Population : Spatial;

        // Of the runs of a channel; of gathered values there is one.
        public nint Stride => _channels * Spatial;

        public float* Scratch(int worker, int operands) => Gathered ? team.Scratch(worker).Get<float>((long)operands * Population) : null;

        // The first run of a channel: in place, or copied to memory of the worker.
        public float* Open(float* tensor, int channel, float* gathered)
        {
            float* start = tensor + (nint)channel * Spatial;
            if (!Gathered) return start;
            for (int n = 0, i = 0; n < Batch; n++)
            {
                for (int s = 0; s < Spatial; s++) gathered[i++] = start[n * Stride + s];
            }
            return gathered;
        }

        // Where results of a channel go before Close puts them in place.
        public float* Target(float* tensor, int channel, float* gathered) => Gathered ? gathered : tensor + (nint)channel * Spatial;

        public void Close(float* tensor, int channel, float* gathered)
        {
            if (!Gathered) return;
            float* start = tensor + (nint)channel * Spatial;
            for (int n = 0, i = 0; n < Batch; n++)
            {
                for (int s = 0; s < Spatial; s++) start[n * Stride + s] = gathered[i++];
            }
        }

        // y = (x - mean) scale + shift over the runs of a channel.
        public void Normalize(float* x, float* y, float mean, float scale, float shift)
        {
            for (int run = 0; run < Runs; run++)
            {
                var affine = new Affine { X = x + run * Stride, Y = y + run * Stride, Mean = mean, Scale = scale, Shift = shift };
                Elementwise.Range(0, RunLength, affine);
            }
        }
    }

    // r and d of batch renormalisation [2,C]; 1 and 0 where there are none.
    private readonly struct Corrections(float* values, int channels)
    {
        public bool Exist => values != null;

        public double R(int channel) => values == null ? 1 : values[channel];

        public double D(int channel) => values == null ? 0 : values[channels + channel];

        public void Set(int channel, double r, double d) => (values[channel], values[channels + channel]) = ((float)r, (float)d);
    }

    private struct ForwardChannels : IParallelBody
    {
        public Layout Layout;
        public Corrections Corrections;
        public float Momentum, Epsilon, RMax, DMax;
        public float* X, Gamma, Beta, RunningMean, RunningVariance, Mean, InverseDeviation, Y;

        public readonly void Run(int task, int worker)
        {
            float* gathered = Layout.Scratch(worker, 1), x = Layout.Open(X, task, gathered), y = Layout.Target(Y, task, gathered);
            double sum = 0, squares = 0, population = Layout.Population;
            for (int run = 0; run < Layout.Runs; run++) sum += Summation.Sum(Layout.RunLength, new StoredTerms { X = x + run * Layout.Stride });
            // Near enough to subtract: the second pass sums deviations, whose rounding is small beside the deviation, not beside the mean.
            float near = (float)(sum / population);
            double rest = 0;
            for (int run = 0; run < Layout.Runs; run++)
            {
                rest += Summation.Sum(Layout.RunLength, new Deviations { X = x + run * Layout.Stride, Mean = near });
                squares += Summation.Sum(Layout.RunLength, new Squares { X = x + run * Layout.Stride, Mean = near });
            }
            rest /= population;
            double mean = near + rest;
            squares = Math.Max(squares - population * rest * rest, 0);
            double inverse = 1 / Math.Sqrt(squares / population + Epsilon);
            Mean[task] = (float)mean;
            InverseDeviation[task] = (float)inverse;
            if (Corrections.Exist)
            {
                double running = Math.Sqrt((double)RunningVariance[task] + Epsilon), rmax = RMax, dmax = DMax;
                double r = 1 / (inverse * running), d = (mean - RunningMean[task]) / running;
                Corrections.Set(task, Math.Clamp(r, 1 / rmax, rmax), Math.Clamp(d, -dmax, dmax));
            }
            double momentum = Momentum;
            RunningMean[task] = (float)((1 - momentum) * RunningMean[task] + momentum * mean);
            RunningVariance[task] = (float)((1 - momentum) * RunningVariance[task] + momentum * squares / Math.Max(population - 1, 1));
            double scale = Gamma[task] * inverse * Corrections.R(task), shift = Beta[task] + Gamma[task] * Corrections.D(task);
            Layout.Normalize(x, y, near, (float)scale, (float)(shift - rest * scale));
            Layout.Close(Y, task, gathered);
        }
    }

    private struct InferenceChannels : IParallelBody
    {
        public Layout Layout;
        public float Epsilon;
        public float* X, Gamma, Beta, RunningMean, RunningVariance, Y;

        public readonly void Run(int task, int worker)
        {
            float* gathered = Layout.Scratch(worker, 1), x = Layout.Open(X, task, gathered), y = Layout.Target(Y, task, gathered);
            double scale = Gamma[task] / Math.Sqrt((double)RunningVariance[task] + Epsilon);
            Layout.Normalize(x, y, RunningMean[task], (float)scale, Beta[task]);
            Layout.Close(Y, task, gathered);
        }
    }

    private struct Deviations : ITerms
    {
        public float* X;
        public float Mean;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TLanes At<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => TLanes.Load(X + i) - TLanes.All(Mean);
    }

    private struct Squares : ITerms
    {
        public float* X;
        public float Mean;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TLanes At<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes deviation = TLanes.Load(X + i) - TLanes.All(Mean);
            return deviation * deviation;
        }
    }

    private struct Affine : IElementwise
    {
        public float* X, Y;
        public float Mean, Scale, Shift;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> =>
            TLanes.MultiplyAdd(TLanes.Load(X + i) - TLanes.All(Mean), TLanes.All(Scale), TLanes.All(Shift)).Store(Y + i);
    }
}
