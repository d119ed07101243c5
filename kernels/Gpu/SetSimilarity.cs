using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Pairwise similarity of label sets as bits: an AND, a population count and an addition a word and pair;
/// <c>|A or B| = |A| + |B| - |A and B|</c>. b may be a.
/// </summary>
public sealed class SetSimilarity
{
    private const int Plainly = 1, Tiled = 2, InVectors = 3, Mirrored = 4;

    private readonly GpuQueue _queue;
    private readonly Kernel<Operands> _plain;
    private readonly Kernel<SizeOperands> _sizes;
    private readonly TiledKernel<Operands> _matrix;
    private readonly PackedLabels _labels;
    private readonly PackedSimilarity<BitSets> _vectors;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public SetSimilarity(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_queue, _plain, _sizes, _labels) = (queue, new(queue, Plain), new(queue, Sizes), new(queue));
        _matrix = new(queue, Matrix<Tile16>, Matrix<Tile4>);
        _vectors = new(queue, PackedSimilarity.Vectors<Tile16, BitSets>, PackedSimilarity.Vectors<Tile4, BitSets>);
        Ladder = new KernelLadder<SimilarityProblem>("SetSimilarity",
        [
            new(Plainly, "plain", "a thread a pair, straight from memory") { Traffic = (p, _) => Result(p) + 16L * p.LengthSimilarity * p.Words },
            new(Tiled, "tiled", "strips of both operands in shared memory, 4 x 4 pairs a thread; sizes of sets once")
            {
                Traffic = (p, _) => Result(p) + Read(p, 8 * p.Words) + 8L * ((long)p.M + p.N) * p.Words,
            },
            new(InVectors, "vectors", "sets transposed, 32 bits a word; four neighbouring rows and columns a thread: loads and stores of 128 bits")
            {
                Traffic = (p, _) => Result(p) + Read(p, 4 * PackedLabels.WordsOfSets(p.Classes)) + 16L * ((long)p.M + p.N) * p.Words,
            },
            new(Mirrored, "mirrored", "where b is a, tiles on and above the diagonal alone, each stored twice")
            {
                Traffic = (p, _) => Result(p) + Read(p, 4 * PackedLabels.WordsOfSets(p.Classes)) + 16L * ((long)p.M + p.N) * p.Words,
            },
        ])
        {
            Rule = _ => new KernelChoice(Mirrored),
            Class = problem => $"{problem}",
            Tuned = (operation, problems) => queue.Tuned(operation, problems),
        };
    }

    /// <summary>The ways to compute it.</summary>
    public KernelLadder<SimilarityProblem> Ladder { get; }

    /// <summary>Queues similarity. Overwrites similarity.</summary>
    public void Run(in SimilarityProblem problem, ArrayView<ulong> a, ArrayView<ulong> b, ArrayView<float> similarity)
    {
        int variant = Ladder.Choose(problem).Variant;
        if (variant >= InVectors)
        {
            _queue.Scratch.Reserve(PackedLabels.Bytes(problem.M, problem.N, PackedLabels.WordsOfSets(problem.Classes)));
            PackedPair labels = _labels.Sets(problem.M, problem.N, problem.Classes, a, b);
            _vectors.Launch(problem, labels, similarity, mirrored: variant == Mirrored && PackedLabels.AreSame(a, b));
            return;
        }
        var operands = new Operands
        {
            A = a, B = b, Similarity = similarity,
            M = problem.M, N = problem.N, Words = problem.Words, Kind = (int)problem.Kind, EmptyValue = problem.EmptyValue,
        };
        if (variant == Plainly)
        {
            _plain.LaunchThreads(problem.LengthSimilarity, operands);
            return;
        }
        _queue.Scratch.Reserve(ScratchMemory.Padded(problem.M * (long)sizeof(int), problem.N * (long)sizeof(int)));
        (operands.SizesA, operands.SizesB) = (_queue.Scratch.Take<int>(problem.M), _queue.Scratch.Take<int>(problem.N));
        _sizes.LaunchThreads(problem.M, new SizeOperands { Sets = a, Sizes = operands.SizesA, Rows = problem.M, Words = problem.Words });
        _sizes.LaunchThreads(problem.N, new SizeOperands { Sets = b, Sizes = operands.SizesB, Rows = problem.N, Words = problem.Words });
        _matrix.Launch(problem.M, problem.N, 1, operands);
    }

    private static long Result(in SimilarityProblem problem) => 4L * problem.LengthSimilarity;

    // A tile of 64 x 64 results reads 64 rows of each operand.
    private static long Read(in SimilarityProblem problem, int rowBytes) => 2L * problem.LengthSimilarity * rowBytes / 64;

    /// <summary>A thread a pair: the specification of the rest.</summary>
    [GpuKernel]
    internal static void Plain(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.M * o.N)) return;
        int a = i / o.N * o.Words, b = i % o.N * o.Words, shared = 0, sizeA = 0, sizeB = 0;
        for (int word = 0; word < o.Words; word++)
        {
            shared += IntrinsicMath.PopCount(o.A[a + word] & o.B[b + word]);
            sizeA += IntrinsicMath.PopCount(o.A[a + word]);
            sizeB += IntrinsicMath.PopCount(o.B[b + word]);
        }
        o.Similarity[i] = SimilarityValue.Of(cosine: false, o.Kind, shared, sizeA, sizeB, o.EmptyValue);
    }

    /// <summary>A thread a row.</summary>
    [GpuKernel]
    internal static void Sizes(SizeOperands o)
    {
        int row = Threads.Index;
        if (Threads.Beyond(row, o.Rows)) return;
        int size = 0;
        for (int word = 0; word < o.Words; word++) size += IntrinsicMath.PopCount(o.Sets[row * o.Words + word]);
        o.Sizes[row] = size;
    }

    /// <summary>A group a tile of pairs.</summary>
    [GpuKernel]
    internal static void Matrix<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(Operands o)
        where TTile : struct, ITile =>
        TiledProduct.Run<TTile, ulong, int, AddSharedBits, StoredMatrix<ulong>, StoredMatrix<ulong>, MatrixResult>(
            new StoredMatrix<ulong>(o.A, o.Words, 1), new StoredMatrix<ulong>(o.B, 1, o.Words), new MatrixResult { Operands = o },
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

    private struct MatrixResult : IResult<int>
    {
        public Operands Operands;

        public readonly void Store(int row, int column, int batch, int shared) =>
            Operands.Similarity[row * Operands.N + column] = SimilarityValue.Of(
                cosine: false, Operands.Kind, shared, Operands.SizesA[row], Operands.SizesB[column], Operands.EmptyValue);
    }
}
