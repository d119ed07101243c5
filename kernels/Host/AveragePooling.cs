using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Average pooling over the real cells of each window: down the columns by vectors, then along the row.</summary>
public static unsafe class AveragePooling
{
    /// <summary>y = the mean of the real cells under each window. Overwrites y.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Forward(in PoolingProblem problem, ReadOnlySpan<float> x, Span<float> y, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length);
        fixed (float* px = x, py = y)
        {
            var body = new ForwardPlanes { Problem = problem, X = px, Y = py, Team = team };
            team.For(problem.Batch * problem.Channels, ref body);
        }
    }

    /// <summary>dx = dy spread over the cells of each window. Overwrites dx.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Backward(in PoolingProblem problem, ReadOnlySpan<float> dy, Span<float> dx, ThreadTeam team)
    {
        problem.Check(dx.Length, dy.Length);
        fixed (float* pdy = dy, pdx = dx)
        {
            var body = new BackwardPlanes { Problem = problem, Dy = pdy, Dx = pdx, Team = team };
            team.For(problem.Batch * problem.Channels, ref body);
        }
    }

    private struct ForwardPlanes : IParallelBody
    {
        public PoolingProblem Problem;
        public float* X, Y;
        public ThreadTeam Team;

        public readonly void Run(int task, int worker)
        {
            int width = Problem.Width, outputWidth = Problem.OutputWidth;
            float* columns = Team.Scratch(worker).Get<float>(width);
            for (int oh = 0; oh < Problem.OutputHeight; oh++)
            {
                int first = oh * Problem.StrideH - Problem.PadH, top = Math.Max(first, 0), bottom = Math.Min(first + Problem.KernelH, Problem.Height);
                float* x = X + ((nint)task * Problem.Height + top) * width, y = Y + ((nint)task * Problem.OutputHeight + oh) * outputWidth;
                Elementwise.Range(0, width, new SumOfRows { X = x, Sums = columns, Stride = width, Count = bottom - top });
                for (int ow = 0; ow < outputWidth; ow++)
                {
                    int start = ow * Problem.StrideW - Problem.PadW, left = Math.Max(start, 0), right = Math.Min(start + Problem.KernelW, width);
                    float sum = 0;
                    for (int w = left; w < right; w++) sum += columns[w];
                    y[ow] = sum / ((bottom - top) * (right - left));
                }
            }
        }
    }

    private struct BackwardPlanes : IParallelBody
    {
        public PoolingProblem Problem;
        public float* Dy, Dx;
        public ThreadTeam Team;

        public readonly void Run(int task, int worker)
        {
            int width = Problem.Width, outputWidth = Problem.OutputWidth;
            float* row = Team.Scratch(worker).Get<float>(width), dx = Dx + (nint)task * Problem.Height * width;
            new Span<float>(dx, Problem.Height * width).Clear();
            for (int oh = 0; oh < Problem.OutputHeight; oh++)
            {
                int first = oh * Problem.StrideH - Problem.PadH, top = Math.Max(first, 0), bottom = Math.Min(first + Problem.KernelH, Problem.Height);
                float* dy = Dy + ((nint)task * Problem.OutputHeight + oh) * outputWidth;
                new Span<float>(row, width).Clear();
                for (int ow = 0; ow < outputWidth; ow++)
                {
                    int start = ow * Problem.StrideW - Problem.PadW, left = Math.Max(start, 0), right = Math.Min(start + Problem.KernelW, width);
                    float share = dy[ow] / ((bottom - top) * (right - left));
                    for (int w = left; w < right; w++) row[w] += share;
                }
                for (int h = top; h < bottom; h++) Elementwise.Range(0, width, new AddRow { Row = row, Dx = dx + (nint)h * width });
            }
        }
    }

    private struct SumOfRows : IElementwise
    {
        public float* X, Sums;
        public nint Stride;
        public int Count;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes sum = TLanes.Load(X + i);
            for (int r = 1; r < Count; r++) sum += TLanes.Load(X + i + r * Stride);
            sum.Store(Sums + i);
        }
    }

    private struct AddRow : IElementwise
    {
        public float* Row, Dx;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => (TLanes.Load(Dx + i) + TLanes.Load(Row + i)).Store(Dx + i);
    }
}
