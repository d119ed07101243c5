using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>Filters of a group as <c>[K/G, C/G R S]</c>: w as it is stored.</summary>
internal struct FilterMatrix(ArrayView<float> w, ConvolutionShape shape) : IOperand<float>
{
    private readonly ArrayView<float> _w = w;
    private readonly ConvolutionShape _shape = shape;

    public readonly bool ColumnsAdjacent => true;

    public readonly float Load(int row, int column, int group) => _w[(group * _shape.GroupFilters + row) * _shape.PatchLength + column];
}

/// <summary>Filters of a group for the way back, <c>[C/G, K/G R S]</c>.</summary>
internal struct TransposedFilterMatrix(ArrayView<float> w, ConvolutionShape shape) : IOperand<float>
{
    private readonly ArrayView<float> _w = w;
    private readonly ConvolutionShape _shape = shape;

    public readonly bool ColumnsAdjacent => true;

    public readonly float Load(int row, int column, int group)
    {
        int filter = group * _shape.GroupFilters + column / _shape.Taps;
        return _w[(filter * _shape.GroupChannels + row) * _shape.Taps + column % _shape.Taps];
    }
}

/// <summary>The patches of x under the kernel as <c>[C/G R S, N OH OW]</c>, the matrix im2col would write; zero in the padding.</summary>
internal struct PatchMatrix(ArrayView<float> x, ConvolutionShape shape) : IOperand<float>
{
    private readonly ArrayView<float> _x = x;
    private readonly ConvolutionShape _shape = shape;

    public readonly bool ColumnsAdjacent => true;

    public readonly float Load(int row, int column, int group)
    {
        int channel = group * _shape.GroupChannels + row / _shape.Taps, tap = row % _shape.Taps;
        int image = column / _shape.OutputPlane, position = column % _shape.OutputPlane;
        int h = position / _shape.OutputWidth * _shape.StrideH - _shape.PadH + tap / _shape.KernelW * _shape.DilationH;
        int w = position % _shape.OutputWidth * _shape.StrideW - _shape.PadW + tap % _shape.KernelW * _shape.DilationW;
        if (h < 0 || h >= _shape.Height || w < 0 || w >= _shape.Width) return 0f;
        return _x[(image * _shape.Channels + channel) * _shape.InputPlane + h * _shape.Width + w];
    }
}

/// <summary>
/// The outputs that each input reached, <c>[K/G R S, N H W]</c>: dy of filter k at the position from which tap (r,s) touches (h,w); zero where
/// the stride steps over it or no output is.
/// </summary>
internal struct OutputGradientPatchMatrix(ArrayView<float> dy, ConvolutionShape shape) : IOperand<float>
{
    private readonly ArrayView<float> _dy = dy;
    private readonly ConvolutionShape _shape = shape;

    public readonly bool ColumnsAdjacent => true;

    public readonly float Load(int row, int column, int group)
    {
        int filter = group * _shape.GroupFilters + row / _shape.Taps, tap = row % _shape.Taps;
        int image = column / _shape.InputPlane, position = column % _shape.InputPlane;
        int h = position / _shape.Width + _shape.PadH - tap / _shape.KernelW * _shape.DilationH;
        int w = position % _shape.Width + _shape.PadW - tap % _shape.KernelW * _shape.DilationW;
        if (h < 0 || w < 0 || h % _shape.StrideH != 0 || w % _shape.StrideW != 0) return 0f;
        int oh = h / _shape.StrideH, ow = w / _shape.StrideW;
        if (oh >= _shape.OutputHeight || ow >= _shape.OutputWidth) return 0f;
        return _dy[(image * _shape.Filters + filter) * _shape.OutputPlane + oh * _shape.OutputWidth + ow];
    }
}

/// <summary>The gradient of the outputs as <c>[K/G, N OH OW]</c>.</summary>
internal struct OutputGradientMatrix(ArrayView<float> dy, ConvolutionShape shape) : IOperand<float>
{
    private readonly ArrayView<float> _dy = dy;
    private readonly ConvolutionShape _shape = shape;

    public readonly bool ColumnsAdjacent => true;

    public readonly float Load(int row, int column, int group)
    {
        int image = column / _shape.OutputPlane, filter = group * _shape.GroupFilters + row;
        return _dy[(image * _shape.Filters + filter) * _shape.OutputPlane + column % _shape.OutputPlane];
    }
}

/// <summary>Another operand with rows and columns exchanged.</summary>
internal struct Transposed<TElement, TOperand>(TOperand operand) : IOperand<TElement>
    where TOperand : struct, IOperand<TElement>
{
    private TOperand _operand = operand;

    public bool ColumnsAdjacent => !_operand.ColumnsAdjacent;

    public TElement Load(int row, int column, int batch) => _operand.Load(column, row, batch);
}

/// <summary>
/// Results <c>[channels of a group, N positions]</c> stored as the channels of images <c>[N, channels, positions]</c>, with a bias a channel,
/// rectified if wanted.
/// </summary>
internal struct ImageResult : IResult<float>
{
    public ArrayView<float> Images, Bias;
    public int Channels, GroupChannels, Plane, HasBias, Relu;
    public float Ceiling;

    public readonly void Store(int row, int column, int group, float sum)
    {
        int channel = group * GroupChannels + row;
        if (HasBias != 0) sum += Bias[channel];
        if (Relu != 0 & sum < 0f) sum = 0f;
        if (Relu != 0 & sum > Ceiling) sum = Ceiling;
        Images[(column / Plane * Channels + channel) * Plane + column % Plane] = sum;
    }
}
