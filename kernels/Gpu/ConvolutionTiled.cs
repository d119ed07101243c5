using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>What the tiled convolutions are given. Forward, or a phase of the way back.</summary>
internal struct ConvolutionTiledOperands
{
    /// <summary>[G, rows, steps], or [G, steps, rows] where rows are neighbours; the images under the grid; the images written.</summary>
    public ArrayView<float> Filters, Input, Bias, Output;

    public ArrayView<Four<int>> Table;

    /// <summary>Positions over the images read.</summary>
    public PatchGrid Patches;

    /// <summary>Positions over the images written.</summary>
    public PatchGrid Results;

    public TileGrid Grid;

    public int FilterRowStride, FilterStepStride, FilterGroupStride, HasBias, Relu, StoresVectors;

    /// <summary>The largest result where these are rectified.</summary>
    public float Ceiling;
}

/// <summary>Convolution forward and backward to the data, as a matrix product <c>[rows, steps] [steps, positions]</c> in a tile shape.</summary>
internal static class ConvolutionTiled
{
    /// <summary>Patches through the table.</summary>
    [GpuKernel]
    internal static void Patches<
        [TypeArguments(
            typeof(Tile128x128x8), typeof(Tile128x128x16), typeof(Tile128x64x8), typeof(Tile64x64x16), typeof(Tile64x64x16r4),
            typeof(Tile16x16x8r4))] TShape,
        [TypeArguments(typeof(StepsAdjacent), typeof(Strided))] TLayout>(ConvolutionTiledOperands o)
        where TShape : struct, ITileShape
        where TLayout : struct, IStripLayout
    {
        int row = o.Grid.TileRow * TShape.Rows, column = o.Grid.TileColumn * TShape.Columns, group = o.Grid.Batch;
        if (row >= o.Grid.M) return;
        var b = new PatchStrip<SideB<TShape>>(o.Input, o.Table, o.Patches, column, o.Grid.N, group, o.Grid.K, PinnedValues.Of<TShape>());
        TShape.Run<StoredStrip<SideA<TShape>, TLayout>, PatchStrip<SideB<TShape>>, ConvolutionResult>(
            row, column, o.Grid.K, Filters<TShape, TLayout>(o, row, group), b, new ConvolutionResult { O = o, Group = group });
    }

    /// <summary>Positions that are their own patches.</summary>
    [GpuKernel]
    internal static void Pointwise<
        [TypeArguments(
            typeof(Tile128x128x8), typeof(Tile128x128x16), typeof(Tile128x64x8), typeof(Tile64x64x16), typeof(Tile64x64x16r4),
            typeof(Tile16x16x8r4))] TShape,
        [TypeArguments(typeof(StepsAdjacent), typeof(RowsAdjacent))] TLayout>(ConvolutionTiledOperands o)
        where TShape : struct, ITileShape
        where TLayout : struct, IStripLayout
    {
        int row = o.Grid.TileRow * TShape.Rows, column = o.Grid.TileColumn * TShape.Columns, group = o.Grid.Batch;
        if (row >= o.Grid.M) return;
        var b = new PlaneStrip<SideB<TShape>>(o.Input, o.Patches, column, o.Grid.N, group, o.Grid.K);
        TShape.Run<StoredStrip<SideA<TShape>, TLayout>, PlaneStrip<SideB<TShape>>, ConvolutionResult>(
            row, column, o.Grid.K, Filters<TShape, TLayout>(o, row, group), b, new ConvolutionResult { O = o, Group = group });
    }

    /// <summary>Filters turned for the way back: <c>[G, C/G, steps]</c> of a phase from w <c>[K, C/G, R S]</c>; a thread an element.</summary>
    [GpuKernel]
    internal static void Turn(TurnOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        int step = i % o.Steps, channel = i / o.Steps % o.GroupChannels, group = i / o.Steps / o.GroupChannels;
        o.Turned[i] = o.W[group * o.GroupLength + o.Table[step].W + channel * o.Taps];
    }

    private static StoredStrip<SideA<TShape>, TLayout> Filters<TShape, TLayout>(ConvolutionTiledOperands o, int row, int group)
        where TShape : struct, ITileShape
        where TLayout : struct, IStripLayout =>
        new(o.Filters.SubView(group * o.FilterGroupStride), o.FilterRowStride, o.FilterStepStride, row, o.Grid.M, 0, o.Grid.K);

    internal struct TurnOperands
    {
        public ArrayView<float> W, Turned;
        public ArrayView<Four<int>> Table;
        public int Length, Steps, GroupChannels, GroupLength, Taps;
    }
}

/// <summary>Results [channels of a group, positions] as the channels of images, with a bias a channel, rectified if wanted.</summary>
internal struct ConvolutionResult : ITileResult
{
    public ConvolutionTiledOperands O;
    public int Group;

    public readonly void Store(int row, int column, Four<float> sums)
    {
        bool vector = O.StoresVectors != 0;
        if (vector & row < O.Grid.M & column < O.Grid.N) StoreVector(row, column, sums);
        // One condition each, without shortcuts or returns: ILGPU 1.5.3 merges nested ones wrongly, which shows on OpenCL.
        if (!vector & row < O.Grid.M & column < O.Grid.N) StoreInside(row, column, sums.X);
        if (!vector & row < O.Grid.M & column + 1 < O.Grid.N) StoreInside(row, column + 1, sums.Y);
        if (!vector & row < O.Grid.M & column + 2 < O.Grid.N) StoreInside(row, column + 2, sums.Z);
        if (!vector & row < O.Grid.M & column + 3 < O.Grid.N) StoreInside(row, column + 3, sums.W);
    }

    public readonly void StoreOne(int row, int column, float sum)
    {
        if (row < O.Grid.M & column < O.Grid.N) StoreInside(row, column, sum);
    }

    private readonly void StoreInside(int row, int column, float sum) => O.Output[At(row, column)] = Finish(sum, Bias(row));

    private readonly void StoreVector(int row, int column, Four<float> sums)
    {
        float bias = Bias(row);
        O.Output.Cast<Four<float>>()[At(row, column) >> 2] =
            new Four<float>(Finish(sums.X, bias), Finish(sums.Y, bias), Finish(sums.Z, bias), Finish(sums.W, bias));
    }

    private readonly float Bias(int row) => O.HasBias != 0 ? O.Bias[Group * O.Grid.M + row] : 0f;

    private readonly float Finish(float sum, float bias)
    {
        float value = sum + bias;
        value = O.Relu != 0 & value < 0f ? 0f : value;
        return O.Relu != 0 & value > O.Ceiling ? O.Ceiling : value;
    }

    private readonly int At(int row, int column)
    {
        int image = O.Results.Plane.Divide(column), inImage = O.Results.Plane.Remainder(column), i = O.Results.Row.Divide(inImage);
        int h = i * O.Results.StrideH + O.Results.OriginH, w = (inImage - i * O.Results.Row.Divisor) * O.Results.StrideW + O.Results.OriginW;
        return image * O.Results.ImageStride + Group * O.Results.GroupStride + (row * O.Results.Height + h) * O.Results.Width + w;
    }
}
