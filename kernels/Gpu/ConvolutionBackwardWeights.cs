using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// dw <c>[K,C/G,R,S]</c> += the correlation of x and dy: a small result of very long sums (over N OH OW positions), so the sums are cut into slices
/// that different groups take, kept in scratch memory, and added up in order.
/// </summary>
internal sealed class ConvolutionBackwardWeights(GpuQueue queue)
{
    // Groups that keep a multiprocessor busy, and positions below which a slice is not worth its trip through memory.
    private const int GroupsPerMultiprocessor = 4, LeastSlice = 512;

    private readonly TiledKernel<Operands> _product = new(queue, Product<Tile16>, Product<Tile4>);
    private readonly Kernel<SumOperands> _sum = new(queue, SumSlices);

    public void Run(in ConvolutionProblem problem, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dw)
    {
        var shape = new ConvolutionShape(problem);
        int side = Tile16.Threads * TiledProduct.Register, positions = problem.Batch * shape.OutputPlane;
        long tiles = (long)TiledProduct.Blocks(shape.GroupFilters, side) * TiledProduct.Blocks(shape.PatchLength, side) * problem.Groups;
        long wanted = GroupsPerMultiprocessor * queue.Accelerator.NumMultiprocessors / tiles;
        int slices = (int)Math.Clamp(wanted, 1, TiledProduct.Blocks(positions, LeastSlice));
        queue.Scratch.Reserve((long)slices * problem.LengthW * sizeof(float));
        ArrayView<float> partial = queue.Scratch.Take<float>((long)slices * problem.LengthW);
        _product.Launch(
            shape.GroupFilters, shape.PatchLength, problem.Groups * slices,
            new Operands { X = x, Dy = dy, Partial = partial, Slices = slices, Shape = shape });
        _sum.LaunchThreads(problem.LengthW, new SumOperands
        {
            Partial = partial, Dw = dw, Length = problem.LengthW, GroupLength = problem.LengthW / problem.Groups, Slices = slices,
        });
    }

    [GpuKernel]
    internal static void Product<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(Operands o)
        where TTile : struct, ITile =>
        TiledProduct.Run<TTile, float, float, MultiplyAdd, OutputGradientMatrix, Transposed<float, PatchMatrix>, PartialResult>(
            new OutputGradientMatrix(o.Dy, o.Shape), new Transposed<float, PatchMatrix>(new PatchMatrix(o.X, o.Shape)),
            new PartialResult { Partial = o.Partial, Rows = o.Shape.GroupFilters, Columns = o.Shape.PatchLength },
            o.Shape.GroupFilters, o.Shape.PatchLength, o.Shape.Batch * o.Shape.OutputPlane, o.Slices);

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

    internal struct Operands
    {
        public ArrayView<float> X, Dy, Partial;
        public int Slices;
        public ConvolutionShape Shape;
    }

    internal struct SumOperands
    {
        public ArrayView<float> Partial, Dw;
        public int Length, GroupLength, Slices;
    }

    /// <summary>[G, slices, K/G, C/G R S].</summary>
    private struct PartialResult : IResult<float>
    {
        public ArrayView<float> Partial;
        public int Rows, Columns;

        public readonly void Store(int row, int column, int slice, float sum) => Partial[((long)slice * Rows + row) * Columns + column] = sum;
    }
}
