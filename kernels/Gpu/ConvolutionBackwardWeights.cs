using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// dw <c>[K,C/G,R,S]</c> += the correlation of x and dy: a small result of very long sums (over N OH OW positions), so the sums are cut into slices
/// that different groups take, kept in scratch memory, and added up in order.
/// </summary>
internal sealed class ConvolutionBackwardWeights
{
    // Groups that keep a multiprocessor busy, and positions below which a slice is not worth its trip through memory.
    private const int GroupsPerMultiprocessor = 4, LeastSlice = 512;

    private readonly GpuQueue _queue;
    private readonly Kernel<ConvolutionPlainOperands> _plain, _direct;
    private readonly TiledKernel<Operands> _tiled;
    private readonly TileSet<Operands> _tiles;
    private readonly Kernel<SumOperands> _sum;
    private readonly PatchTables _tables;

    public ConvolutionBackwardWeights(GpuQueue queue, PatchTables tables)
    {
        (_queue, _tables) = (queue, tables);
        (_plain, _direct) = (new(queue, ConvolutionPlain.BackwardWeights), new(queue, ConvolutionPlain.DirectWeights));
        _tiled = new(queue, Tiled<Tile16>, Tiled<Tile4>);
        _tiles = new(
            queue, TileKernels<Operands>.Of<Tile128x128x8>(queue, Table<Tile128x128x8>), TileKernels<Operands>.Of<Tile128x64x8>(queue, Table<Tile128x64x8>),
            TileKernels<Operands>.Of<Tile64x64x16>(queue, Table<Tile64x64x16>),
            TileKernels<Operands>.Of<Tile16x16x8r4>(queue, Table<Tile16x16x8r4>));
        _sum = new(queue, SumSlices);
        Ladder = new KernelLadder<ConvolutionProblem>("ConvolutionBackwardWeights",
        [
            new(1, "plain", "a thread a weight, over all positions") { Traffic = (p, _) => 4L * p.LengthW * (2L * p.Batch * p.OutputHeight * p.OutputWidth + 2) },
            new(2, "tiled", "a matrix product over patches, its long sums cut into slices that are added up in order")
            {
                Traffic = (p, _) => 4L * p.LengthW * (2L * p.Batch * p.OutputHeight * p.OutputWidth / TiledKernel<Operands>.Side(queue) + 2),
            },
            new(3, "table", "8 x 8 results a thread; a position is decoded once a strip, by multiplication; terms from a table; the next strip ahead")
            {
                Tiles = _tiles.Names,
                WhyNot = p => _tiles.WhyNot(p.GroupFilters, p.PatchLength, p.Groups),
                Traffic = (p, tile) => 4L * p.Groups * _tiles.Find(tile).Traffic(p.GroupFilters, p.PatchLength, (long)p.Batch * p.OutputHeight * p.OutputWidth),
            },
            new(4, "direct", "a group a weight, for filters of few terms: nothing is staged")
            {
                WhyNot = p => p.PatchLength > 128 ? $"a filter has {p.PatchLength} terms; 128 are the most" : null,
                Traffic = (p, _) => 4L * p.LengthW * 2 * p.Batch * p.OutputHeight * p.OutputWidth,
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

    public void Run(in ConvolutionProblem problem, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dw)
    {
        KernelChoice choice = Ladder.Choose(problem);
        var shape = new ConvolutionShape(problem);
        var plain = new ConvolutionPlainOperands { X = x, W = dw, Bias = dw, Y = dy, Length = problem.LengthW, Shape = shape };
        if (choice.Variant == 1) _plain.LaunchThreads(problem.LengthW, plain);
        else if (choice.Variant == 4) _direct.LaunchGroups(problem.LengthW, plain);
        else RunSlices(problem, shape, choice, x, dy, dw);
    }

    [GpuKernel]
    internal static void Tiled<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(Operands o)
        where TTile : struct, ITile =>
        TiledProduct.Run<TTile, float, float, MultiplyAdd, OutputGradientMatrix, Transposed<float, PatchMatrix>, PartialResult>(
            new OutputGradientMatrix(o.Dy, o.Shape), new Transposed<float, PatchMatrix>(new PatchMatrix(o.X, o.Shape)),
            new PartialResult { Partial = o.Partial, Rows = o.Shape.GroupFilters, Columns = o.Shape.PatchLength },
            o.Shape.GroupFilters, o.Shape.PatchLength, o.Shape.Batch * o.Shape.OutputPlane, o.Slices);

    [GpuKernel]
    internal static void Table<
        [TypeArguments(typeof(Tile128x128x8), typeof(Tile128x64x8), typeof(Tile64x64x16), typeof(Tile16x16x8r4))]
        TShape>(Operands o)
        where TShape : struct, ITileShape
    {
        int row = o.Grid.TileRow * TShape.Rows, column = o.Grid.TileColumn * TShape.Columns, group = o.Grid.Batch;
        if (row >= o.Grid.M) return;
        var a = new ChannelStrip<SideA<TShape>>(
            o.Dy, o.Patches.Plane, o.Shape.Filters * o.Shape.OutputPlane, group * o.Shape.GroupFilters, row, o.Grid.M, o.Grid.Start, o.Grid.Steps);
        var b = new TermStrip<SideB<TShape>>(o.X, o.Terms, o.Patches, group, column, o.Grid.N, o.Grid.Start, o.Grid.Steps);
        TShape.Run<ChannelStrip<SideA<TShape>>, TermStrip<SideB<TShape>>, PartialResult>(
            row, column, o.Grid.Steps, a, b, new PartialResult { Partial = o.Partial, Rows = o.Grid.M, Columns = o.Grid.N });
    }

    [GpuKernel]
    internal static void SumSlices(SumOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        float sum = 0f;
        long at = (long)(i / o.GroupLength) * o.Slices * o.GroupLength + i % o.GroupLength;
        for (int slice = 0; slice < o.Slices; slice++) sum += o.Partial[at + (long)slice * o.GroupLength];
        o.Dw[i] += sum;
    }

    private void RunSlices(
        in ConvolutionProblem problem, in ConvolutionShape shape, KernelChoice choice, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dw)
    {
        int positions = problem.Batch * shape.OutputPlane;
        TileKernels<Operands>? tile = choice.Variant == 3 ? _tiles.Find(choice.Tile) : null;
        int side = TiledKernel<Operands>.Side(_queue);
        long tiles = tile?.Count(shape.GroupFilters, shape.PatchLength)
            ?? (long)Blocks.Covering(shape.GroupFilters, side) * Blocks.Covering(shape.PatchLength, side);
        long wanted = GroupsPerMultiprocessor * _queue.Accelerator.NumMultiprocessors / (tiles * problem.Groups);
        int slices = (int)Math.Clamp(wanted, 1, Blocks.Covering(positions, LeastSlice));
        _queue.Scratch.Reserve((long)slices * problem.LengthW * sizeof(float));
        ArrayView<float> partial = _queue.Scratch.Take<float>((long)slices * problem.LengthW);
        var operands = new Operands { X = x, Dy = dy, Partial = partial, Slices = slices, Shape = shape };
        if (tile is null)
        {
            _tiled.Launch(shape.GroupFilters, shape.PatchLength, problem.Groups * slices, operands);
        }
        else
        {
            (operands.Terms, operands.Patches) = (_tables.Forward(problem).View, PatchGrid.OverInput(problem));
            operands.Grid = new TileGrid(
                tile.Rows, tile.Columns, tile.Depth, shape.GroupFilters, shape.PatchLength, positions, problem.Groups, slices);
            tile.Launch(0, operands.Grid, operands);
        }
        _sum.LaunchThreads(problem.LengthW, new SumOperands
        {
            Partial = partial, Dw = dw, Length = problem.LengthW, GroupLength = problem.LengthW / problem.Groups, Slices = slices,
        });
    }

    private KernelChoice Rule(ConvolutionProblem p)
    {
        if (p.GroupChannels == 1 && p.GroupFilters == 1) return new KernelChoice(4);
        if (Ladder.WhyNot(3, p) is not null) return new KernelChoice(2);
        // Slices fill the device, whatever the number of tiles.
        return new KernelChoice(3, _tiles.Fill(p.GroupFilters, p.PatchLength, p.Groups, 1));
    }

    internal struct Operands
    {
        public ArrayView<float> X, Dy, Partial;
        public ArrayView<Four<int>> Terms;
        public PatchGrid Patches;
        public TileGrid Grid;
        public int Slices;
        public ConvolutionShape Shape;
    }

    internal struct SumOperands
    {
        public ArrayView<float> Partial, Dw;
        public int Length, GroupLength, Slices;
    }

    /// <summary>[G, slices, K/G, C/G R S].</summary>
    private struct PartialResult : IResult<float>, ITileResult
    {
        public ArrayView<float> Partial;
        public int Rows, Columns;

        public readonly void Store(int row, int column, int slice, float sum) => Partial[((long)slice * Rows + row) * Columns + column] = sum;

        public readonly void Store(int row, int column, Four<float> sums)
        {
            StoreOne(row, column, sums.X);
            StoreOne(row, column + 1, sums.Y);
            StoreOne(row, column + 2, sums.Z);
            StoreOne(row, column + 3, sums.W);
        }

        public readonly void StoreOne(int row, int column, float sum)
        {
            if (row < Rows & column < Columns) Store(row, column, Grid.IdxZ, sum);
        }
    }
}
