using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Column sums: the gradient of a fully connected layer's bias.</summary>
public static unsafe class ReduceColumns
{
    // Columns of a task: runs of 1 KiB of each row, which the processor fetches ahead.
    private const int Columns = 256;

    // Rows read side by side, so that the sums are read and written once for so many.
    private const int RowsAtOnce = 8;

    // Rows summed in float before their sum is added in double, so that the error does not grow with the rows.
    private const int Rows = 64;

    /// <summary>y[Columns] += column sums of x[Rows,Columns].</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(in ReduceProblem problem, ReadOnlySpan<float> x, Span<float> y, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length);
        fixed (float* px = x, py = y)
        {
            var body = new Blocks { X = px, Y = py, RowCount = problem.Rows, ColumnCount = problem.Columns };
            team.For((int)(((long)problem.Columns + Columns - 1) / Columns), ref body);
        }
    }

    private struct Blocks : IParallelBody
    {
        public float* X, Y;
        public int RowCount, ColumnCount;

        public readonly void Run(int task, int worker)
        {
            int start = task * Columns, columns = Math.Min(Columns, ColumnCount - start);
            double* totals = stackalloc double[Columns];
            float* sums = stackalloc float[Columns];
            new Span<double>(totals, Columns).Clear();
            for (int row = 0; row < RowCount; row += Rows)
            {
                new Span<float>(sums, Columns).Clear();
                int end = Math.Min(row + Rows, RowCount);
                for (int r = row; r < end; r += RowsAtOnce)
                {
                    float* x = X + (nint)r * ColumnCount + start;
                    Elementwise.Range(0, columns, new SumOfRows { X = x, Sums = sums, Stride = ColumnCount, Count = Math.Min(RowsAtOnce, end - r) });
                }
                for (int c = 0; c < columns; c++) totals[c] += sums[c];
            }
            for (int c = 0; c < columns; c++) Y[start + c] = (float)(Y[start + c] + totals[c]);
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
            TLanes even = TLanes.Zero, odd = even;
            float* x = X + i;
            int row = 0;
            for (; row < Count - 1; row += 2)
            {
                even += TLanes.Load(x);
                odd += TLanes.Load(x + Stride);
                x += 2 * Stride;
            }
            if (row < Count) even += TLanes.Load(x);
            (TLanes.Load(Sums + i) + (even + odd)).Store(Sums + i);
        }
    }
}
