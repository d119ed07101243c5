using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>dx = the transpose of the convolution applied to dy, gathered: an input sums the outputs that it reached, in order.</summary>
internal sealed class ConvolutionBackwardData
{
    private readonly GpuQueue _queue;
    private readonly Kernel<ConvolutionPlainOperands> _plain;
    private readonly TiledKernel<Operands> _tiled;
    private readonly Kernel<DepthwiseOperands> _depthwise;
    private readonly Kernel<ConvolutionTiled.TurnOperands> _turn;
    private readonly TileSet<ConvolutionTiledOperands> _tiles;
    private readonly PatchTables _tables;

    public ConvolutionBackwardData(GpuQueue queue, TileSet<ConvolutionTiledOperands> tiles, PatchTables tables)
    {
        (_queue, _tiles, _tables) = (queue, tiles, tables);
        _plain = new(queue, ConvolutionPlain.BackwardData);
        _tiled = new(queue, Tiled<Tile16>, Tiled<Tile4>);
        _depthwise = new(queue, ConvolutionDepthwise.BackwardData);
        _turn = new(queue, ConvolutionTiled.Turn);
        Ladder = ConvolutionLadder.OfImages(queue, "ConvolutionBackwardData", tiles, ConvolutionProduct.BackwardData, new(
            Plain: "a thread an input, straight from memory",
            Tiled: "a matrix product over outputs that are gathered on their way into shared memory, zeros between strides included",
            TableName: "phases",
            Table: "8 x 8 results a thread; a dense product for each phase of the stride, offsets from a table, filters turned before",
            Pointwise: "an input is reached by one output: 128-bit loads of both operands",
            Depthwise: "one channel a group: no tile, the filters in every thread's reach"));
    }

    /// <summary>The ways to compute it.</summary>
    public KernelLadder<ConvolutionProblem> Ladder { get; }

    public void Run(in ConvolutionProblem problem, ArrayView<float> dy, ArrayView<float> w, ArrayView<float> dx)
    {
        KernelChoice choice = Ladder.Choose(problem);
        var shape = new ConvolutionShape(problem);
        switch (choice.Variant)
        {
            case 1:
                _plain.LaunchThreads(
                    problem.LengthX, new ConvolutionPlainOperands { X = dx, W = w, Bias = w, Y = dy, Length = problem.LengthX, Shape = shape });
                break;
            case 2:
                _tiled.Launch(
                    problem.GroupChannels, problem.Batch * shape.InputPlane, problem.Groups,
                    new Operands { Dy = dy, W = w, Dx = dx, Shape = shape });
                break;
            case 5:
                var groups = new Index3D(Blocks.Covering(shape.InputPlane, _queue.GroupSize), problem.Channels, problem.Batch);
                _depthwise.Launch(groups, _queue.GroupSize, new DepthwiseOperands
                {
                    Input = dy, W = w, Bias = w, Output = dx, Row = new(problem.Width), Shape = shape,
                });
                break;
            default:
                if (choice.Variant == 4 && Alignment.AreVectors(dy, w)) RunPointwise(problem, choice, dy, w, dx);
                else RunPhases(problem, choice, dy, w, dx);
                break;
        }
    }

    [GpuKernel]
    internal static void Tiled<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(Operands o)
        where TTile : struct, ITile
    {
        var result = new ImageResult
        {
            Images = o.Dx, Bias = o.W, Channels = o.Shape.Channels, GroupChannels = o.Shape.GroupChannels, Plane = o.Shape.InputPlane,
        };
        TiledProduct.Run<TTile, float, float, MultiplyAdd, TransposedFilterMatrix, OutputGradientPatchMatrix, ImageResult>(
            new TransposedFilterMatrix(o.W, o.Shape), new OutputGradientPatchMatrix(o.Dy, o.Shape), result,
            o.Shape.GroupChannels, o.Shape.Batch * o.Shape.InputPlane, o.Shape.GroupFilters * o.Shape.Taps, 1);
    }

    private void RunPhases(in ConvolutionProblem problem, KernelChoice choice, ArrayView<float> dy, ArrayView<float> w, ArrayView<float> dx)
    {
        (StridePhase Phase, PatchTable Table)[] phases = _tables.Backward(problem);
        _queue.Scratch.Reserve((long)problem.LengthW * sizeof(float) + 256L * phases.Length);
        foreach ((StridePhase phase, PatchTable table) in phases)
        {
            int steps = table.Steps, length = problem.Groups * problem.GroupChannels * steps;
            // A phase that no tap reaches still writes its zeros.
            ArrayView<float> turned = _queue.Scratch.Take<float>(Math.Max(length, 1));
            if (length > 0)
            {
                _turn.LaunchThreads(length, new ConvolutionTiled.TurnOperands
                {
                    W = w, Turned = turned, Table = table.View, Length = length, Steps = steps, GroupChannels = problem.GroupChannels,
                    GroupLength = problem.LengthW / problem.Groups, Taps = problem.KernelH * problem.KernelW,
                });
            }
            var o = new ConvolutionTiledOperands
            {
                Filters = turned, Input = dy, Bias = w, Output = dx, Table = table.View, Patches = PatchGrid.OverOutput(problem, phase),
                Results = Results(problem, phase), FilterRowStride = steps, FilterStepStride = 1, FilterGroupStride = problem.GroupChannels * steps,
                StoresVectors = StoresVectors(problem, dx),
            };
            ConvolutionTiles.Launch(
                _tiles.Find(choice.Tile), steps % 4 == 0 ? ConvolutionTiles.Method.Patches : ConvolutionTiles.Method.PatchesStrided,
                new(problem.GroupChannels, problem.Batch * phase.Height * phase.Width, steps, 1), problem.Groups, o);
        }
    }

    private void RunPointwise(in ConvolutionProblem problem, KernelChoice choice, ArrayView<float> dy, ArrayView<float> w, ArrayView<float> dx)
    {
        var phase = new StridePhase(0, 0, problem.Height, problem.Width);
        var o = new ConvolutionTiledOperands
        {
            Filters = w, Input = dy, Bias = w, Output = dx, Patches = PatchGrid.OverOutput(problem, phase), Results = Results(problem, phase),
            FilterRowStride = 1, FilterStepStride = problem.GroupChannels, FilterGroupStride = problem.GroupFilters * problem.GroupChannels,
            StoresVectors = StoresVectors(problem, dx),
        };
        ConvolutionTiles.Launch(
            _tiles.Find(choice.Tile), ConvolutionTiles.Method.PointwiseTurned, ConvolutionProduct.BackwardData(problem), problem.Groups, o);
    }

    private static PatchGrid Results(in ConvolutionProblem p, in StridePhase phase) => new(
        phase.Height, phase.Width, p.StrideH, p.StrideW, phase.Row, phase.Column, p.Height, p.Width, p.Channels, p.GroupChannels);

    private static int StoresVectors(in ConvolutionProblem p, ArrayView<float> dx) =>
        p.StrideH == 1 && p.StrideW == 1 && p.Height * p.Width % 4 == 0 && Alignment.AreVectors(dx) ? 1 : 0;

    internal struct Operands
    {
        public ArrayView<float> Dy, W, Dx;
        public ConvolutionShape Shape;
    }
}
