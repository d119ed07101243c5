using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>The three products of a relation sum through generated tile loops: pairs are made on their way into shared memory.</summary>
internal static class RelationTiled
{
    /// <summary>The second layer, rectified, or its gradient: rows are pairs.</summary>
    [GpuKernel]
    internal static void Second<[TypeArguments(typeof(Tile128x64x8), typeof(Tile64x64x8), typeof(Tile16x16x8r4))] TShape>(RelationOperands o)
        where TShape : struct, ITileShape
    {
        int row = o.Grid.TileRow * TShape.Rows, column = o.Grid.TileColumn * TShape.Columns;
        if (row >= o.Grid.M) return;
        var a = new PairStrip<SideA<TShape>>(o, row, PinnedValues.Of<TShape>());
        var b = new StoredStrip<SideB<TShape>, Strided>(o.Weights, o.Inputs, 1, column, o.Outputs, 0, o.Inputs);
        TShape.Run<PairStrip<SideA<TShape>>, StoredStrip<SideB<TShape>, Strided>, Result<SecondLayer>>(
            row, column, o.Inputs, a, b, new Result<SecondLayer> { O = o });
    }

    /// <summary>The gradient of the first layer.</summary>
    [GpuKernel]
    internal static void First<[TypeArguments(typeof(Tile128x64x8), typeof(Tile64x64x8), typeof(Tile16x16x8r4))] TShape>(RelationOperands o)
        where TShape : struct, ITileShape
    {
        int row = o.Grid.TileRow * TShape.Rows, column = o.Grid.TileColumn * TShape.Columns;
        if (row >= o.Grid.M) return;
        var a = new StoredStrip<SideA<TShape>, Strided>(o.Second, o.Outputs, 1, row, o.Rows, 0, o.Outputs);
        var b = new StoredStrip<SideB<TShape>, Strided>(o.Weights, 1, o.Inputs, column, o.Inputs, 0, o.Outputs);
        TShape.Run<StoredStrip<SideA<TShape>, Strided>, StoredStrip<SideB<TShape>, Strided>, Result<FirstLayer>>(
            row, column, o.Outputs, a, b, new Result<FirstLayer> { O = o });
    }

    /// <summary>The gradient of the weights: pairs are summed over, in slices.</summary>
    [GpuKernel]
    internal static void Weights<[TypeArguments(typeof(Tile128x64x8), typeof(Tile64x64x8), typeof(Tile16x16x8r4))] TShape>(RelationOperands o)
        where TShape : struct, ITileShape
    {
        int row = o.Grid.TileRow * TShape.Rows, column = o.Grid.TileColumn * TShape.Columns;
        if (row >= o.Grid.M) return;
        var a = new StoredStrip<SideA<TShape>, Strided>(o.Second, 1, o.Outputs, row, o.Outputs, o.Grid.Start, o.Grid.Steps);
        var b = new PairUnitStrip<SideB<TShape>>(o, column, o.Grid.Start, o.Grid.Steps);
        TShape.Run<StoredStrip<SideA<TShape>, Strided>, PairUnitStrip<SideB<TShape>>, Result<WeightSlice>>(
            row, column, o.Grid.Steps, a, b, new Result<WeightSlice> { O = o });
    }

    // What becomes of a sum of one of the products, within the result.
    private interface IProduct
    {
        static abstract void Store(RelationOperands o, int row, int column, float sum);
    }

    private readonly struct SecondLayer : IProduct
    {
        public static void Store(RelationOperands o, int row, int column, float sum)
        {
            if (row < o.Rows & column < o.Outputs) o.Second[row * o.Outputs + column] = o.Rectified(row, column, sum);
        }
    }

    private readonly struct FirstLayer : IProduct
    {
        public static void Store(RelationOperands o, int row, int column, float sum)
        {
            if (row < o.Rows & column < o.Inputs) o.First[row * o.Inputs + column] = o.Masked(row, column, sum);
        }
    }

    private readonly struct WeightSlice : IProduct
    {
        public static void Store(RelationOperands o, int row, int column, float sum)
        {
            if (row < o.Outputs & column < o.Inputs) o.Partial[(Grid.IdxZ * o.Outputs + row) * o.Inputs + column] = sum;
        }
    }

    private struct Result<TProduct> : ITileResult
        where TProduct : struct, IProduct
    {
        public RelationOperands O;

        public readonly void Store(int row, int column, Four<float> sums)
        {
            TProduct.Store(O, row, column, sums.X);
            TProduct.Store(O, row, column + 1, sums.Y);
            TProduct.Store(O, row, column + 2, sums.Z);
            TProduct.Store(O, row, column + 3, sums.W);
        }

        public readonly void StoreOne(int row, int column, float sum) => TProduct.Store(O, row, column, sum);
    }
}
