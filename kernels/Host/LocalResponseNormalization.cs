using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Local response normalisation (Krizhevsky, Sutskever, Hinton 2012) of x <c>[N,C,S]</c>. A task is some channels of an image, strip by strip of
/// their positions, so that the channels around each are read from the cache.
/// </summary>
public static unsafe class LocalResponseNormalization
{
    // Of the positions: 8 KiB with the five channels of the paper, 40 KiB with all that the way back keeps of a task.
    private const int Strip = 256;

    // What the channels beside those of a task cost on the way back is a quarter with the paper's window.
    private const int ChannelsOfTask = 16;

    /// <summary>y = x (k + alpha sum of squares around)^-beta. Overwrites y.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Forward(in LocalResponseNormalizationProblem problem, ReadOnlySpan<float> x, Span<float> y, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length);
        fixed (float* px = x, py = y)
        {
            var body = new ForwardTasks { Problem = problem, X = px, Y = py };
            team.For(Tasks(problem), ref body);
        }
    }

    /// <summary>dx = dy scale^-beta - 2 alpha beta x sum around of dy x scale^(-beta-1), the scale computed anew from x. Overwrites dx.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Backward(
        in LocalResponseNormalizationProblem problem, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, ThreadTeam team)
    {
        problem.Check(x.Length, dy.Length);
        Guard.Length(dx.Length, problem.Length);
        fixed (float* px = x, pdy = dy, pdx = dx)
        {
            var body = new BackwardTasks { Problem = problem, X = px, Dy = pdy, Dx = pdx, Team = team };
            team.For(Tasks(problem), ref body);
        }
    }

    private static int Tasks(in LocalResponseNormalizationProblem p) => p.Batch * GemmBlocking.Covering(p.Channels, ChannelsOfTask);

    private static (int Image, int First, int End) Channels(in LocalResponseNormalizationProblem p, int task)
    {
        int blocks = GemmBlocking.Covering(p.Channels, ChannelsOfTask), first = task % blocks * ChannelsOfTask;
        return (task / blocks, first, Math.Min(first + ChannelsOfTask, p.Channels));
    }

    private struct ForwardTasks : IParallelBody
    {
        public LocalResponseNormalizationProblem Problem;
        public float* X, Y;

        public readonly void Run(int task, int worker)
        {
            (int image, int first, int end) = Channels(Problem, task);
            nint start = (nint)image * Problem.Channels * Problem.Spatial;
            for (int s = 0; s < Problem.Spatial; s += Strip)
            {
                int count = Math.Min(Strip, Problem.Spatial - s);
                for (int c = first; c < end; c++)
                {
                    var normalised = new Normalised { Scale = new(Problem, X + start + s, c), Y = Y + start + (nint)c * Problem.Spatial + s };
                    Elementwise.Overlapping(count, normalised);
                }
            }
        }
    }

    private struct BackwardTasks : IParallelBody
    {
        public LocalResponseNormalizationProblem Problem;
        public float* X, Dy, Dx;
        public ThreadTeam Team;

        public readonly void Run(int task, int worker)
        {
            (int image, int first, int end) = Channels(Problem, task);
            int above = Math.Max(first - Problem.Reach, 0), below = Math.Min(end + Problem.Reach, Problem.Channels);
            float* powers = Team.Scratch(worker).Get<float>(2L * (below - above) * Strip), terms = powers + (nint)(below - above) * Strip;
            nint start = (nint)image * Problem.Channels * Problem.Spatial;
            for (int s = 0; s < Problem.Spatial; s += Strip)
            {
                int count = Math.Min(Strip, Problem.Spatial - s);
                for (int c = above; c < below; c++)
                {
                    nint at = start + (nint)c * Problem.Spatial + s;
                    var power = new Powers
                    {
                        Scale = new(Problem, X + start + s, c), Dy = Dy + at, Power = powers + (c - above) * Strip,
                        Term = terms + (c - above) * Strip,
                    };
                    Elementwise.Overlapping(count, power);
                }
                for (int c = first; c < end; c++)
                {
                    nint at = start + (nint)c * Problem.Spatial + s;
                    int from = Math.Max(c - Problem.Reach, 0), to = Math.Min(c + Problem.Reach, Problem.Channels - 1);
                    var gradient = new Gradient
                    {
                        X = X + at, Dy = Dy + at, Dx = Dx + at, Power = powers + (c - above) * Strip, Terms = terms + (from - above) * Strip,
                        Count = to - from + 1, Factor = -2 * Problem.Alpha * Problem.Beta,
                    };
                    Elementwise.Overlapping(count, gradient);
                }
            }
        }
    }

    // The sum of squares around a channel, and its power.
    private readonly struct WindowScale
    {
        private readonly float* _first;
        private readonly nint _stride;
        private readonly int _count, _own;
        private readonly float _k, _alpha, _exponent;

        public WindowScale(in LocalResponseNormalizationProblem p, float* channels, int channel)
        {
            int from = Math.Max(channel - p.Reach, 0), to = Math.Min(channel + p.Reach, p.Channels - 1);
            _first = channels + (nint)from * p.Spatial;
            (_stride, _count, _own) = (p.Spatial, to - from + 1, channel - from);
            (_k, _alpha, _exponent) = (p.K, p.Alpha, -p.Beta);
        }

        public TLanes X<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => TLanes.Load(_first + _own * _stride + i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes At<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes squares = TLanes.Zero;
            float* x = _first + i;
            for (int j = 0; j < _count; j++, x += _stride)
            {
                TLanes value = TLanes.Load(x);
                squares = TLanes.MultiplyAdd(value, value, squares);
            }
            return TLanes.MultiplyAdd(TLanes.All(_alpha), squares, TLanes.All(_k));
        }

        // Two roots take half the time of a logarithm and an exponential, and 3/4 is the exponent of every published network.
        public TLanes Power<TLanes>(TLanes scale)
            where TLanes : struct, ILanes<TLanes, float>
        {
            if (_exponent != -0.75f) return TLanes.Exp(TLanes.All(_exponent) * TLanes.Log(scale));
            TLanes root = TLanes.Sqrt(scale);
            return TLanes.All(1f) / (root * TLanes.Sqrt(root));
        }
    }

    private struct Normalised : IElementwise
    {
        public WindowScale Scale;
        public float* Y;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => (Scale.X<TLanes>(i) * Scale.Power(Scale.At<TLanes>(i))).Store(Y + i);
    }

    // scale^-beta, and dy x scale^(-beta-1).
    private struct Powers : IElementwise
    {
        public WindowScale Scale;
        public float* Dy, Power, Term;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes scale = Scale.At<TLanes>(i), power = Scale.Power(scale);
            power.Store(Power + i);
            (TLanes.Load(Dy + i) * Scale.X<TLanes>(i) * power / scale).Store(Term + i);
        }
    }

    private struct Gradient : IElementwise
    {
        public float* X, Dy, Dx, Power, Terms;
        public int Count;
        public float Factor;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes sum = TLanes.Zero;
            for (int j = 0; j < Count; j++) sum += TLanes.Load(Terms + j * Strip + i);
            TLanes.MultiplyAdd(TLanes.All(Factor) * TLanes.Load(X + i), sum, TLanes.Load(Dy + i) * TLanes.Load(Power + i)).Store(Dx + i);
        }
    }
}
