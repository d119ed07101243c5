using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Hamming distances <c>[Q,N]</c>: through the tile loop, or, for a few queries, which would leave most of a tile idle, a thread a pair.
/// An exclusive or, a population count and an addition a word and pair.
/// </summary>
public sealed class HammingDistance
{
    // A tile covers 64 queries; below a quarter of it the scan reads less than it wastes.
    private const int LeastTiledQueries = 16;

    private readonly TiledKernel<Operands> _matrix;
    private readonly Kernel<Operands> _scan;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public HammingDistance(GpuQueue queue) => (_matrix, _scan) = (new(queue, Matrix<Tile16>, Matrix<Tile4>), new(queue, Scan));

    /// <summary>Queues distances. Overwrites distances.</summary>
    public void Run(in HammingProblem problem, ArrayView<ulong> queries, ArrayView<ulong> database, ArrayView<int> distances) =>
        Run(problem.Queries, problem.Count, problem.Words, queries, database, distances);

    internal void Run(int queryCount, int count, int words, ArrayView<ulong> queries, ArrayView<ulong> database, ArrayView<int> distances)
    {
        var operands = new Operands
        {
            Queries = queries, Database = database, Distances = distances, QueryCount = queryCount, Count = count, Words = words,
        };
        if (queryCount < LeastTiledQueries) _scan.LaunchThreads((long)queryCount * count, operands);
        else _matrix.Launch(queryCount, count, 1, operands);
    }

    [GpuKernel]
    internal static void Matrix<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(Operands o)
        where TTile : struct, ITile =>
        TiledProduct.Run<TTile, ulong, int, AddDifferentBits, StoredMatrix<ulong>, StoredMatrix<ulong>, StoredResult<int>>(
            new StoredMatrix<ulong>(o.Queries, o.Words, 1), new StoredMatrix<ulong>(o.Database, 1, o.Words),
            new StoredResult<int>(o.Distances, o.Count), o.QueryCount, o.Count, o.Words, 1);

    [GpuKernel]
    internal static void Scan(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.QueryCount * o.Count)) return;
        int query = i / o.Count * o.Words, row = i % o.Count * o.Words, distance = 0;
        for (int word = 0; word < o.Words; word++) distance += IntrinsicMath.PopCount(o.Queries[query + word] ^ o.Database[row + word]);
        o.Distances[i] = distance;
    }

    internal struct Operands
    {
        public ArrayView<ulong> Queries, Database;
        public ArrayView<int> Distances;
        public int QueryCount, Count, Words;
    }
}
