using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>y = conv(x, w) + bias, rectified if the problem says so: a product of filters and patches that never stand in memory.</summary>
internal sealed class ConvolutionForward
{
    private readonly GpuQueue _queue;
    private readonly Kernel<ConvolutionPlainOperands> _plain;
    private readonly TiledKernel<Operands> _tiled;
    private readonly Kernel<DepthwiseOperands> _depthwise;
    private readonly TileSet<ConvolutionTiledOperands> _tiles;
    private readonly PatchTables _tables;

    public ConvolutionForward(GpuQueue queue, TileSet<ConvolutionTiledOperands> tiles, PatchTables tables)
    {
        (_queue, _tiles, _tables) = (queue, tiles, tables);
        _plain = new(queue, ConvolutionPlain.Forward);
        _tiled = new(queue, Tiled<Tile16>, Tiled<Tile4>);
        _depthwise = new(queue, ConvolutionDepthwise.Forward);
        Ladder = ConvolutionLadder.OfImages(queue, "ConvolutionForward", tiles, ConvolutionProduct.Forward, new(
            Plain: "a thread an output, straight from memory",
            Tiled: "a matrix product over patches that are computed on their way into shared memory",
            TableName: "table",
            Table: "8 x 8 results a thread; offsets of the patches from a table: no division in the loop; the next strip ahead",
            Pointwise: "a position is its own patch: 128-bit loads of both operands",
            Depthwise: "one channel a group: no tile, the filter in every thread's reach"));
    }

    /// <summary>The ways to compute it.</summary>
    public KernelLadder<ConvolutionProblem> Ladder { get; }

    public void Run(in ConvolutionProblem problem, ArrayView<float> x, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> y)
    {
        KernelChoice choice = Ladder.Choose(problem);
        int hasBias = problem.Bias ? 1 : 0, relu = problem.Relu ? 1 : 0;
        if (!problem.Bias) bias = w;
        var shape = new ConvolutionShape(problem);
        switch (choice.Variant)
        {
            case 1:
                _plain.LaunchThreads(problem.LengthY, new ConvolutionPlainOperands
                {
                    X = x, W = w, Bias = bias, Y = y, HasBias = hasBias, Relu = relu, Ceiling = problem.Ceiling, Length = problem.LengthY, Shape = shape,
                });
                break;
            case 2:
                _tiled.Launch(
                    problem.GroupFilters, problem.Batch * shape.OutputPlane, problem.Groups,
                    new Operands { Input = x, W = w, Bias = bias, Output = y, HasBias = hasBias, Relu = relu, Ceiling = problem.Ceiling, Shape = shape });
                break;
            case 5:
                var groups = new Index3D(Blocks.Covering(shape.OutputPlane, _queue.GroupSize), problem.Filters, problem.Batch);
                _depthwise.Launch(groups, _queue.GroupSize, new DepthwiseOperands
                {
                    Input = x, W = w, Bias = bias, Output = y, HasBias = hasBias, Relu = relu, Ceiling = problem.Ceiling, Row = new(problem.OutputWidth), Shape = shape,
                });
                break;
            default:
                RunTiles(problem, choice, x, w, y, new ConvolutionTiledOperands { Bias = bias, HasBias = hasBias, Relu = relu, Ceiling = problem.Ceiling });
                break;
        }
    }

    [GpuKernel]
    internal static void Tiled<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(Operands o)
        where TTile : struct, ITile
    {
        var result = new ImageResult
        {
            Images = o.Output, Bias = o.Bias, Channels = o.Shape.Filters, GroupChannels = o.Shape.GroupFilters, Plane = o.Shape.OutputPlane,
            HasBias = o.HasBias, Relu = o.Relu, Ceiling = o.Ceiling,
        };
        TiledProduct.Run<TTile, float, float, MultiplyAdd, FilterMatrix, PatchMatrix, ImageResult>(
            new FilterMatrix(o.W, o.Shape), new PatchMatrix(o.Input, o.Shape), result,
            o.Shape.GroupFilters, o.Shape.Batch * o.Shape.OutputPlane, o.Shape.PatchLength, 1);
    }

    private void RunTiles(
        in ConvolutionProblem problem, KernelChoice choice, ArrayView<float> x, ArrayView<float> w, ArrayView<float> y, ConvolutionTiledOperands o)
    {
        bool pointwise = choice.Variant == 4 && Alignment.AreVectors(x, w);
        (o.Filters, o.Input, o.Output, o.Table) = (w, x, y, _tables.Forward(problem).View);
        (o.FilterRowStride, o.FilterStepStride, o.FilterGroupStride) = (problem.PatchLength, 1, problem.GroupFilters * problem.PatchLength);
        o.Patches = PatchGrid.OverInput(problem);
        o.Results = new PatchGrid(
            problem.OutputHeight, problem.OutputWidth, 1, 1, 0, 0, problem.OutputHeight, problem.OutputWidth, problem.Filters, problem.GroupFilters);
        o.StoresVectors = problem.OutputHeight * problem.OutputWidth % 4 == 0 && Alignment.AreVectors(y) ? 1 : 0;
        bool vectors = problem.PatchLength % 4 == 0 && Alignment.AreVectors(w);
        ConvolutionTiles.Method method = pointwise ? ConvolutionTiles.Method.Pointwise
            : vectors ? ConvolutionTiles.Method.Patches
            : ConvolutionTiles.Method.PatchesStrided;
        ConvolutionTiles.Launch(
            _tiles.Find(choice.Tile), method, ConvolutionProduct.Forward(problem), problem.Groups, o);
    }

    internal struct Operands
    {
        public ArrayView<float> Input, W, Bias, Output;
        public int HasBias, Relu;
        public float Ceiling;
        public ConvolutionShape Shape;
    }
}
