using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Pairwise similarity of count vectors (Mojoo, Kurita 2021, section 3), through the tile loop. The sum of maxima is not computed:
/// <c>sum max = sum a + sum b - sum min</c>, so a pair costs one minimum and one addition a class. Integer sums are exact. b may be a.
/// </summary>
public sealed class CountSimilarity
{
    private readonly GpuQueue _queue;
    private readonly Kernel<SumOperands> _sums;
    private readonly Kernel<SumOperands> _squares;
    private readonly TiledKernel<Operands> _multisetJaccard;
    private readonly TiledKernel<Operands> _cosine;

    /// <summary>Prepares the operation; each kind is compiled at its first run.</summary>
    public CountSimilarity(GpuQueue queue)
    {
        _queue = queue;
        (_sums, _squares) = (new(queue, RowSums), new(queue, RowSquares));
        _multisetJaccard = new(queue, MultisetJaccard<Tile16>, MultisetJaccard<Tile4>);
        _cosine = new(queue, Cosine<Tile16>, Cosine<Tile4>);
    }

    /// <summary>Queues similarity. Overwrites similarity.</summary>
    public void Run(in SimilarityProblem problem, ArrayView<int> a, ArrayView<int> b, ArrayView<float> similarity)
    {
        _queue.Scratch.Reserve(ScratchMemory.Padded(problem.M * (long)sizeof(long), problem.N * (long)sizeof(long)));
        ArrayView<long> rowsA = _queue.Scratch.Take<long>(problem.M), rowsB = _queue.Scratch.Take<long>(problem.N);
        bool cosine = problem.Kind == SimilarityKind.Cosine;
        Kernel<SumOperands> sums = cosine ? _squares : _sums;
        sums.LaunchThreads(problem.M, new SumOperands { Counts = a, Sums = rowsA, Rows = problem.M, Classes = problem.Classes });
        sums.LaunchThreads(problem.N, new SumOperands { Counts = b, Sums = rowsB, Rows = problem.N, Classes = problem.Classes });
        (cosine ? _cosine : _multisetJaccard).Launch(problem.M, problem.N, 1, new Operands
        {
            A = a, B = b, SumsA = rowsA, SumsB = rowsB, Similarity = similarity,
            M = problem.M, N = problem.N, Classes = problem.Classes, EmptyValue = problem.EmptyValue,
        });
    }

    [GpuKernel]
    internal static void RowSums(SumOperands o)
    {
        int row = Threads.Index;
        if (Threads.Beyond(row, o.Rows)) return;
        long sum = 0;
        for (int c = 0; c < o.Classes; c++) sum += o.Counts[row * o.Classes + c];
        o.Sums[row] = sum;
    }

    [GpuKernel]
    internal static void RowSquares(SumOperands o)
    {
        int row = Threads.Index;
        if (Threads.Beyond(row, o.Rows)) return;
        long sum = 0;
        for (int c = 0; c < o.Classes; c++) sum += (long)o.Counts[row * o.Classes + c] * o.Counts[row * o.Classes + c];
        o.Sums[row] = sum;
    }

    [GpuKernel]
    internal static void MultisetJaccard<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(Operands o)
        where TTile : struct, ITile =>
        TiledProduct.Run<TTile, int, int, AddMinimum, StoredMatrix<int>, StoredMatrix<int>, JaccardResult>(
            new StoredMatrix<int>(o.A, o.Classes, 1), new StoredMatrix<int>(o.B, 1, o.Classes),
            new JaccardResult { SumsA = o.SumsA, SumsB = o.SumsB, Similarity = o.Similarity, N = o.N, EmptyValue = o.EmptyValue },
            o.M, o.N, o.Classes, 1);

    [GpuKernel]
    internal static void Cosine<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(Operands o)
        where TTile : struct, ITile =>
        TiledProduct.Run<TTile, int, long, AddCountProduct, StoredMatrix<int>, StoredMatrix<int>, CosineResult>(
            new StoredMatrix<int>(o.A, o.Classes, 1), new StoredMatrix<int>(o.B, 1, o.Classes),
            new CosineResult { SquaresA = o.SumsA, SquaresB = o.SumsB, Similarity = o.Similarity, N = o.N, EmptyValue = o.EmptyValue },
            o.M, o.N, o.Classes, 1);

    internal struct SumOperands
    {
        public ArrayView<int> Counts;
        public ArrayView<long> Sums;
        public int Rows, Classes;
    }

    internal struct Operands
    {
        public ArrayView<int> A, B;
        public ArrayView<long> SumsA, SumsB;
        public ArrayView<float> Similarity;
        public int M, N, Classes;
        public float EmptyValue;
    }

    private struct JaccardResult : IResult<int>
    {
        public ArrayView<long> SumsA, SumsB;
        public ArrayView<float> Similarity;
        public int N;
        public float EmptyValue;

        public readonly void Store(int row, int column, int batch, int minima)
        {
            long maxima = SumsA[row] + SumsB[column] - minima;
            Similarity[row * N + column] = maxima == 0 ? EmptyValue : (float)minima / maxima;
        }
    }

    private struct CosineResult : IResult<long>
    {
        public ArrayView<long> SquaresA, SquaresB;
        public ArrayView<float> Similarity;
        public int N;
        public float EmptyValue;

        public readonly void Store(int row, int column, int batch, long product)
        {
            long a = SquaresA[row], b = SquaresB[column];
            float value = product == 0 ? 0f : product / (MathF.Sqrt(a) * MathF.Sqrt(b));
            Similarity[row * N + column] = a == 0 && b == 0 ? EmptyValue : value;
        }
    }
}
