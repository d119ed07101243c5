using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Two-dimensional cross-correlation and its way back, as implicit matrix products: the patches are computed while a tile is loaded, never stored.
/// Layouts, strides, dilations and groups as in <see cref="ConvolutionProblem"/>. No atomics: every result is summed by one thread in a fixed order.
/// </summary>
public sealed class Convolution
{
    private readonly TiledKernel<Operands> _forward;
    private readonly TiledKernel<Operands> _backwardData;
    private readonly ConvolutionBackwardWeights _backwardWeights;
    private readonly ConvolutionBackwardBias _backwardBias;

    /// <summary>Prepares the operation; each direction is compiled at its first run.</summary>
    public Convolution(GpuQueue queue)
    {
        _forward = new(queue, Forward<Tile16>, Forward<Tile4>);
        _backwardData = new(queue, BackwardData<Tile16>, BackwardData<Tile4>);
        _backwardWeights = new(queue);
        _backwardBias = new(queue);
    }

    /// <summary>Queues y = conv(x, w) + bias, rectified if the problem says so. Overwrites y.</summary>
    public void RunForward(in ConvolutionProblem problem, ArrayView<float> x, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> y)
    {
        var operands = new Operands
        {
            Input = x, W = w, Bias = problem.Bias ? bias : w, Output = y, HasBias = problem.Bias ? 1 : 0,
            Relu = problem.Relu ? 1 : 0, Shape = new(problem),
        };
        _forward.Launch(problem.GroupFilters, problem.Batch * operands.Shape.OutputPlane, problem.Groups, operands);
    }

    /// <summary>Queues dx = the transpose of the convolution applied to dy. Overwrites dx.</summary>
    public void RunBackwardData(in ConvolutionProblem problem, ArrayView<float> dy, ArrayView<float> w, ArrayView<float> dx)
    {
        var operands = new Operands { Input = dy, W = w, Bias = w, Output = dx, Shape = new(problem) };
        _backwardData.Launch(problem.GroupChannels, problem.Batch * operands.Shape.InputPlane, problem.Groups, operands);
    }

    /// <summary>Queues dw += the correlation of x and dy. Accumulates.</summary>
    public void RunBackwardWeights(in ConvolutionProblem problem, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dw) =>
        _backwardWeights.Run(problem, x, dy, dw);

    /// <summary>Queues db[K] += sums of dy. Accumulates.</summary>
    public void RunBackwardBias(in ConvolutionProblem problem, ArrayView<float> dy, ArrayView<float> db) => _backwardBias.Run(problem, dy, db);

    [GpuKernel]
    internal static void Forward<TTile>(Operands o)
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

    [GpuKernel]
    internal static void BackwardData<TTile>(Operands o)
        where TTile : struct, ITile
    {
        var result = new ImageResult
        {
            Images = o.Output, Bias = o.Bias, Channels = o.Shape.Channels, GroupChannels = o.Shape.GroupChannels, Plane = o.Shape.InputPlane,
        };
        TiledProduct.Run<TTile, float, float, MultiplyAdd, TransposedFilterMatrix, OutputGradientPatchMatrix, ImageResult>(
            new TransposedFilterMatrix(o.W, o.Shape), new OutputGradientPatchMatrix(o.Input, o.Shape), result,
            o.Shape.GroupChannels, o.Shape.Batch * o.Shape.InputPlane, o.Shape.GroupFilters * o.Shape.Taps, 1);
    }

    internal struct Operands
    {
        public ArrayView<float> Input, W, Bias, Output;
        public int HasBias, Relu;
        public ConvolutionShape Shape;
    }
}
