using System.Numerics;
using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Maximum pooling without a branch on data. Down the columns first, by vectors: the maximum and its row. Then each column's maximum and
/// position become one 64-bit key, whose maximum over the columns of a window, by vectors again, is the answer, the first of equals included.
/// </summary>
public static unsafe class MaxPooling
{
    /// <summary>y = the maximum under each window, indices = its position h W + w in its channel, the first of equals. Overwrites both.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Forward(in PoolingProblem problem, ReadOnlySpan<float> x, Span<float> y, Span<int> indices, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length);
        Guard.Length(indices.Length, problem.LengthY);
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

    // Orders as the floats do (-0 as +0), and, of equal values, the smaller position is the larger key.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Key(float value, int position)
    {
        int bits = BitConverter.SingleToInt32Bits(value + 0f);
        return ((long)(bits ^ ((bits >> 31) & int.MaxValue)) << 32) | (uint)~position;
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
            int height = problem.Height, width = problem.Width, length = width + 2 * problem.PadW + problem.KernelW + Vector<long>.Count;
            long* padded = (long*)Team.Scratch(worker).Get<float>(2L * length + 2L * width), keys = padded + problem.PadW;
            float* best = (float*)(padded + length), rows = best + width, x = X + (nint)task * height * width;
            for (int oh = 0; oh < problem.OutputHeight; oh++)
            {
                int first = oh * problem.StrideH - problem.PadH, top = Math.Max(first, 0), bottom = Math.Min(first + problem.KernelH, height);
                var columns = new Columns { X = x + (nint)top * width, Best = best, Rows = rows, Stride = width, Count = bottom - top };
                Elementwise.Range(0, width, columns);
                new Span<long>(padded, length).Fill(long.MinValue);
                for (int w = 0; w < width; w++) keys[w] = Key(best[w], (top + (int)rows[w]) * width + w);
                SlideMaximum(padded, width + 2 * problem.PadW, problem.KernelW);
                nint output = ((nint)task * problem.OutputHeight + oh) * problem.OutputWidth;
                for (int ow = 0; ow < problem.OutputWidth; ow++)
                {
                    int position = ~(int)padded[ow * problem.StrideW];
                    Indices[output + ow] = position;
                    Y[output + ow] = x[position];
                }
            }
        }

        // keys[i] = the maximum of keys[i ... i + window - 1], in place; what lies beyond count is filled up to a whole vector and the window.
        private static void SlideMaximum(long* keys, int count, int window)
        {
            for (int i = 0; i < count; i += Vector<long>.Count)
            {
                Vector<long> maximum = Vector.Load(keys + i);
                for (int w = 1; w < window; w++) maximum = Vector.Max(maximum, Vector.Load(keys + i + w));
                maximum.Store(keys + i);
            }
        }
    }

    // The maximum of each column of a band of rows, and the number of its row, which a float holds exactly up to 2^24.
    private struct Columns : IElementwise
    {
        public float* X, Best, Rows;
        public nint Stride;
        public int Count;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes best = TLanes.Load(X + i), row = TLanes.Zero;
            for (int r = 1; r < Count; r++)
            {
                TLanes value = TLanes.Load(X + i + r * Stride), greater = value > best;
                best = TLanes.Select(greater, value, best);
                row = TLanes.Select(greater, TLanes.All(r), row);
            }
            best.Store(Best + i);
            row.Store(Rows + i);
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
