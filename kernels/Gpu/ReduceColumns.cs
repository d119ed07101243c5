using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Column sums, <c>y[n] += sum_m x[m,n]</c>. A group takes a strip of columns, its threads a few rows side by side (reads along a row are
/// neighbours); the threads of a column are added as a tree. Every element of x is read once.
/// </summary>
public sealed class ReduceColumns
{
    private const int StripColumns = 32;

    private readonly Kernel<Operands> _sum;
    private readonly int _columns;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public ReduceColumns(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_sum, _columns) = (new(queue, Sum), Math.Min(StripColumns, queue.GroupSize / 2));
    }

    /// <summary>Queues the sums. Accumulates.</summary>
    public void Run(in ReduceProblem problem, ArrayView<float> x, ArrayView<float> y) => _sum.LaunchGroups(
        TiledProduct.Blocks(problem.Columns, _columns),
        new Operands { X = x, Y = y, Rows = problem.Rows, Columns = problem.Columns, Strip = _columns });

    [GpuKernel]
    internal static void Sum(Operands o)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupReduce.MaxGroupSize);
        int thread = Group.IdxX, lane = thread / o.Strip, lanes = Group.DimX / o.Strip, column = Grid.IdxX * o.Strip + thread % o.Strip;
        float sum = 0f;
        if (column < o.Columns)
        {
            for (int row = lane; row < o.Rows; row += lanes) sum += o.X[row * o.Columns + column];
        }
        shared[thread] = sum;
        Group.Barrier();
        for (int step = lanes / 2; step > 0; step /= 2)
        {
            if (lane < step) shared[thread] += shared[thread + step * o.Strip];
            Group.Barrier();
        }
        if (lane == 0 && column < o.Columns) o.Y[column] += shared[thread];
    }

    internal struct Operands
    {
        public ArrayView<float> X, Y;
        public int Rows, Columns, Strip;
    }
}
