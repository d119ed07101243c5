using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Poolings of images whose channels lie together: a vector is neighbouring channels.</summary>
public static unsafe class ChannelsLastPooling
{
    // Elements of x that one task covers at least.
    private const int TaskElements = 16384;

    /// <summary>y[N,OH,OW,C] = the maximum of x[N,H,W,C] under each window; of what is no number, none. Overwrites y.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Maximum(in PoolingProblem problem, ReadOnlySpan<float> x, Span<float> y, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length);
        fixed (float* px = x, py = y)
        {
            int rows = GemmBlocking.Covering(problem.OutputHeight, Math.Clamp(problem.LengthX / problem.Batch / TaskElements, 1, problem.OutputHeight));
            var body = new MaximumRows { Problem = problem, X = px, Y = py, Rows = rows };
            team.For(problem.Batch * GemmBlocking.Covering(problem.OutputHeight, rows), ref body);
        }
    }

    /// <summary>y[N,C] = the mean of x[N,S,C] over S. Overwrites y.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Mean(in GlobalPoolingProblem problem, ReadOnlySpan<float> x, Span<float> y, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length);
        fixed (float* px = x, py = y)
        {
            int channels = Math.Clamp(GemmBlocking.RoundUp(TaskElements / problem.Spatial, 64), 64, GemmBlocking.RoundUp(problem.Channels, 64));
            var body = new MeanChannels { Problem = problem, X = px, Y = py, Channels = channels };
            team.For(problem.Batch * GemmBlocking.Covering(problem.Channels, channels), ref body);
        }
    }

    private struct MaximumRows : IParallelBody
    {
        public PoolingProblem Problem;
        public float* X, Y;
        public int Rows;

        public readonly void Run(int task, int worker)
        {
            PoolingProblem p = Problem;
            int blocks = GemmBlocking.Covering(p.OutputHeight, Rows), image = task / blocks, first = task % blocks * Rows;
            for (int oh = first; oh < Math.Min(first + Rows, p.OutputHeight); oh++)
            {
                int top = Math.Max(oh * p.StrideH - p.PadH, 0), bottom = Math.Min(oh * p.StrideH - p.PadH + p.KernelH, p.Height);
                float* y = Y + ((nint)image * p.OutputHeight + oh) * p.OutputWidth * p.Channels;
                for (int ow = 0; ow < p.OutputWidth; ow++, y += p.Channels)
                {
                    int left = Math.Max(ow * p.StrideW - p.PadW, 0), right = Math.Min(ow * p.StrideW - p.PadW + p.KernelW, p.Width);
                    Elementwise.Overlapping(p.Channels, new Window
                    {
                        X = X + (((nint)image * p.Height + top) * p.Width + left) * p.Channels, Y = y, Rows = bottom - top, Columns = right - left,
                        Row = (nint)p.Width * p.Channels, Column = p.Channels,
                    });
                }
            }
        }
    }

    private struct Window : IElementwise
    {
        public float* X, Y;
        public int Rows, Columns;
        public nint Row, Column;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes best = TLanes.Load(X + i);
            for (int r = 0; r < Rows; r++)
                for (int c = 0; c < Columns; c++) best = TLanes.Max(best, TLanes.Load(X + i + r * Row + c * Column));
            best.Store(Y + i);
        }
    }

    private struct MeanChannels : IParallelBody
    {
        public GlobalPoolingProblem Problem;
        public float* X, Y;
        public int Channels;

        public readonly void Run(int task, int worker)
        {
            int blocks = GemmBlocking.Covering(Problem.Channels, Channels), image = task / blocks, first = task % blocks * Channels;
            Elementwise.Overlapping(Math.Min(Channels, Problem.Channels - first), new Sum
            {
                X = X + (nint)image * Problem.Spatial * Problem.Channels + first, Y = Y + (nint)image * Problem.Channels + first, Count = Problem.Spatial,
                Step = Problem.Channels,
            });
        }
    }

    // Four sums of every fourth pixel: additions do not wait for each other, and errors grow by a quarter.
    private struct Sum : IElementwise
    {
        public float* X, Y;
        public int Count;
        public nint Step;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
            float* x = X + i;
            int s = 0;
            for (; s + 4 <= Count; s += 4, x += 4 * Step)
            {
                a += TLanes.Load(x);
                b += TLanes.Load(x + Step);
                c += TLanes.Load(x + 2 * Step);
                d += TLanes.Load(x + 3 * Step);
            }
            for (; s < Count; s++, x += Step) a += TLanes.Load(x);
            ((a + b + (c + d)) / TLanes.All(Count)).Store(Y + i);
        }
    }
}
