using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>The kernels of <see cref="CountSimilarity"/> that read counts as they are, integers of 32 bits.</summary>
internal static class CountKernels
{
    /// <summary>A thread a pair: the specification of the rest.</summary>
    [GpuKernel]
    public static void Plain(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.M * o.N)) return;
        int a = i / o.N * o.Classes, b = i % o.N * o.Classes;
        bool cosine = o.Kind == (int)SimilarityKind.Cosine;
        long shared = 0, ownA = 0, ownB = 0;
        for (int c = 0; c < o.Classes; c++)
        {
            long countA = o.A[a + c], countB = o.B[b + c];
            shared += cosine ? countA * countB : IntrinsicMath.Min(countA, countB);
            ownA += cosine ? countA * countA : countA;
            ownB += cosine ? countB * countB : countB;
        }
        o.Similarity[i] = SimilarityValue.Of(cosine, o.Kind, shared, ownA, ownB, o.EmptyValue);
    }

    /// <summary>A thread a row.</summary>
    [GpuKernel]
    public static void RowSums(SumOperands o)
    {
        int row = Threads.Index;
        if (Threads.Beyond(row, o.Rows)) return;
        long sum = 0;
        for (int c = 0; c < o.Classes; c++)
        {
            long count = o.Counts[row * o.Classes + c];
            sum += o.Squares != 0 ? count * count : count;
        }
        o.Sums[row] = sum;
    }

    /// <summary>A group a tile of pairs.</summary>
    [GpuKernel]
    public static void MultisetJaccard<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(Operands o)
        where TTile : struct, ITile
    {
        if (o.OnlyIfExceeded != 0 && o.Exceeded[0] == 0) return;
        TiledProduct.Run<TTile, int, int, AddMinimum, StoredMatrix<int>, StoredMatrix<int>, JaccardResult>(
            new StoredMatrix<int>(o.A, o.Classes, 1), new StoredMatrix<int>(o.B, 1, o.Classes), new JaccardResult { Operands = o },
            o.M, o.N, o.Classes, 1);
    }

    /// <summary>A group a tile of pairs.</summary>
    [GpuKernel]
    public static void Cosine<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(Operands o)
        where TTile : struct, ITile
    {
        if (o.OnlyIfExceeded != 0 && o.Exceeded[0] == 0) return;
        TiledProduct.Run<TTile, int, long, AddCountProduct, StoredMatrix<int>, StoredMatrix<int>, CosineResult>(
            new StoredMatrix<int>(o.A, o.Classes, 1), new StoredMatrix<int>(o.B, 1, o.Classes), new CosineResult { Operands = o },
            o.M, o.N, o.Classes, 1);
    }

    internal struct SumOperands
    {
        public ArrayView<int> Counts;
        public ArrayView<long> Sums;
        public int Rows, Classes, Squares;
    }

    internal struct Operands
    {
        public ArrayView<int> A, B, Exceeded;
        public ArrayView<long> SumsA, SumsB;
        public ArrayView<float> Similarity;
        public int M, N, Classes, Kind;

        /// <summary>Compute only where <see cref="Exceeded"/> says that a count is beyond a byte.</summary>
        public int OnlyIfExceeded;

        public float EmptyValue;
    }

    private struct JaccardResult : IResult<int>
    {
        public Operands Operands;

        public readonly void Store(int row, int column, int batch, int minima) =>
            Operands.Similarity[row * Operands.N + column] = SimilarityValue.Of(
                cosine: false, (int)SimilarityKind.MultisetJaccard, minima, Operands.SumsA[row], Operands.SumsB[column], Operands.EmptyValue);
    }

    private struct CosineResult : IResult<long>
    {
        public Operands Operands;

        public readonly void Store(int row, int column, int batch, long product) =>
            Operands.Similarity[row * Operands.N + column] = SimilarityValue.Of(
                cosine: true, (int)SimilarityKind.Cosine, product, Operands.SumsA[row], Operands.SumsB[column], Operands.EmptyValue);
    }
}
