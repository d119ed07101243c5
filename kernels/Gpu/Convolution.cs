using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Two-dimensional cross-correlation and its way back, as implicit matrix products: the patches are computed while a tile is loaded, never stored.
/// Layouts, strides, dilations and groups as in <see cref="ConvolutionProblem"/>. No atomics: every result is summed in a fixed order.
/// </summary>
public sealed class Convolution
{
    private readonly ConvolutionForward _forward;
    private readonly ConvolutionBackwardData _backwardData;
    private readonly ConvolutionBackwardWeights _backwardWeights;
    private readonly ConvolutionBackwardBias _backwardBias;

    /// <summary>Prepares the operation; each variant is compiled at its first run.</summary>
    public Convolution(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        TileSet<ConvolutionTiledOperands> tiles = ConvolutionTiles.Of(queue);
        var tables = new PatchTables(queue);
        (_forward, _backwardData) = (new(queue, tiles, tables), new(queue, tiles, tables));
        (_backwardWeights, _backwardBias) = (new(queue, tables), new(queue));
        Ladders = [_forward.Ladder, _backwardData.Ladder, _backwardWeights.Ladder];
    }

    /// <summary>The ways to compute each direction.</summary>
    public IReadOnlyList<KernelLadder> Ladders { get; }

    /// <summary>Queues y = conv(x, w) + bias, rectified if the problem says so. Overwrites y.</summary>
    public void RunForward(in ConvolutionProblem problem, ArrayView<float> x, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> y) =>
        _forward.Run(problem, x, w, bias, y);

    /// <summary>Queues dx = the transpose of the convolution applied to dy. Overwrites dx.</summary>
    public void RunBackwardData(in ConvolutionProblem problem, ArrayView<float> dy, ArrayView<float> w, ArrayView<float> dx) =>
        _backwardData.Run(problem, dy, w, dx);

    /// <summary>Queues dw += the correlation of x and dy. Accumulates.</summary>
    public void RunBackwardWeights(in ConvolutionProblem problem, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dw) =>
        _backwardWeights.Run(problem, x, dy, dw);

    /// <summary>Queues db[K] += sums of dy. Accumulates.</summary>
    public void RunBackwardBias(in ConvolutionProblem problem, ArrayView<float> dy, ArrayView<float> db) => _backwardBias.Run(problem, dy, db);
}
