using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Maximum pooling without a branch on data, by vectors: down the columns first, the maximum and its position, then over the columns of the windows
/// (<see cref="PoolingRow"/>). Positions are floats, counted from the window's first row. The maximum of what is no number is none.
/// </summary>
public static unsafe class MaxPooling
{
    // Floats count exactly up to here.
    private const int MostPositions = 1 << 24;

    // The numbers of the lanes.
    private static ReadOnlySpan<float> LaneNumbers => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    private static readonly float* Numbers = (float*)Unsafe.AsPointer(ref Unsafe.AsRef(in LaneNumbers[0]));

    /// <summary>y = the maximum under each window, indices = its position h W + w in its channel, the first of equals. Overwrites both; indices may be
    /// empty.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's, or there are positions and more than 2^24 cells in as many rows as a window has.</exception>
    public static void Forward(in PoolingProblem problem, ReadOnlySpan<float> x, Span<float> y, Span<int> indices, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length);
        if (!indices.IsEmpty) Guard.Length(indices.Length, problem.LengthY);
        if (!indices.IsEmpty && (long)problem.KernelH * problem.Width > MostPositions)
            throw new ArgumentException($"positions under rows of windows are {(long)problem.KernelH * problem.Width}; {MostPositions} is the most.", nameof(problem));
        fixed (float* px = x, py = y)
        fixed (int* pi = indices)
        {
            var body = new ForwardPlanes { Problem = problem, X = px, Y = py, Indices = pi, Team = team };
            team.For(problem.Batch * problem.Channels, ref body);
        }
    }

    /// <summary>dx = dy sent to the positions that the forward pass chose. Overwrites dx; an index outside its channel is ignored.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Backward(in PoolingProblem problem, ReadOnlySpan<float> dy, ReadOnlySpan<int> indices, Span<float> dx, ThreadTeam team)
    {
        problem.Check(dx.Length, dy.Length);
        Guard.Length(indices.Length, problem.LengthY);
        fixed (float* pdx = dx, pdy = dy)
        fixed (int* pi = indices)
        {
            var body = new BackwardPlanes
            {
                Dx = pdx, Dy = pdy, Indices = pi, Cells = problem.Height * problem.Width, Outputs = problem.OutputHeight * problem.OutputWidth,
            };
            team.For(problem.Batch * problem.Channels, ref body);
        }
    }

    private struct ForwardPlanes : IParallelBody
    {
        public PoolingProblem Problem;
        public float* X, Y;
        public int* Indices;
        public ThreadTeam Team;

        public readonly void Run(int task, int worker)
        {
            PoolingProblem problem = Problem;
            int height = problem.Height, width = problem.Width, outputs = problem.OutputWidth, length = width + 2 * problem.PadW;
            var row = new PoolingRow(problem);
            float* values = Team.Scratch(worker).Get<float>(2L * length + 3L * row.Length), positions = values + length;
            float* best = positions + length, where = best + row.Length, at = where + row.Length;
            float* x = X + (nint)task * height * width;
            // A stride of 2 reads one element behind the last column, which is in this memory. What pads a row is less than anything else, and of
            // equals the one further on.
            new Span<float>(values, length).Fill(float.NegativeInfinity);
            new Span<float>(positions, length).Fill(float.MaxValue);
            for (int oh = 0; oh < problem.OutputHeight; oh++)
            {
                int first = oh * problem.StrideH - problem.PadH, top = Math.Max(first, 0), bottom = Math.Min(first + problem.KernelH, height);
                nint output = ((nint)task * problem.OutputHeight + oh) * outputs;
                if (Indices == null)
                {
                    float* rows = x + (nint)top * width, maxima = row.Direct ? Y + output : best;
                    var down = new Maxima { X = rows, Values = values + problem.PadW, Stride = width, Step = 1, Count = bottom - top };
                    Elementwise.Overlapping(width, down);
                    var across = new Maxima { X = values, Values = maxima, Stride = 1, Step = row.Step, Count = problem.KernelW };
                    Elementwise.Overlapping(row.Length, across);
                    row.Place(best, Y + output);
                    continue;
                }
                Elementwise.Overlapping(width, new Columns
                {
                    X = x + (nint)top * width, Values = values + problem.PadW, Positions = positions + problem.PadW, Width = width, Count = bottom - top,
                    Numbers = Numbers,
                });
                Elementwise.Overlapping(row.Length, new Windows
                {
                    Values = values, Positions = positions, Best = row.Direct ? Y + output : best, Where = row.Direct ? at : where, Step = row.Step,
                    Count = problem.KernelW,
                });
                row.Place(best, Y + output);
                row.Place(where, at);
                int start = top * width, done = 0;
                for (; done + 8 <= outputs; done += 8)
                    (Vector256.ConvertToInt32(Vector256.Load(at + done)) + Vector256.Create(start)).Store(Indices + output + done);
                for (; done < outputs; done++) Indices[output + done] = start + (int)at[done];
            }
        }
    }

    // The maximum of elements a stride apart, from every or every second one on.
    private struct Maxima : IElementwise
    {
        public float* X, Values;
        public nint Stride;
        public int Step, Count;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            float* x = X + i * Step;
            TLanes best = PoolingRow.Load<TLanes>(x, Step);
            for (int r = 1; r < Count; r++) best = TLanes.Max(best, PoolingRow.Load<TLanes>(x + r * Stride, Step));
            best.Store(Values + i);
        }
    }

    // The maximum of each column of a band of rows, and where it is.
    private struct Columns : IElementwise
    {
        public float* X, Values, Positions, Numbers;
        public nint Width;
        public int Count;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes best = TLanes.Load(X + i), row = TLanes.Zero;
            for (int r = 1; r < Count; r++)
            {
                TLanes value = TLanes.Load(X + i + r * Width);
                row = TLanes.Select(value > best, TLanes.All(r), row);
                best = TLanes.Max(best, value);
            }
            best.Store(Values + i);
            (TLanes.MultiplyAdd(row, TLanes.All(Width), TLanes.All(i)) + TLanes.Load(Numbers)).Store(Positions + i);
        }
    }

    // The maximum of the columns of a window from each column on: of equals, the one that comes first in the image.
    private struct Windows : IElementwise
    {
        public float* Values, Positions, Best, Where;
        public int Step, Count;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            float* values = Values + i * Step, positions = Positions + i * Step;
            TLanes best = PoolingRow.Load<TLanes>(values, Step), where = PoolingRow.Load<TLanes>(positions, Step);
            for (int w = 1; w < Count; w++)
            {
                TLanes value = PoolingRow.Load<TLanes>(values + w, Step), position = PoolingRow.Load<TLanes>(positions + w, Step);
                TLanes ofEqual = TLanes.Select(best > value, where, TLanes.Min(where, position));
                where = TLanes.Select(value > best, position, ofEqual);
                best = TLanes.Max(best, value);
            }
            best.Store(Best + i);
            where.Store(Where + i);
        }
    }

    private struct BackwardPlanes : IParallelBody
    {
        public float* Dx, Dy;
        public int* Indices;
        public int Cells, Outputs;

        public readonly void Run(int task, int worker)
        {
            float* dx = Dx + (nint)task * Cells, dy = Dy + (nint)task * Outputs;
            int* indices = Indices + (nint)task * Outputs;
            new Span<float>(dx, Cells).Clear();
            for (int i = 0; i < Outputs; i++)
            {
                if ((uint)indices[i] < (uint)Cells) dx[indices[i]] += dy[i];
            }
        }
    }
}
