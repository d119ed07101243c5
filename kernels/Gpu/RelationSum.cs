using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// The sum over pairs of objects in a relation network; see <see cref="RelationSumProblem"/>. Three products, with the pairs of some images as rows: the
/// second layer of all pairs, and, on the way back, its gradients times the weights and times the pairs. The pairs themselves are made where they are
/// multiplied; what the second layer makes of them lies in scratch memory for some images at a time.
/// </summary>
public sealed class RelationSum
{
    // What the pairs of some images leave in memory: small beside the device's, and much more than its second-level cache.
    private const long ScratchBytes = 64L << 20;

    // As for the weights of convolutions.
    private const int GroupsPerMultiprocessor = 4, LeastSlice = 512;

    private readonly GpuQueue _queue;
    private readonly Kernel<RelationOperands> _second, _first, _weights;
    private readonly Kernel<RelationPlain.ObjectOperands> _objects;
    private readonly Kernel<RelationPlain.ContextOperands> _context;
    private readonly TileSet<RelationOperands> _secondTiles, _firstTiles, _weightTiles;
    private readonly ReduceColumns _sums;
    private readonly PartialSums _parts;

    /// <summary>Prepares the operation; each variant is compiled at its first run.</summary>
    /// <param name="queue">Where it runs.</param>
    /// <param name="sums">Adds up columns.</param>
    public RelationSum(GpuQueue queue, ReduceColumns sums)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_queue, _sums, _parts) = (queue, sums, new(queue));
        (_second, _first, _weights) = (new(queue, RelationPlain.Second), new(queue, RelationPlain.First), new(queue, RelationPlain.Weights));
        (_objects, _context) = (new(queue, RelationPlain.Objects), new(queue, RelationPlain.Context));
        _secondTiles = Tiles(queue, RelationTiled.Second<Tile128x64x8>, RelationTiled.Second<Tile64x64x8>, RelationTiled.Second<Tile16x16x8r4>);
        _firstTiles = Tiles(queue, RelationTiled.First<Tile128x64x8>, RelationTiled.First<Tile64x64x8>, RelationTiled.First<Tile16x16x8r4>);
        _weightTiles = Tiles(queue, RelationTiled.Weights<Tile128x64x8>, RelationTiled.Weights<Tile64x64x8>, RelationTiled.Weights<Tile16x16x8r4>);
        (ForwardLadder, BackwardLadder) = (LadderOf("RelationSumForward", 1), LadderOf("RelationSumBackward", 3));
    }

    /// <summary>The ways to compute the sum.</summary>
    public KernelLadder<RelationSumProblem> ForwardLadder { get; }

    /// <summary>The ways back.</summary>
    public KernelLadder<RelationSumProblem> BackwardLadder { get; }

    /// <summary>Queues the sum; lengths are the problem's. Overwrites y.</summary>
    public void RunForward(
        in RelationSumProblem problem, ArrayView<float> objects, ArrayView<float> context, ArrayView<float> weights, ArrayView<float> bias,
        ArrayView<float> y)
    {
        string? tile = ForwardLadder.Choose(problem).Tile;
        int most = ImagesAtOnce(problem, problem.Outputs);
        _queue.Scratch.Reserve((long)most * problem.Pairs * problem.Outputs * sizeof(float));
        var o = new RelationOperands(problem)
        {
            Objects = objects, Context = context, Weights = weights, Bias = bias, Dy = objects, First = objects, Partial = objects,
            Second = _queue.Scratch.Take<float>((long)most * problem.Pairs * problem.Outputs),
        };
        for (o.FirstImage = 0; o.FirstImage < problem.Batch; o.FirstImage += most)
        {
            int images = Math.Min(most, problem.Batch - o.FirstImage);
            o.Rows = images * problem.Pairs;
            Launch(_second, _secondTiles, tile, o, o.Rows, problem.Outputs, problem.Inputs);
            _sums.Sum(o.Second, o.Rows, problem.Outputs, problem.Pairs, y.SubView(o.FirstImage * problem.Outputs, images * problem.Outputs));
        }
    }

    /// <summary>Queues the way back from dy. Overwrites dobjects and dcontext; accumulates dweights and dbias.</summary>
    public void RunBackward(
        in RelationSumProblem problem, ArrayView<float> objects, ArrayView<float> context, ArrayView<float> weights, ArrayView<float> bias,
        ArrayView<float> dy, ArrayView<float> dobjects, ArrayView<float> dcontext, ArrayView<float> dweights, ArrayView<float> dbias)
    {
        string? tile = BackwardLadder.Choose(problem).Tile;
        int most = ImagesAtOnce(problem, problem.Outputs + problem.Inputs), rows = most * problem.Pairs;
        int slices = Slices(problem, tile, rows), parts = Blocks.Covering(rows, LeastSlice);
        (long second, long first) = ((long)rows * problem.Outputs, (long)rows * problem.Inputs);
        (long partial, long biases) = ((long)slices * problem.LengthWeights, (long)parts * problem.Outputs);
        _queue.Scratch.Reserve(ScratchMemory.Padded(4 * second, 4 * first, 4 * partial, 4 * biases));
        var o = new RelationOperands(problem)
        {
            Objects = objects, Context = context, Weights = weights, Bias = bias, Dy = dy, IsBackward = 1, Second = _queue.Scratch.Take<float>(second),
            First = _queue.Scratch.Take<float>(first), Partial = _queue.Scratch.Take<float>(partial),
        };
        ArrayView<float> biasParts = _queue.Scratch.Take<float>(biases);
        for (o.FirstImage = 0; o.FirstImage < problem.Batch; o.FirstImage += most)
        {
            int images = Math.Min(most, problem.Batch - o.FirstImage);
            o.Rows = images * problem.Pairs;
            Launch(_second, _secondTiles, tile, o, o.Rows, problem.Outputs, problem.Inputs);
            _sums.Sum(o.Second, o.Rows, problem.Outputs, LeastSlice, biasParts);
            _parts.AddTo(dbias, problem.Outputs, biasParts, Blocks.Covering(o.Rows, LeastSlice));
            int taken = Slices(problem, tile, o.Rows);
            Launch(_weights, _weightTiles, tile, o, problem.Outputs, problem.Inputs, o.Rows, taken);
            _parts.AddTo(dweights, problem.LengthWeights, o.Partial, taken);
            Launch(_first, _firstTiles, tile, o, o.Rows, problem.Inputs, problem.Outputs);
            _objects.LaunchThreads((long)images * problem.Objects * problem.Inputs, new RelationPlain.ObjectOperands
            {
                First = o.First, Gradients = dobjects, FirstImage = o.FirstImage, Images = images, Count = problem.Objects, Inputs = problem.Inputs,
            });
        }
        _context.LaunchThreads(problem.LengthContext, new RelationPlain.ContextOperands
        {
            Objects = dobjects, Gradients = dcontext, Length = problem.LengthContext, Count = problem.Objects, Inputs = problem.Inputs,
        });
    }

    private static TileSet<RelationOperands> Tiles(
        GpuQueue queue, Action<RelationOperands> wide, Action<RelationOperands> square, Action<RelationOperands> small) => new(
        queue, TileKernels<RelationOperands>.Of<Tile128x64x8>(queue, wide), TileKernels<RelationOperands>.Of<Tile64x64x8>(queue, square),
        TileKernels<RelationOperands>.Of<Tile16x16x8r4>(queue, small));

    // A tile's kernel, or, without one, the plain kernel.
    private static void Launch(
        Kernel<RelationOperands> plain, TileSet<RelationOperands> tiles, string? name, RelationOperands o, int m, int n, int k, int slices = 1)
    {
        if (name is null)
        {
            plain.LaunchThreads((long)m * n, o);
            return;
        }
        TileKernels<RelationOperands> tile = tiles.Find(name);
        o.Grid = new TileGrid(tile.Rows, tile.Columns, tile.Depth, m, n, k, 1, slices);
        tile.Launch(0, o.Grid, o);
    }

    private static int ImagesAtOnce(in RelationSumProblem problem, int width) =>
        (int)Math.Clamp(ScratchBytes / ((long)problem.Pairs * width * sizeof(float)), 1, problem.Batch);

    // Parts of the sums over pairs, of which there are many for few weights.
    private int Slices(in RelationSumProblem problem, string? tile, int rows)
    {
        if (tile is null) return 1;
        long tiles = _weightTiles.Find(tile).Count(problem.Outputs, problem.Inputs);
        return (int)Math.Clamp(GroupsPerMultiprocessor * _queue.Accelerator.NumMultiprocessors / tiles, 1, Blocks.Covering(rows, LeastSlice));
    }

    private KernelLadder<RelationSumProblem> LadderOf(string operation, int products) => new(operation,
    [
        new(1, "plain", "a thread an element of each product, straight from memory")
        {
            Traffic = (p, _) => products * 4L * p.Batch * p.Pairs * p.Outputs * (2L * p.Inputs + 1),
        },
        new(2, "tiled", "8 x 8 results a thread; pairs are made on their way into shared memory; the next strip ahead")
        {
            Tiles = _secondTiles.Names,
            WhyNot = p => _secondTiles.WhyNot(ImagesAtOnce(p, p.Outputs) * p.Pairs, Math.Max(p.Outputs, p.Inputs), 1),
            Traffic = (p, tile) => products * 4L * _secondTiles.Find(tile).Traffic((long)p.Batch * p.Pairs, p.Outputs, p.Inputs),
        },
    ])
    {
        Rule = Rule,
        Class = p => $"ob{p.Objects}ic{SizeClass.Of(p.Inputs)}oc{SizeClass.Of(p.Outputs)}",
        Tuned = (name, problems) => _queue.Tuned(name, problems),
    };

    private KernelChoice Rule(RelationSumProblem p)
    {
        int rows = ImagesAtOnce(p, p.Outputs) * p.Pairs;
        return _secondTiles.WhyNot(rows, Math.Max(p.Outputs, p.Inputs), 1) is null
            ? new KernelChoice(2, _secondTiles.Fill(rows, p.Outputs, 1, _queue.Accelerator.NumMultiprocessors))
            : new KernelChoice(1);
    }
}
