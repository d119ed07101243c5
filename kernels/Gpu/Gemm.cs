using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// General matrix product, <c>C[M,N] = op(A) op(B) + bias[N]</c>, overwritten or accumulated as the problem says. 2 M N K FLOPs; each operand
/// is read once per 64 rows or columns of C.
/// </summary>
public sealed class Gemm
{
    private readonly Kernel<Operands> _plain;
    private readonly TiledKernel<Operands> _product;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public Gemm(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_plain, _product) = (new(queue, Plain), new(queue, Product<Tile16>, Product<Tile4>));
        Ladder = new KernelLadder<GemmProblem>("Gemm",
        [
            new(1, "plain", "a thread an element of C, straight from memory") { Traffic = (p, _) => 4L * p.LengthC * (2L * p.K + 1) },
            new(2, "tiled", "strips of A and B in shared memory, 4 x 4 results a thread")
            {
                Traffic = (p, _) => 4L * p.LengthC * (2L * p.K / 64 + 1),
            },
        ])
        {
            Rule = _ => new KernelChoice(2),
            Class = p => $"{p}",
            Tuned = (operation, problems) => queue.Tuned(operation, problems),
        };
    }

    /// <summary>The ways to compute it.</summary>
    public KernelLadder<GemmProblem> Ladder { get; }

    /// <summary>Queues the product; lengths are the problem's.</summary>
    public void Run(in GemmProblem problem, ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> c)
    {
        var operands = new Operands
        {
            A = a, B = b, Bias = problem.Bias ? bias : c, C = c,
            M = problem.M, N = problem.N, K = problem.K,
            TransposeA = problem.TransposeA ? 1 : 0, TransposeB = problem.TransposeB ? 1 : 0,
            Accumulate = problem.Accumulate ? 1 : 0, HasBias = problem.Bias ? 1 : 0,
        };
        if (Ladder.Choose(problem).Variant == 1) _plain.LaunchThreads(problem.LengthC, operands);
        else _product.Launch(problem.M, problem.N, 1, operands);
    }

    [GpuKernel]
    internal static void Plain(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.M * o.N)) return;
        int row = i / o.N, column = i % o.N;
        float sum = 0f;
        for (int k = 0; k < o.K; k++)
        {
            float a = o.A[o.TransposeA != 0 ? k * o.M + row : row * o.K + k], b = o.B[o.TransposeB != 0 ? column * o.K + k : k * o.N + column];
            sum += a * b;
        }
        if (o.HasBias != 0) sum += o.Bias[column];
        if (o.Accumulate != 0) sum += o.C[i];
        o.C[i] = sum;
    }

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
