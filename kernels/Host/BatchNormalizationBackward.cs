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
            var body = new BackwardChannels
            {
                Layout = new Layout(problem, team),
                X = px, Dy = pdy, Gamma = pg, Mean = m, InverseDeviation = d, Dgamma = pdg, Dbeta = pdb, Dx = pdx,
            };
            team.For(problem.Channels, ref body);
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
            var body = new BackwardChannels
            {
                Layout = new Layout(sizes, team), Corrections = new Corrections(c, sizes.Channels),
                X = px, Dy = pdy, Gamma = pg, Mean = m, InverseDeviation = d, Dgamma = pdg, Dbeta = pdb, Dx = pdx,
            };
            team.For(sizes.Channels, ref body);
        }
    }

    private struct BackwardChannels : IParallelBody
    {
        public Layout Layout;
        public Corrections Corrections;
        public float* X, Dy, Gamma, Mean, InverseDeviation, Dgamma, Dbeta, Dx;

        public readonly void Run(int task, int worker)
        {
            float* gathered = Layout.Scratch(worker, 2), gatheredDy = gathered + (Layout.Gathered ? Layout.Population : 0);
            float* x = Layout.Open(X, task, gathered), dy = Layout.Open(Dy, task, gatheredDy), dx = Layout.Target(Dx, task, gathered);
            float mean = Mean[task];
            double inverse = InverseDeviation[task], sum = 0, product = 0;
            for (int run = 0; run < Layout.Runs; run++)
            {
                sum += Summation.Sum(Layout.RunLength, new StoredTerms { X = dy + run * Layout.Stride });
                product += Summation.Sum(Layout.RunLength, new Products { X = x + run * Layout.Stride, Dy = dy + run * Layout.Stride, Mean = mean });
            }
            product *= inverse;
            Dbeta[task] = (float)(Dbeta[task] + sum);
            Dgamma[task] = (float)(Dgamma[task] + product * Corrections.R(task) + sum * Corrections.D(task));
            for (int run = 0; run < Layout.Runs; run++)
            {
                var gradient = new Gradient
                {
                    X = x + run * Layout.Stride, Dy = dy + run * Layout.Stride, Dx = dx + run * Layout.Stride, Mean = mean,
                    Scale = (float)(Gamma[task] * inverse * Corrections.R(task)), MeanDy = (float)(sum / Layout.Population),
                    Slope = (float)(inverse * product / Layout.Population),
                };
                Elementwise.Range(0, Layout.RunLength, gradient);
            }
            Layout.Close(Dx, task, gathered);
        }
    }

    private struct Products : ITerms
    {
        public float* X, Dy;
        public float Mean;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TLanes At<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => (TLanes.Load(X + i) - TLanes.All(Mean)) * TLanes.Load(Dy + i);
    }

    private struct Gradient : IElementwise
    {
        public float* X, Dy, Dx;
        public float Mean, Scale, MeanDy, Slope;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes deviation = TLanes.Load(X + i) - TLanes.All(Mean);
            TLanes centred = TLanes.Load(Dy + i) - TLanes.All(MeanDy) - deviation * TLanes.All(Slope);
            (TLanes.All(Scale) * centred).Store(Dx + i);
        }
    }
}
