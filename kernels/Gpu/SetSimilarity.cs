using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Pairwise similarity of label sets as bits, through the tile loop: an AND, a population count and an addition a word and pair;
/// <c>|A or B| = |A| + |B| - |A and B|</c>. b may be a.
/// </summary>
public sealed class SetSimilarity
{
    private readonly GpuQueue _queue;
    private readonly Kernel<SizeOperands> _sizes;
    private readonly TiledKernel<Operands> _matrix;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public SetSimilarity(GpuQueue queue) =>
        (_queue, _sizes, _matrix) = (queue, new(queue, Sizes), new(queue, Matrix<Tile16>, Matrix<Tile4>));

    /// <summary>Queues similarity. Overwrites similarity.</summary>
    public void Run(in SimilarityProblem problem, ArrayView<ulong> a, ArrayView<ulong> b, ArrayView<float> similarity)
    {
        _queue.Scratch.Reserve(ScratchMemory.Padded(problem.M * (long)sizeof(int), problem.N * (long)sizeof(int)));
        ArrayView<int> sizesA = _queue.Scratch.Take<int>(problem.M), sizesB = _queue.Scratch.Take<int>(problem.N);
        _sizes.LaunchThreads(problem.M, new SizeOperands { Sets = a, Sizes = sizesA, Rows = problem.M, Words = problem.Words });
        _sizes.LaunchThreads(problem.N, new SizeOperands { Sets = b, Sizes = sizesB, Rows = problem.N, Words = problem.Words });
        _matrix.Launch(problem.M, problem.N, 1, new Operands
        {
            A = a, B = b, SizesA = sizesA, SizesB = sizesB, Similarity = similarity,
            M = problem.M, N = problem.N, Words = problem.Words, Kind = (int)problem.Kind, EmptyValue = problem.EmptyValue,
        });
    }

    [GpuKernel]
    internal static void Sizes(SizeOperands o)
    {
        int row = Threads.Index;
        if (Threads.Beyond(row, o.Rows)) return;
        int size = 0;
        for (int word = 0; word < o.Words; word++) size += IntrinsicMath.PopCount(o.Sets[row * o.Words + word]);
        o.Sizes[row] = size;
    }

    [GpuKernel]
    internal static void Matrix<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(Operands o)
        where TTile : struct, ITile =>
        TiledProduct.Run<TTile, ulong, int, AddSharedBits, StoredMatrix<ulong>, StoredMatrix<ulong>, Result>(
            new StoredMatrix<ulong>(o.A, o.Words, 1), new StoredMatrix<ulong>(o.B, 1, o.Words),
            new Result { SizesA = o.SizesA, SizesB = o.SizesB, Similarity = o.Similarity, N = o.N, Kind = o.Kind, EmptyValue = o.EmptyValue },
            o.M, o.N, o.Words, 1);

    internal struct SizeOperands
    {
        public ArrayView<ulong> Sets;
        public ArrayView<int> Sizes;
        public int Rows, Words;
    }

    internal struct Operands
    {
        public ArrayView<ulong> A, B;
        public ArrayView<int> SizesA, SizesB;
        public ArrayView<float> Similarity;
        public int M, N, Words, Kind;
        public float EmptyValue;
    }

    private struct Result : IResult<int>
    {
        public ArrayView<int> SizesA, SizesB;
        public ArrayView<float> Similarity;
        public int N, Kind;
        public float EmptyValue;

        public readonly void Store(int row, int column, int batch, int shared)
        {
            int union = SizesA[row] + SizesB[column] - shared;
            float value = shared;
            if (Kind == (int)SimilarityKind.SharedLabel) value = shared > 0 ? 1f : 0f;
            if (Kind == (int)SimilarityKind.SetJaccard) value = union == 0 ? EmptyValue : (float)shared / union;
            Similarity[row * N + column] = value;
        }
    }
}
