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

    // Real columns under each window of a row.
    private static void CountColumns(in PoolingProblem problem, float* counts)
    {
        for (int ow = 0; ow < problem.OutputWidth; ow++)
        {
            int start = ow * problem.StrideW - problem.PadW;
            counts[ow] = Math.Min(start + problem.KernelW, problem.Width) - Math.Max(start, 0);
        }
    }

    private struct ForwardPlanes : IParallelBody
    {
        public PoolingProblem Problem;
        public float* X, Y;
        public ThreadTeam Team;

        public readonly void Run(int task, int worker)
        {
            PoolingProblem problem = Problem;
            int width = problem.Width, outputs = problem.OutputWidth, length = width + 2 * problem.PadW;
            var row = new PoolingRow(problem);
            // With a stride of 2 one element behind the last is read.
            float* columns = Team.Scratch(worker).Get<float>(length + 1L + row.Length + 2L * outputs), all = columns + length + 1;
            float* sums = row.Direct ? all : all + row.Length, counts = all + row.Length + outputs;
            CountColumns(problem, counts);
            new Span<float>(columns, length + 1).Clear();
            for (int oh = 0; oh < problem.OutputHeight; oh++)
            {
                int first = oh * problem.StrideH - problem.PadH, top = Math.Max(first, 0), bottom = Math.Min(first + problem.KernelH, problem.Height);
                float* x = X + ((nint)task * problem.Height + top) * width, y = Y + ((nint)task * problem.OutputHeight + oh) * outputs;
                var down = new StridedSums { X = x, Sums = columns + problem.PadW, Stride = width, Step = 1, Count = bottom - top };
                Elementwise.Overlapping(width, down);
                var across = new StridedSums { X = columns, Sums = all, Stride = 1, Step = row.Step, Count = problem.KernelW };
                Elementwise.Overlapping(row.Length, across);
                row.Place(all, sums);
                Elementwise.Overlapping(outputs, new Means { Sums = sums, Columns = counts, Y = y, Rows = bottom - top });
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
            PoolingProblem problem = Problem;
            int width = problem.Width, outputs = problem.OutputWidth, behind = problem.KernelW - 1;
            // Shares where their windows end, with zeros between: a column's sum is over a window from it on.
            int length = Math.Max(problem.PadW + width, (outputs - 1) * problem.StrideW + 1) + behind;
            float* spread = Team.Scratch(worker).Get<float>(length + (long)width + 2L * outputs), row = spread + length, shares = row + width;
            float* counts = shares + outputs, dx = Dx + (nint)task * problem.Height * width;
            CountColumns(problem, counts);
            new Span<float>(spread, length).Clear();
            int written = 0;
            for (int oh = 0; oh < problem.OutputHeight; oh++)
            {
                int first = oh * problem.StrideH - problem.PadH, top = Math.Max(first, 0), bottom = Math.Min(first + problem.KernelH, problem.Height);
                float* dy = Dy + ((nint)task * problem.OutputHeight + oh) * outputs;
                Elementwise.Overlapping(outputs, new Means { Sums = dy, Columns = counts, Y = shares, Rows = bottom - top });
                for (int ow = 0; ow < outputs; ow++) spread[behind + ow * problem.StrideW] = shares[ow];
                var across = new StridedSums { X = spread + problem.PadW, Sums = row, Stride = 1, Step = 1, Count = problem.KernelW };
                Elementwise.Overlapping(width, across);
                // No window above has been in these rows.
                for (; written < top; written++) new Span<float>(dx + (nint)written * width, width).Clear();
                for (int h = top; h < Math.Min(written, bottom); h++)
                    Elementwise.Range(0, width, new AddRow { Row = row, Dx = dx + (nint)h * width });
                for (; written < bottom; written++) LineCopy.Copy(row, dx + (nint)written * width, width);
            }
            new Span<float>(dx + (nint)written * width, (problem.Height - written) * width).Clear();
        }
    }

    // Sums of elements a stride apart, from every or every second one on.
    private struct StridedSums : IElementwise
    {
        public float* X, Sums;
        public nint Stride;
        public int Step, Count;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            float* x = X + i * Step;
            TLanes sum = PoolingRow.Load<TLanes>(x, Step);
            for (int r = 1; r < Count; r++) sum += PoolingRow.Load<TLanes>(x + r * Stride, Step);
            sum.Store(Sums + i);
        }
    }

    private struct Means : IElementwise
    {
        public float* Sums, Columns, Y;
        public float Rows;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => (TLanes.Load(Sums + i) / (TLanes.Load(Columns + i) * TLanes.All(Rows))).Store(Y + i);
    }

    private struct AddRow : IElementwise
    {
        public float* Row, Dx;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => (TLanes.Load(Dx + i) + TLanes.Load(Row + i)).Store(Dx + i);
    }
}
