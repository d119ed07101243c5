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
    private readonly ConvolutionTiles _tiles;
    private readonly Dictionary<ConvolutionProblem, (StridePhase Phase, PatchTable Table)[]> _phases = [];

    public ConvolutionBackwardData(GpuQueue queue, ConvolutionTiles tiles)
    {
        (_queue, _tiles) = (queue, tiles);
        _plain = new(queue, ConvolutionPlain.BackwardData);
        _tiled = new(queue, Tiled<Tile16>, Tiled<Tile4>);
        _depthwise = new(queue, ConvolutionDepthwise.BackwardData);
        _turn = new(queue, ConvolutionTiled.Turn);
        Ladder = new KernelLadder<ConvolutionProblem>("ConvolutionBackwardData",
        [
            new(1, "plain", "a thread an input, straight from memory")
            {
                Traffic = (p, _) => 4L * p.LengthX * (2L * p.GroupFilters * p.KernelH * p.KernelW + 1),
            },
            new(2, "tiled", "a matrix product over outputs that are gathered on their way into shared memory, zeros between strides included")
            {
                Traffic = (p, _) => 4L * (2L * p.LengthX * p.GroupFilters * p.KernelH * p.KernelW / TiledKernel<Operands>.Side(queue) + p.LengthX),
            },
            new(3, "phases", "8 x 8 results a thread; a dense product for each phase of the stride, offsets from a table, filters turned before")
            {
                Tiles = tiles.Names, WhyNot = p => tiles.WhyNot(p.GroupChannels, Positions(p), p.Groups), Traffic = Traffic,
            },
            new(4, "pointwise", "an input is reached by one output: 128-bit loads of both operands")
            {
                Tiles = tiles.Names,
                WhyNot = p => ConvolutionLadder.WhyNotPointwise(p) ?? (p.GroupChannels % 4 != 0 ? $"{p.GroupChannels} channels are no multiple of 4" : null)
                    ?? tiles.WhyNot(p.GroupChannels, Positions(p), p.Groups),
                Traffic = Traffic,
            },
            new(5, "depthwise", "one channel a group: no tile, the filters in every thread's reach")
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
                var groups = new Index3D(TileGrid.Blocks(shape.InputPlane, _queue.GroupSize), problem.Channels, problem.Batch);
                _depthwise.Launch(groups, _queue.GroupSize, new DepthwiseOperands
                {
                    Input = dy, W = w, Bias = w, Output = dx, Row = new(problem.Width), Shape = shape,
                });
                break;
            default:
                if (choice.Variant == 4 && Alignment.IsVector(dy) && Alignment.IsVector(w)) RunPointwise(problem, choice, dy, w, dx);
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

    private static int Positions(in ConvolutionProblem p) => p.Batch * p.Height * p.Width;

    private void RunPhases(in ConvolutionProblem problem, KernelChoice choice, ArrayView<float> dy, ArrayView<float> w, ArrayView<float> dx)
    {
        if (!_phases.TryGetValue(problem, out (StridePhase Phase, PatchTable Table)[]? phases))
        {
            ConvolutionProblem p = problem;
            _phases[problem] = phases = [.. StridePhase.Of(p).Select(phase => (phase, PatchTable.Backward(_queue, p, phase)))];
        }
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
            bool vectors = steps % 4 == 0 && (problem.Groups == 1 || o.FilterGroupStride % 4 == 0);
            ConvolutionTiles.Launch(
                _tiles.Find(choice.Tile), vectors ? ConvolutionTiles.Method.Patches : ConvolutionTiles.Method.PatchesStrided, problem.GroupChannels,
                problem.Batch * phase.Height * phase.Width, steps, problem.Groups, o);
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
            _tiles.Find(choice.Tile), ConvolutionTiles.Method.PointwiseTurned, problem.GroupChannels, Positions(problem), problem.GroupFilters,
            problem.Groups, o);
    }

    private static PatchGrid Results(in ConvolutionProblem p, in StridePhase phase) => new(
        phase.Height, phase.Width, p.StrideH, p.StrideW, phase.Row, phase.Column, p.Height, p.Width, p.Channels, p.GroupChannels);

    private static int StoresVectors(in ConvolutionProblem p, ArrayView<float> dx) =>
        p.StrideH == 1 && p.StrideW == 1 && p.Height * p.Width % 4 == 0 && Alignment.IsVector(dx) ? 1 : 0;

    private long Traffic(ConvolutionProblem p, string? tile) => 4L * p.Groups * StridePhase.Of(p).Sum(phase =>
        _tiles.Find(tile).Traffic(
            p.GroupChannels, (long)p.Batch * phase.Height * phase.Width, (long)p.GroupFilters * p.KernelH * p.KernelW / (p.StrideH * p.StrideW)));

    private KernelChoice Rule(ConvolutionProblem p)
    {
        if (ConvolutionDepthwise.WhyNot(p) is null) return new KernelChoice(5);
        int variant = Ladder.WhyNot(4, p) is null ? 4 : 3;
        if (Ladder.WhyNot(variant, p) is not null) return new KernelChoice(2);
        int positions = Positions(p) / (p.StrideH * p.StrideW);
        return new KernelChoice(
            variant, ConvolutionLadder.TileFor(_tiles.All, p.GroupChannels, positions, p.Groups, _queue.Accelerator.NumMultiprocessors));
    }

    internal struct Operands
    {
        public ArrayView<float> Dy, W, Dx;
        public ConvolutionShape Shape;
    }
}
