using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>What the kernels over packed labels share.</summary>
internal struct PackedOperands
{
    public PackedPair Labels;
    public ArrayView<float> Similarity;

    /// <summary>The same memory in vectors of four, if <see cref="HasVectors"/>.</summary>
    public ArrayView<Four<float>> Vectors;

    public int M, N, Kind, HasVectors;

    /// <summary>b is a: tiles below the diagonal are those above it, mirrored.</summary>
    public int Mirrored;

    public float EmptyValue;
}

/// <summary>
/// A similarity matrix of packed labels, in the shared tile loop or in <see cref="PairTile"/>. Kernels return at once if a count exceeded a byte.
/// </summary>
internal sealed class PackedSimilarity<TMeasure>(GpuQueue queue, Action<PackedOperands> wide, Action<PackedOperands> narrow)
    where TMeasure : struct, IMeasure<uint>
{
    private readonly TiledKernel<PackedOperands> _kernel = new(queue, wide, narrow);

    /// <summary>Queues the matrix. <paramref name="mirrored"/> asks for half of it where b is a.</summary>
    public void Launch(in SimilarityProblem problem, in PackedPair labels, ArrayView<float> similarity, bool mirrored)
    {
        // Views of a buffer begin anywhere; a vector begins at a multiple of its size, in every row.
        bool vectors = problem.N % 4 == 0 && Alignment.AreVectors(similarity);
        _kernel.Launch(problem.M, problem.N, 1, new PackedOperands
        {
            Labels = labels, Similarity = similarity, Vectors = vectors ? similarity.Cast<Four<float>>() : labels.A.Cast<Four<float>>(),
            M = problem.M, N = problem.N, Kind = (int)problem.Kind, EmptyValue = problem.EmptyValue,
            HasVectors = vectors ? 1 : 0, Mirrored = mirrored ? 1 : 0,
        });
    }
}

/// <summary>The kernels of <see cref="PackedSimilarity{TMeasure}"/>.</summary>
internal static class PackedSimilarity
{
    /// <summary>Through the shared tile loop.</summary>
    [GpuKernel]
    public static void Tiled<
        [TypeArguments(typeof(Tile16), typeof(Tile4))] TTile,
        [TypeArguments(typeof(ByteMultisets), typeof(ByteProducts))] TMeasure>(PackedOperands o)
        where TTile : struct, ITile
        where TMeasure : struct, IMeasure<uint>
    {
        if (o.Labels.Exceeded[0] != 0) return;
        PackedPair labels = o.Labels;
        TiledProduct.Run<TTile, uint, uint, TMeasure, StoredMatrix<uint>, StoredMatrix<uint>, Result<TMeasure>>(
            new StoredMatrix<uint>(labels.A, 1, labels.StrideA), new StoredMatrix<uint>(labels.B, labels.StrideB, 1),
            new Result<TMeasure> { Operands = o }, o.M, o.N, labels.Words, 1);
    }

    /// <summary>By vectors of four.</summary>
    [GpuKernel]
    public static void Vectors<
        [TypeArguments(typeof(Tile16), typeof(Tile4))] TTile,
        [TypeArguments(typeof(ByteMultisets), typeof(BitSets))] TMeasure>(PackedOperands o)
        where TTile : struct, ITile
        where TMeasure : struct, IMeasure<uint>
    {
        if (o.Labels.Exceeded[0] != 0) return;
        PairTile.Run<TTile, TMeasure>(o);
    }

    private struct Result<TMeasure> : IResult<uint>
        where TMeasure : struct, IMeasure<uint>
    {
        public PackedOperands Operands;

        public readonly void Store(int row, int column, int batch, uint sum)
        {
            long a = Operands.Labels.SumsA[row], b = Operands.Labels.SumsB[column];
            float value = SimilarityValue.Of(TMeasure.IsCosine, Operands.Kind, TMeasure.Shared(sum, a, b), a, b, Operands.EmptyValue);
            Operands.Similarity[row * Operands.N + column] = value;
        }
    }
}
