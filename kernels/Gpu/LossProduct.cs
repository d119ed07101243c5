using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// A matrix product within a loss: by the tile loop of <see cref="TiledProduct"/>, so that its factors are never rounded, whatever products of
/// layers may do with theirs. The matrices of a batch are small.
/// </summary>
internal sealed class LossProduct(GpuQueue queue)
{
    private readonly TiledKernel<Operands> _product = new(queue, Product<Tile16>, Product<Tile4>);

    /// <summary>Queues c[M,N] = a[M,K] b[K,N], or c += a b; b is stored as [N,K] where it is transposed.</summary>
    public void Run(int m, int n, int k, ArrayView<float> a, ArrayView<float> b, bool transposeB, ArrayView<float> c, bool accumulate) =>
        _product.Launch(m, n, 1, new Operands
        {
            A = a, B = b, C = c, M = m, N = n, K = k, RowStride = transposeB ? 1 : n, ColumnStride = transposeB ? k : 1,
            Accumulate = accumulate ? 1 : 0,
        });

    [GpuKernel]
    internal static void Product<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(Operands o)
        where TTile : struct, ITile =>
        TiledProduct.Run<TTile, float, float, MultiplyAdd, StoredMatrix<float>, StoredMatrix<float>, Result>(
            new StoredMatrix<float>(o.A, o.K, 1), new StoredMatrix<float>(o.B, o.RowStride, o.ColumnStride), new Result { O = o }, o.M, o.N, o.K, 1);

    internal struct Operands
    {
        public ArrayView<float> A, B, C;
        public int M, N, K, RowStride, ColumnStride, Accumulate;
    }

    private struct Result : IResult<float>
    {
        public Operands O;

        public readonly void Store(int row, int column, int batch, float sum)
        {
            int at = row * O.N + column;
            if (O.Accumulate != 0) sum += O.C[at];
            O.C[at] = sum;
        }
    }
}
