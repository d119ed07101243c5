using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// General matrix product, <c>C[M,N] = op(A) op(B) + bias[N]</c>, overwritten or accumulated as the problem says. 2 M N K FLOPs. Every sum is of
/// one thread in the order of k, so the result is the same bits in every variant of fp32.
/// </summary>
public sealed class Gemm
{
    private readonly GpuQueue _queue;
    private readonly Kernel<GemmOperands> _plain;
    private readonly TiledKernel<GemmOperands> _registers;
    private readonly Kernel<GemmOperands> _shared;
    private readonly int _sharedSide;
    private readonly TileSet<GemmOperands> _rows, _warps, _ahead, _tf32, _bf16;

    /// <summary>Prepares the operation; each variant is compiled at its first run.</summary>
    public Gemm(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        _queue = queue;
        _plain = new(queue, GemmPlain.Product);
        _sharedSide = queue.UsesWideTiles ? Tile16.Threads : Tile4.Threads;
        _shared = new(queue, queue.UsesWideTiles ? GemmPlain.Shared<Tile16> : GemmPlain.Shared<Tile4>);
        _registers = new(queue, Registers<Tile16>, Registers<Tile4>);
        _rows = new(queue, GemmTiled.Kernels<Rows128x128x8>(queue));
        _warps = new(queue, GemmTiled.Kernels<Warps128x128x8>(queue));
        _ahead = new(
            queue, GemmTiled.Kernels<Tile128x128x16, Tile128x128x8>(queue), GemmTiled.Kernels<Tile128x128x8>(queue), GemmTiled.Kernels<Tile128x64x8>(queue),
            GemmTiled.Kernels<Tile64x64x16, Tile64x64x8>(queue), GemmTiled.Kernels<Tile64x64x16r4>(queue), GemmTiled.Kernels<Tile16x16x8r4>(queue));
        _tf32 = new(queue, GemmTiled.TensorKernels<Tf32Tile128x128x16>(queue), GemmTiled.TensorKernels<Tf32Tile64x64x16>(queue));
        _bf16 = new(queue, GemmTiled.TensorKernels<Bf16Tile128x128x16>(queue), GemmTiled.TensorKernels<Bf16Tile64x64x16>(queue));
        Ladder = new KernelLadder<GemmProblem>("Gemm",
        [
            new(1, "plain", "a thread an element of C, straight from memory") { Traffic = (p, _) => 4L * p.LengthC * (2L * p.K + 1) },
            new(2, "shared", "square tiles of A and B in shared memory")
            {
                Traffic = (p, _) => 4L * p.LengthC * (2L * p.K / _sharedSide + 1),
            },
            new(3, "registers", "4 x 4 results a thread: four times the arithmetic for each read of shared memory")
            {
                Traffic = (p, _) => 4L * p.LengthC * (2L * p.K / (_sharedSide * TiledProduct.Register) + 1),
            },
            Tiled(4, "vectors", "8 x 8 results a thread, 128-bit loads from memory and from shared memory", _rows),
            Tiled(5, "warps", "the threads of a warp in a block: fewer addresses a read of shared memory", _warps),
            Tiled(6, "ahead", "two buffers: the next strip is fetched while this one is computed", _ahead),
            Tiled(7, "tf32", "tensor cores: a warp multiplies 16 x 8 x 8 at once, factors rounded to 11 bits", _tf32) with { Math = ProductMath.Tf32 },
            Tiled(8, "bf16", "tensor cores: a warp multiplies 16 x 8 x 16 at once, factors rounded to 8 bits", _bf16) with { Math = ProductMath.Bf16 },
        ])
        {
            Rule = Rule,
            Class = p => $"m{SizeClass.Of(p.M)}n{SizeClass.Of(p.N)}k{SizeClass.Of(p.K)}",
            Tuned = (operation, problems) => queue.Tuned(operation, problems),
        };
    }

    /// <summary>The ways to compute it.</summary>
    public KernelLadder<GemmProblem> Ladder { get; }

    /// <summary>Queues the product; lengths are the problem's.</summary>
    public void Run(in GemmProblem problem, ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> c)
    {
        var operands = new GemmOperands
        {
            A = a, B = b, Bias = problem.Bias ? bias : c, C = c,
            M = problem.M, N = problem.N, K = problem.K,
            TransposeA = problem.TransposeA ? 1 : 0, TransposeB = problem.TransposeB ? 1 : 0,
            Accumulate = problem.Accumulate ? 1 : 0, HasBias = problem.Bias ? 1 : 0,
        };
        KernelChoice choice = Ladder.Choose(problem);
        switch (choice.Variant)
        {
            case 1:
                _plain.LaunchThreads(problem.LengthC, operands);
                break;
            case 2:
                long tiles = (long)Blocks.Covering(problem.M, _sharedSide) * Blocks.Covering(problem.N, _sharedSide);
                _shared.Launch(tiles, _sharedSide * _sharedSide, operands);
                break;
            case 3:
                _registers.Launch(problem.M, problem.N, 1, operands);
                break;
            default:
                TileKernels<GemmOperands> tile = Tiles(choice.Variant).Find(choice.Tile);
                operands.Grid = new TileGrid(tile.Rows, tile.Columns, tile.Depth, problem.M, problem.N, problem.K);
                bool aligned = Alignment.AreVectors(a, b, c, operands.Bias);
                operands.StoresVectors = aligned && problem.N % 4 == 0 ? 1 : 0;
                tile.Launch(GemmTiled.LayoutOf(problem, aligned), operands.Grid, operands);
                break;
        }
    }

    [GpuKernel]
    internal static void Registers<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(GemmOperands o)
        where TTile : struct, ITile
    {
        var a = new StoredMatrix<float>(o.A, o.TransposeA != 0 ? 1 : o.K, o.TransposeA != 0 ? o.M : 1);
        var b = new StoredMatrix<float>(o.B, o.TransposeB != 0 ? 1 : o.N, o.TransposeB != 0 ? o.K : 1);
        TiledProduct.Run<TTile, float, float, MultiplyAdd, StoredMatrix<float>, StoredMatrix<float>, Result>(
            a, b, new Result { O = o }, o.M, o.N, o.K, 1);
    }

    private KernelVariant<GemmProblem> Tiled(int number, string name, string idea, TileSet<GemmOperands> tiles) =>
        new(number, name, idea)
        {
            Tiles = tiles.Names,
            WhyNot = p => (number >= 7 ? _queue.WhyNoTensorCores : null) ?? tiles.WhyNot(p.M, p.N, 1),
            Traffic = (p, tile) => 4L * tiles.Find(tile).Traffic(p.M, p.N, p.K),
        };

    private TileSet<GemmOperands> Tiles(int variant) => variant switch { 4 => _rows, 5 => _warps, 6 => _ahead, 7 => _tf32, _ => _bf16 };

    // A tile that gives every multiprocessor a group; a result too long for a grid of them goes by tiles of 4 x 4 results a thread.
    private KernelChoice Rule(GemmProblem problem)
    {
        int variant = _queue.ProductMath switch { ProductMath.Tf32 => 7, ProductMath.Bf16 => 8, _ => 6 };
        if (Ladder.WhyNot(variant, problem) is not null) variant = 6;
        if (Ladder.WhyNot(variant, problem) is not null) return new KernelChoice(3);
        return new KernelChoice(variant, Tiles(variant).Fill(problem.M, problem.N, 1, _queue.Accelerator.NumMultiprocessors));
    }

    private struct Result : IResult<float>
    {
        public GemmOperands O;

        public readonly void Store(int row, int column, int batch, float sum) => O.Store(row, column, sum);
    }
}
