using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Column sums, <c>y[n] += sum_m x[m,n]</c>. A group takes a strip of columns and a part of the rows, its threads a few rows side by side (reads
/// along a row are neighbours, four floats each where the rows are aligned); the threads of a column are added as a tree, then the parts in order.
/// Every element of x is read once.
/// </summary>
public sealed class ReduceColumns
{
    // A strip of 32 threads reads whole cache lines of a row. Eight groups of 256 threads fill a multiprocessor; under 8 rows a thread a part is not
    // worth its trip through memory.
    private const int StripThreads = 32, GroupsPerMultiprocessor = 8, LeastRowsPerThread = 8;

    private readonly GpuQueue _queue;
    private readonly Kernel<Operands> _vectors;
    private readonly Kernel<Operands> _elements;
    private readonly PartialSums _parts;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public ReduceColumns(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_queue, _vectors, _elements, _parts) = (queue, new(queue, Sum<Float4>), new(queue, Sum<Float1>), new(queue));
    }

    /// <summary>Queues the sums. Accumulates.</summary>
    public void Run(in ReduceProblem problem, ArrayView<float> x, ArrayView<float> y)
    {
        (int columns, int strip) = StripsOf(problem.Columns, IsVectorised(problem.Columns, x));
        int wanted = Blocks.Covering(GroupsPerMultiprocessor * _queue.Accelerator.NumMultiprocessors, Blocks.Covering(columns, strip));
        int partRows = Math.Max(Blocks.Covering(problem.Rows, wanted), LeastRowsPerThread * (_queue.GroupSize / strip));
        int parts = Blocks.Covering(problem.Rows, partRows);
        _queue.Scratch.Reserve((long)parts * problem.Columns * sizeof(float));
        ArrayView<float> partial = _queue.Scratch.Take<float>((long)parts * problem.Columns);
        Sum(x, problem.Rows, problem.Columns, partRows, partial);
        _parts.AddTo(y, problem.Columns, partial, parts);
    }

    /// <summary>
    /// Queues the column sums of every <paramref name="partRows"/> rows of x [rows, columns], of which the last part may have fewer. Overwrites sums.
    /// </summary>
    internal void Sum(ArrayView<float> x, int rows, int length, int partRows, ArrayView<float> sums)
    {
        bool vectorised = IsVectorised(length, x) && Alignment.AreVectors(sums);
        (int columns, int strip) = StripsOf(length, vectorised);
        int strips = Blocks.Covering(columns, strip);
        (vectorised ? _vectors : _elements).LaunchGroups((long)Blocks.Covering(rows, partRows) * strips, new Operands
        {
            X = x, Partial = sums, Rows = rows, PartRows = partRows, Columns = columns, Strip = strip, Strips = strips,
        });
    }

    private static bool IsVectorised(int columns, ArrayView<float> x) => columns % Float4.Count == 0 && Alignment.AreVectors(x);

    // Columns in lanes, and how many of them a group takes.
    private (int Columns, int Strip) StripsOf(int length, bool vectorised)
    {
        int columns = vectorised ? length / Float4.Count : length;
        return (columns, Stretch.Lanes(2 * columns - 1, false, Math.Min(StripThreads, _queue.GroupSize / 2)));
    }

    [GpuKernel]
    internal static void Sum<TLanes>(Operands o)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ArrayView<TLanes> shared = SharedMemory.Allocate<TLanes>(GroupReduce.MaxGroupSize);
        int thread = Group.IdxX, lane = thread / o.Strip, lanes = Group.DimX / o.Strip;
        int column = Grid.IdxX % o.Strips * o.Strip + thread % o.Strip, part = Grid.IdxX / o.Strips;
        TLanes sum = TLanes.Splat(0f);
        if (column < o.Columns)
        {
            int end = IntrinsicMath.Min((part + 1) * o.PartRows, o.Rows);
            for (int row = part * o.PartRows + lane; row < end; row += lanes) sum += TLanes.Load(o.X, row * o.Columns + column);
        }
        shared[thread] = sum;
        Group.Barrier();
        for (int step = lanes / 2; step > 0; step /= 2)
        {
            if (lane < step) shared[thread] += shared[thread + step * o.Strip];
            Group.Barrier();
        }
        if (lane == 0 && column < o.Columns) TLanes.Store(o.Partial, part * o.Columns + column, shared[thread]);
    }

    internal struct Operands
    {
        public ArrayView<float> X, Partial;

        // Columns in lanes.
        public int Rows, PartRows, Columns, Strip, Strips;
    }
}
