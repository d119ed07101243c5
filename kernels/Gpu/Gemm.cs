using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// General matrix product, <c>C[M,N] = op(A) op(B) + bias[N]</c>, overwritten or accumulated as the problem says. 2 M N K FLOPs; each operand
/// is read once per 64 rows or columns of C.
/// </summary>
public sealed class Gemm
{
    private readonly TiledKernel<Operands> _product;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public Gemm(GpuQueue queue) => _product = new(queue, Product<Tile16>, Product<Tile4>);

    /// <summary>Queues the product; lengths are the problem's.</summary>
    public void Run(in GemmProblem problem, ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> c) =>
        _product.Launch(problem.M, problem.N, 1, new Operands
        {
            A = a, B = b, Bias = problem.Bias ? bias : c, C = c,
            M = problem.M, N = problem.N, K = problem.K,
            TransposeA = problem.TransposeA ? 1 : 0, TransposeB = problem.TransposeB ? 1 : 0,
            Accumulate = problem.Accumulate ? 1 : 0, HasBias = problem.Bias ? 1 : 0,
        });

    [GpuKernel]
    internal static void Product<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(Operands o)
        where TTile : struct, ITile
    {
        var a = new StoredMatrix<float>(o.A, o.TransposeA != 0 ? 1 : o.K, o.TransposeA != 0 ? o.M : 1);
        var b = new StoredMatrix<float>(o.B, o.TransposeB != 0 ? 1 : o.N, o.TransposeB != 0 ? o.K : 1);
        var c = new Result { C = o.C, Bias = o.Bias, N = o.N, Accumulate = o.Accumulate, HasBias = o.HasBias };
        TiledProduct.Run<TTile, float, float, MultiplyAdd, StoredMatrix<float>, StoredMatrix<float>, Result>(a, b, c, o.M, o.N, o.K, 1);
    }

    internal struct Operands
    {
        public ArrayView<float> A, B, Bias, C;
        public int M, N, K, TransposeA, TransposeB, Accumulate, HasBias;
    }

    private struct Result : IResult<float>
    {
        public ArrayView<float> C, Bias;
        public int N, Accumulate, HasBias;

        public readonly void Store(int row, int column, int batch, float sum)
        {
            if (HasBias != 0) sum += Bias[column];
            if (Accumulate != 0) sum += C[row * N + column];
            C[row * N + column] = sum;
        }
    }
}
