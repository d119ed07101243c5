using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Pairwise similarity of count vectors (Mojoo, Kurita 2021, section 3). The sum of maxima is not computed:
/// <c>sum max = sum a + sum b - sum min</c>. Counts that fit a byte are packed, four of them compared at once; where one does not, which only the
/// device knows, the kernels over bytes return at once and those over integers compute. Integer sums are exact. b may be a.
/// </summary>
public sealed class CountSimilarity
{
    private const int Plainly = 1, Tiled = 2, Packed = 3, InVectors = 4, Mirrored = 5;

    private readonly GpuQueue _queue;
    private readonly Kernel<CountKernels.Operands> _plain;
    private readonly Kernel<CountKernels.SumOperands> _sums;
    private readonly TiledKernel<CountKernels.Operands> _multisetJaccard;
    private readonly TiledKernel<CountKernels.Operands> _cosine;
    private readonly PackedLabels _labels;
    private readonly PackedSimilarity<ByteMultisets> _packedMultisets;
    private readonly PackedSimilarity<ByteProducts> _packedProducts;
    private readonly PackedSimilarity<ByteMultisets> _multisetVectors;

    /// <summary>Prepares the operation; each kind is compiled at its first run.</summary>
    public CountSimilarity(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_queue, _plain, _sums, _labels) = (queue, new(queue, CountKernels.Plain), new(queue, CountKernels.RowSums), new(queue));
        _multisetJaccard = new(queue, CountKernels.MultisetJaccard<Tile16>, CountKernels.MultisetJaccard<Tile4>);
        _cosine = new(queue, CountKernels.Cosine<Tile16>, CountKernels.Cosine<Tile4>);
        _packedMultisets = new(queue, PackedSimilarity.Tiled<Tile16, ByteMultisets>, PackedSimilarity.Tiled<Tile4, ByteMultisets>);
        _packedProducts = new(queue, PackedSimilarity.Tiled<Tile16, ByteProducts>, PackedSimilarity.Tiled<Tile4, ByteProducts>);
        _multisetVectors = new(queue, PackedSimilarity.Vectors<Tile16, ByteMultisets>, PackedSimilarity.Vectors<Tile4, ByteMultisets>);
        Ladder = new KernelLadder<SimilarityProblem>("CountSimilarity",
        [
            new(Plainly, "plain", "a thread a pair, straight from memory") { Traffic = (p, _) => Result(p) + 8L * p.LengthSimilarity * p.Classes },
            new(Tiled, "tiled", "strips of both operands in shared memory, 4 x 4 pairs a thread; sums of rows once")
            {
                Traffic = (p, _) => Result(p) + Read(p, sizeof(int)) + 4L * ((long)p.M + p.N) * p.Classes,
            },
            new(Packed, "packed", "four counts of a byte a word, compared by one instruction; as tiled where a count exceeds 255")
            {
                WhyNot = WhyNotPacked, Traffic = (p, _) => Result(p) + Read(p, sizeof(byte)) + Packing(p),
            },
            new(InVectors, "vectors", "four neighbouring rows and columns a thread: loads and stores of 128 bits")
            {
                WhyNot = WhyNotVectors, Traffic = (p, _) => Result(p) + Read(p, sizeof(byte)) + Packing(p),
            },
            new(Mirrored, "mirrored", "where b is a, tiles on and above the diagonal alone, each stored twice")
            {
                WhyNot = WhyNotVectors, Traffic = (p, _) => Result(p) + Read(p, sizeof(byte)) + Packing(p),
            },
        ])
        {
            // Comparing four bytes is an instruction on CUDA and a dozen elsewhere; there too it wins by its loads (PoCL, 512 x 512 of 80 classes:
            // tiled 7.6 ms, packed 12.2, vectors 5.5).
            Rule = problem => new KernelChoice(WhyNotVectors(problem) is null ? Mirrored : WhyNotPacked(problem) is null ? Packed : Tiled),
            Class = problem => $"{problem}",
            Tuned = (operation, problems) => queue.Tuned(operation, problems),
        };
    }

    /// <summary>The ways to compute it.</summary>
    public KernelLadder<SimilarityProblem> Ladder { get; }

    /// <summary>Queues similarity. Overwrites similarity.</summary>
    public void Run(in SimilarityProblem problem, ArrayView<int> a, ArrayView<int> b, ArrayView<float> similarity)
    {
        int variant = Ladder.Choose(problem).Variant;
        if (variant >= Packed)
        {
            RunPacked(variant, problem, a, b, similarity);
            return;
        }
        CountKernels.Operands operands = Operands(problem, a, b, similarity);
        if (variant == Plainly)
        {
            _plain.LaunchThreads(problem.LengthSimilarity, operands);
            return;
        }
        _queue.Scratch.Reserve(ScratchMemory.Padded(problem.M * (long)sizeof(long), problem.N * (long)sizeof(long)));
        (operands.SumsA, operands.SumsB) = (_queue.Scratch.Take<long>(problem.M), _queue.Scratch.Take<long>(problem.N));
        var sums = new CountKernels.SumOperands
        {
            Counts = a, Sums = operands.SumsA, Rows = problem.M, Classes = problem.Classes, Squares = problem.Kind == SimilarityKind.Cosine ? 1 : 0,
        };
        _sums.LaunchThreads(problem.M, sums);
        (sums.Counts, sums.Sums, sums.Rows) = (b, operands.SumsB, problem.N);
        _sums.LaunchThreads(problem.N, sums);
        Launch(problem, operands);
    }

    private void RunPacked(int variant, in SimilarityProblem problem, ArrayView<int> a, ArrayView<int> b, ArrayView<float> similarity)
    {
        bool cosine = problem.Kind == SimilarityKind.Cosine, mirrored = variant == Mirrored && PackedLabels.AreSame(a, b);
        _queue.Scratch.Reserve(PackedLabels.Bytes(problem.M, problem.N, PackedLabels.WordsOfCounts(problem.Classes)));
        PackedPair labels = _labels.Counts(problem.M, problem.N, problem.Classes, a, b, squares: cosine);
        if (cosine) _packedProducts.Launch(problem, labels, similarity, mirrored);
        else (variant == Packed ? _packedMultisets : _multisetVectors).Launch(problem, labels, similarity, mirrored);
        CountKernels.Operands operands = Operands(problem, a, b, similarity);
        (operands.SumsA, operands.SumsB, operands.Exceeded, operands.OnlyIfExceeded) = (labels.SumsA, labels.SumsB, labels.Exceeded, 1);
        Launch(problem, operands);
    }

    private void Launch(in SimilarityProblem problem, in CountKernels.Operands operands) =>
        (problem.Kind == SimilarityKind.Cosine ? _cosine : _multisetJaccard).Launch(problem.M, problem.N, 1, operands);

    private static CountKernels.Operands Operands(
        in SimilarityProblem problem, ArrayView<int> a, ArrayView<int> b, ArrayView<float> similarity) => new()
        {
            A = a, B = b, Similarity = similarity, Exceeded = a, M = problem.M, N = problem.N, Classes = problem.Classes,
            Kind = (int)problem.Kind, EmptyValue = problem.EmptyValue,
        };

    // Sixteen products of four bytes at once take more registers than a thread has.
    private static string? WhyNotVectors(SimilarityProblem problem) =>
        problem.Kind == SimilarityKind.Cosine ? "it is for multiset Jaccard alone" : WhyNotPacked(problem);

    private static string? WhyNotPacked(SimilarityProblem problem) =>
        problem.Classes <= ByteProducts.MaxClasses ? null : $"sums over more than {ByteProducts.MaxClasses} classes of a byte exceed 32 bits";

    private static long Result(in SimilarityProblem problem) => 4L * problem.LengthSimilarity;

    // A tile of 64 x 64 results reads 64 rows of each operand.
    private static long Read(in SimilarityProblem problem, int bytes) => 2L * bytes * problem.LengthSimilarity * problem.Classes / 64;

    private static long Packing(in SimilarityProblem problem) => 5L * ((long)problem.M + problem.N) * problem.Classes;
}
