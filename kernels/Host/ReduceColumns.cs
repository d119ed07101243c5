using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Column sums: the gradient of a fully connected layer's bias.</summary>
public static unsafe class ReduceColumns
{
    // Columns of a task: four vectors of 512 bits.
    private const int Columns = 64;

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
                var block = new SumOfRows
                {
                    X = X + (nint)row * ColumnCount + start, Sums = sums, Stride = ColumnCount, Count = Math.Min(Rows, RowCount - row),
                };
                Elementwise.Range(0, columns, block);
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
            (even + odd).Store(Sums + i);
        }
    }
}
