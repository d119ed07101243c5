using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

public static unsafe partial class BatchNormalization
{
    /// <summary>
    /// Backward of training, from the statistics of the forward pass: with <c>h = (x - mean) inverseDeviation</c>, dbeta += sum dy,
    /// dgamma += sum dy h, dx = gamma inverseDeviation (dy - mean(dy) - h mean(dy h)). Overwrites dx, accumulates the others.
    /// </summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Backward(
        in BatchNormalizationProblem problem, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<float> gamma,
        ReadOnlySpan<float> mean, ReadOnlySpan<float> inverseDeviation, Span<float> dgamma, Span<float> dbeta, Span<float> dx, ThreadTeam team)
    {
        problem.Check(x.Length, dy.Length, gamma.Length, mean.Length, dgamma.Length, dbeta.Length);
        Guard.Length(inverseDeviation.Length, problem.Channels);
        Guard.Length(dx.Length, problem.LengthX);
        fixed (float* px = x, pdy = dy, pg = gamma, m = mean, d = inverseDeviation, pdg = dgamma, pdb = dbeta, pdx = dx)
        {
            var channels = new BackwardChannels { Gamma = pg, Mean = m, InverseDeviation = d, Dgamma = pdg, Dbeta = pdb };
            BackwardInPhases(problem, px, pdy, pdx, channels, team);
        }
    }

    /// <summary>
    /// Backward of <see cref="RenormalizeForward"/>, r and d constants: dbeta += sum dy, dgamma += r sum dy h + d sum dy, dx is r times that of
    /// <see cref="Backward"/>. Overwrites dx, accumulates the others.
    /// </summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void RenormalizeBackward(
        in BatchRenormalizationProblem problem, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<float> gamma, ReadOnlySpan<float> mean,
        ReadOnlySpan<float> inverseDeviation, ReadOnlySpan<float> corrections, Span<float> dgamma, Span<float> dbeta, Span<float> dx, ThreadTeam team)
    {
        BatchNormalizationProblem sizes = problem.Normalization;
        sizes.Check(x.Length, dy.Length, gamma.Length, mean.Length, dgamma.Length, dbeta.Length);
        Guard.Length(inverseDeviation.Length, sizes.Channels);
        Guard.Length(corrections.Length, problem.LengthCorrections);
        Guard.Length(dx.Length, sizes.LengthX);
        fixed (float* px = x, pdy = dy, pg = gamma, m = mean, d = inverseDeviation, c = corrections, pdg = dgamma, pdb = dbeta, pdx = dx)
        {
            var channels = new BackwardChannels
            {
                Corrections = new Corrections(c, sizes.Channels), Gamma = pg, Mean = m, InverseDeviation = d, Dgamma = pdg, Dbeta = pdb,
            };
            BackwardInPhases(sizes, px, pdy, pdx, channels, team);
        }
    }

    private static void BackwardInPhases(in BatchNormalizationProblem problem, float* x, float* dy, float* dx, BackwardChannels channels, ThreadTeam team)
    {
        channels.Planes = new Planes(problem, team);
        int planes = channels.Planes.Count;
        channels.Sums = team.SharedPacking.Get<PlaneSums>(planes + (long)problem.Channels);
        channels.Slopes = (Slope*)(channels.Sums + planes);
        var products = new PlaneProducts { Planes = channels.Planes, X = x, Dy = dy, Mean = channels.Mean, Sums = channels.Sums };
        team.For(channels.Planes.Tasks, ref products);
        team.For(channels.Planes.ChannelTasks, ref channels);
        var gradients = new Gradients { Planes = channels.Planes, X = x, Dy = dy, Dx = dx, Slopes = channels.Slopes };
        team.For(channels.Planes.Tasks, ref gradients);
    }

    // The sums of each plane.
    private struct PlaneProducts : IParallelBody
    {
        public Planes Planes;
        public float* X, Dy, Mean;
        public PlaneSums* Sums;

        public readonly void Run(int task, int worker)
        {
            float* scratch = Planes.Scratch(worker, 2);
            (int start, int end) = Planes.OfPlaneTask(task);
            for (int plane = start; plane < end; plane++)
            {
                float* x = Planes.Open(X, plane, scratch, 0), dy = Planes.Open(Dy, plane, scratch, 1);
                (double sum, double product) = Summation.Both(Planes.Length, new Products { X = x, Dy = dy, Mean = Mean[Planes.Channel(plane)] });
                Sums[plane] = new PlaneSums { First = sum, Second = product };
            }
        }
    }

    // dx = Scale (dy - MeanDy - (x - Mean) PerDeviation), of a channel.
    private struct Slope
    {
        public float Mean, Scale, MeanDy, PerDeviation;
    }

    // From the sums of its planes, the gradients of each channel's parameters, and what makes dx of its values.
    private struct BackwardChannels : IParallelBody
    {
        public Planes Planes;
        public PlaneSums* Sums;
        public Slope* Slopes;
        public Corrections Corrections;
        public float* Gamma, Mean, InverseDeviation, Dgamma, Dbeta;

        public readonly void Run(int task, int worker)
        {
            (int start, int end) = Planes.OfChannelTask(task);
            for (int channel = start; channel < end; channel++)
            {
                double inverse = InverseDeviation[channel], sum = 0, product = 0;
                for (nint plane = channel; plane < Planes.Count; plane += Planes.Channels)
                {
                    sum += Sums[plane].First;
                    product += Sums[plane].Second;
                }
                product *= inverse;
                Dbeta[channel] = (float)(Dbeta[channel] + sum);
                Dgamma[channel] = (float)(Dgamma[channel] + product * Corrections.R(channel) + sum * Corrections.D(channel));
                Slopes[channel] = new Slope
                {
                    Mean = Mean[channel], Scale = (float)(Gamma[channel] * inverse * Corrections.R(channel)), MeanDy = (float)(sum / Planes.Population),
                    PerDeviation = (float)(inverse * product / Planes.Population),
                };
            }
        }
    }

    // dx, plane by plane.
    private struct Gradients : IParallelBody
    {
        public Planes Planes;
        public float* X, Dy, Dx;
        public Slope* Slopes;

        public readonly void Run(int task, int worker)
        {
            float* scratch = Planes.Scratch(worker, 2);
            (int start, int end) = Planes.OfPlaneTask(task);
            for (int plane = start; plane < end; plane++)
            {
                float* x = Planes.Open(X, plane, scratch, 0), dy = Planes.Open(Dy, plane, scratch, 1), dx = Planes.Target(Dx, plane, scratch);
                Elementwise.Range(0, Planes.Length, new Gradient { X = x, Dy = dy, Dx = dx, Slope = Slopes[Planes.Channel(plane)] });
                Planes.Close(Dx, plane, scratch);
            }
        }
    }

    // dy, and its products with the deviations of x.
    private struct Products : ITermPairs
    {
        public float* X, Dy;
        public float Mean;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Add<TLanes>(nint i, ref TLanes sum, ref TLanes products)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes dy = TLanes.Load(Dy + i);
            sum += dy;
            products = TLanes.MultiplyAdd(TLanes.Load(X + i) - TLanes.All(Mean), dy, products);
        }
    }

    private struct Gradient : IElementwise
    {
        public float* X, Dy, Dx;
        public Slope Slope;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes deviation = TLanes.Load(X + i) - TLanes.All(Slope.Mean);
            TLanes centred = TLanes.Load(Dy + i) - TLanes.All(Slope.MeanDy) - deviation * TLanes.All(Slope.PerDeviation);
            (TLanes.All(Slope.Scale) * centred).Store(Dx + i);
        }
    }
}
