using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>The matrix product through generated tile loops.</summary>
internal static class GemmTiled
{
    /// <summary>
    /// The product in a tile shape. Four pairs of layouts: A and B as they are stored when neither, the one, or the other is transposed, and
    /// any strides for the rest and for sizes that are no multiples of four.
    /// </summary>
    [GpuKernel(Combinations = nameof(IsUsed))]
    internal static void Product<
        [TypeArguments(
            typeof(Rows128x128x8), typeof(Warps128x128x8), typeof(Tile128x128x8), typeof(Tile128x128x16), typeof(Tile128x64x8), typeof(Tile64x64x16),
            typeof(Tile64x64x8), typeof(Tile64x64x16r4), typeof(Tile16x16x8r4))] TShape,
        [TypeArguments(typeof(StepsAdjacent), typeof(RowsAdjacent), typeof(Strided))] TLayoutA,
        [TypeArguments(typeof(StepsAdjacent), typeof(RowsAdjacent), typeof(Strided))] TLayoutB>(GemmOperands o)
        where TShape : struct, ITileShape
        where TLayoutA : struct, IStripLayout
        where TLayoutB : struct, IStripLayout
    {
        int tileRow = o.Grid.TileRow * TShape.Rows, tileColumn = o.Grid.TileColumn * TShape.Columns;
        if (tileRow >= o.M) return;
        var a = new StoredStrip<SideA<TShape>, TLayoutA>(
            o.A, o.TransposeA != 0 ? 1 : o.K, o.TransposeA != 0 ? o.M : 1, tileRow, o.M, 0, o.K);
        var b = new StoredStrip<SideB<TShape>, TLayoutB>(
            o.B, o.TransposeB != 0 ? o.K : 1, o.TransposeB != 0 ? 1 : o.N, tileColumn, o.N, 0, o.K);
        var c = new GemmResult { O = o };
        TShape.Run<StoredStrip<SideA<TShape>, TLayoutA>, StoredStrip<SideB<TShape>, TLayoutB>, GemmResult>(
            tileRow, tileColumn, o.K, a, b, c);
    }

    /// <summary>The product on tensor cores.</summary>
    [GpuKernel(Combinations = nameof(IsUsed), MinimumArchitecture = 80, TensorCores = true)]
    internal static void Tensor<
        [TypeArguments(typeof(Tf32Tile128x128x16), typeof(Tf32Tile64x64x16), typeof(Bf16Tile128x128x16), typeof(Bf16Tile64x64x16))] TShape,
        [TypeArguments(typeof(StepsAdjacent), typeof(RowsAdjacent), typeof(Strided))] TLayoutA,
        [TypeArguments(typeof(StepsAdjacent), typeof(RowsAdjacent), typeof(Strided))] TLayoutB>(GemmOperands o)
        where TShape : struct, ITileShape
        where TLayoutA : struct, IStripLayout
        where TLayoutB : struct, IStripLayout => Product<TShape, TLayoutA, TLayoutB>(o);

    /// <summary>The kernels of a shape of tensor cores, in the order of <see cref="LayoutOf"/>.</summary>
    public static TileKernels<GemmOperands> TensorKernels<TShape>(GpuQueue queue)
        where TShape : struct, ITileShape =>
        TileKernels<GemmOperands>.Of<TShape>(
            queue, Tensor<TShape, StepsAdjacent, RowsAdjacent>, Tensor<TShape, StepsAdjacent, StepsAdjacent>,
            Tensor<TShape, RowsAdjacent, RowsAdjacent>, Tensor<TShape, Strided, Strided>);

    /// <summary>The kernels of a shape, in the order of <see cref="LayoutOf"/>.</summary>
    public static TileKernels<GemmOperands> Kernels<TShape>(GpuQueue queue)
        where TShape : struct, ITileShape => Kernels<TShape, TShape>(queue);

    /// <summary>The same, with another shape, of the same rows, columns and threads, for any strides: their addresses take registers.</summary>
    public static TileKernels<GemmOperands> Kernels<TShape, TStrided>(GpuQueue queue)
        where TShape : struct, ITileShape
        where TStrided : struct, ITileShape =>
        TileKernels<GemmOperands>.Of<TShape>(
            queue, Product<TShape, StepsAdjacent, RowsAdjacent>, Product<TShape, StepsAdjacent, StepsAdjacent>,
            Product<TShape, RowsAdjacent, RowsAdjacent>, Product<TStrided, Strided, Strided>);

    /// <summary>Which kernel fits a problem: NN, NT, TN, any.</summary>
    public static int LayoutOf(in GemmProblem problem, bool aligned)
    {
        int alongA = problem.TransposeA ? problem.M : problem.K, alongB = problem.TransposeB ? problem.K : problem.N;
        if (!aligned || alongA % 4 != 0 || alongB % 4 != 0 || (problem.TransposeA && problem.TransposeB)) return 3;
        return problem.TransposeA ? 2 : problem.TransposeB ? 1 : 0;
    }

    /// <summary>Pairs of layouts that <see cref="Gemm"/> launches.</summary>
    public static bool IsUsed(Type[] arguments)
    {
        (Type a, Type b) = (arguments[1], arguments[2]);
        // The second type argument of Kernels.
        if (a == typeof(Strided) && (arguments[0] == typeof(Tile128x128x16) || arguments[0] == typeof(Tile64x64x16))) return false;
        if (a != typeof(Strided) && arguments[0] == typeof(Tile64x64x8)) return false;
        return a == b || (a == typeof(StepsAdjacent) && b == typeof(RowsAdjacent));
    }
}

/// <summary>C, with its bias, overwritten or added to; four columns at once where rows are multiples of four.</summary>
internal struct GemmResult : ITileResult
{
    public GemmOperands O;

    public readonly void Store(int row, int column, Four<float> sums)
    {
        bool vector = O.StoresVectors != 0;
        if (vector & row < O.M & column < O.N) StoreVector(row, column, sums);
        // One condition each, without shortcuts or returns: ILGPU 1.5.3 merges nested ones wrongly, which shows on OpenCL.
        if (!vector & row < O.M & column < O.N) O.Store(row, column, sums.X);
        if (!vector & row < O.M & column + 1 < O.N) O.Store(row, column + 1, sums.Y);
        if (!vector & row < O.M & column + 2 < O.N) O.Store(row, column + 2, sums.Z);
        if (!vector & row < O.M & column + 3 < O.N) O.Store(row, column + 3, sums.W);
    }

    public readonly void StoreOne(int row, int column, float sum)
    {
        if (row < O.M & column < O.N) O.Store(row, column, sum);
    }

    private readonly void StoreVector(int row, int column, Four<float> sums)
    {
        int at = (row * O.N + column) >> 2;
        if (O.HasBias != 0) sums = Sum(sums, O.Bias.Cast<Four<float>>()[column >> 2]);
        if (O.Accumulate != 0) sums = Sum(sums, O.C.Cast<Four<float>>()[at]);
        O.C.Cast<Four<float>>()[at] = sums;
    }

    private static Four<float> Sum(Four<float> a, Four<float> b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);
}
