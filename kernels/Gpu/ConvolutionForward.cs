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
    private readonly ConvolutionTiles _tiles;
    private readonly Dictionary<ConvolutionProblem, PatchTable> _tables = [];

    public ConvolutionForward(GpuQueue queue, ConvolutionTiles tiles)
    {
        (_queue, _tiles) = (queue, tiles);
        _plain = new(queue, ConvolutionPlain.Forward);
        _tiled = new(queue, Tiled<Tile16>, Tiled<Tile4>);
        _depthwise = new(queue, ConvolutionDepthwise.Forward);
        Ladder = new KernelLadder<ConvolutionProblem>("ConvolutionForward",
        [
            new(1, "plain", "a thread an output, straight from memory") { Traffic = (p, _) => 4L * p.LengthY * (2L * p.PatchLength + 1) },
            new(2, "tiled", "a matrix product over patches that are computed on their way into shared memory")
            {
                Traffic = (p, _) => 4L * (2L * p.LengthY * p.PatchLength / TiledKernel<Operands>.Side(queue) + p.LengthY),
            },
            new(3, "table", "8 x 8 results a thread; offsets of the patches from a table: no division in the loop; the next strip ahead")
            {
                Tiles = tiles.Names, WhyNot = p => tiles.WhyNot(p.GroupFilters, Positions(p), p.Groups), Traffic = Traffic,
            },
            new(4, "pointwise", "a position is its own patch: 128-bit loads of both operands")
            {
                Tiles = tiles.Names,
                WhyNot = p => ConvolutionLadder.WhyNotPointwise(p) ?? (p.GroupChannels % 4 != 0 ? $"{p.GroupChannels} channels are no multiple of 4" : null)
                    ?? tiles.WhyNot(p.GroupFilters, Positions(p), p.Groups),
                Traffic = Traffic,
            },
            new(5, "depthwise", "one channel a group: no tile, the filter in every thread's reach")
            {
                WhyNot = ConvolutionDepthwise.WhyNot, Traffic = (p, _) => p.Bytes,
            },
        ])
        {
            Rule = Rule,
            Class = ConvolutionLadder.ClassOf,
            Tuned = (operation, problems) => queue.Tuned(operation, problems),
        };
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
                    X = x, W = w, Bias = bias, Y = y, HasBias = hasBias, Relu = relu, Length = problem.LengthY, Shape = shape,
                });
                break;
            case 2:
                _tiled.Launch(
                    problem.GroupFilters, problem.Batch * shape.OutputPlane, problem.Groups,
                    new Operands { Input = x, W = w, Bias = bias, Output = y, HasBias = hasBias, Relu = relu, Shape = shape });
                break;
            case 5:
                var groups = new Index3D(TileGrid.Blocks(shape.OutputPlane, _queue.GroupSize), problem.Filters, problem.Batch);
                _depthwise.Launch(groups, _queue.GroupSize, new DepthwiseOperands
                {
                    Input = x, W = w, Bias = bias, Output = y, HasBias = hasBias, Relu = relu, Row = new(problem.OutputWidth), Shape = shape,
                });
                break;
            default:
                RunTiles(problem, choice, x, w, y, new ConvolutionTiledOperands { Bias = bias, HasBias = hasBias, Relu = relu });
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
            HasBias = o.HasBias, Relu = o.Relu,
        };
        TiledProduct.Run<TTile, float, float, MultiplyAdd, FilterMatrix, PatchMatrix, ImageResult>(
            new FilterMatrix(o.W, o.Shape), new PatchMatrix(o.Input, o.Shape), result,
            o.Shape.GroupFilters, o.Shape.Batch * o.Shape.OutputPlane, o.Shape.PatchLength, 1);
    }

    private static int Positions(in ConvolutionProblem p) => p.Batch * p.OutputHeight * p.OutputWidth;

    private void RunTiles(
        in ConvolutionProblem problem, KernelChoice choice, ArrayView<float> x, ArrayView<float> w, ArrayView<float> y, ConvolutionTiledOperands o)
    {
        bool pointwise = choice.Variant == 4 && Alignment.IsVector(x) && Alignment.IsVector(w);
        if (!_tables.TryGetValue(problem, out PatchTable? table)) _tables[problem] = table = PatchTable.Forward(_queue, problem);
        (o.Filters, o.Input, o.Output, o.Table) = (w, x, y, table.View);
        (o.FilterRowStride, o.FilterStepStride, o.FilterGroupStride) = (problem.PatchLength, 1, problem.GroupFilters * problem.PatchLength);
        o.Patches = PatchGrid.OverInput(problem);
        o.Results = new PatchGrid(
            problem.OutputHeight, problem.OutputWidth, 1, 1, 0, 0, problem.OutputHeight, problem.OutputWidth, problem.Filters, problem.GroupFilters);
        o.StoresVectors = problem.OutputHeight * problem.OutputWidth % 4 == 0 && Alignment.IsVector(y) ? 1 : 0;
        bool vectors = problem.PatchLength % 4 == 0 && Alignment.IsVector(w);
        ConvolutionTiles.Method method = pointwise ? ConvolutionTiles.Method.Pointwise
            : vectors ? ConvolutionTiles.Method.Patches
            : ConvolutionTiles.Method.PatchesStrided;
        ConvolutionTiles.Launch(
            _tiles.Find(choice.Tile), method, problem.GroupFilters, Positions(problem), problem.PatchLength, problem.Groups, o);
    }

    private long Traffic(ConvolutionProblem p, string? tile) =>
        4L * p.Groups * _tiles.Find(tile).Traffic(p.GroupFilters, Positions(p), p.PatchLength);

    private KernelChoice Rule(ConvolutionProblem p)
    {
        if (ConvolutionDepthwise.WhyNot(p) is null) return new KernelChoice(5);
        int variant = Ladder.WhyNot(4, p) is null ? 4 : 3;
        if (Ladder.WhyNot(variant, p) is not null) return new KernelChoice(2);
        return new KernelChoice(
            variant, ConvolutionLadder.TileFor(_tiles.All, p.GroupFilters, Positions(p), p.Groups, _queue.Accelerator.NumMultiprocessors));
    }

    internal struct Operands
    {
        public ArrayView<float> Input, W, Bias, Output;
        public int HasBias, Relu;
        public ConvolutionShape Shape;
    }
}
