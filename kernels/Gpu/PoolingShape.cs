using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>The numbers of a <see cref="PoolingProblem"/> that kernels index with.</summary>
internal readonly struct PoolingShape
{
    public readonly int Height, Width, KernelH, KernelW, PadH, PadW, OutputHeight, OutputWidth, LengthX, LengthY;
    private readonly FastDivision _strideH, _strideW, _inputRow, _inputPlane, _outputRow, _outputPlane;

    public PoolingShape(in PoolingProblem problem)
    {
        (Height, Width, KernelH, KernelW) = (problem.Height, problem.Width, problem.KernelH, problem.KernelW);
        (PadH, PadW, _strideH, _strideW) = (problem.PadH, problem.PadW, new(problem.StrideH), new(problem.StrideW));
        (OutputHeight, OutputWidth, LengthX, LengthY) = (problem.OutputHeight, problem.OutputWidth, problem.LengthX, problem.LengthY);
        (_inputRow, _inputPlane) = (new(problem.Width), new(problem.Height * problem.Width));
        (_outputRow, _outputPlane) = (new(problem.OutputWidth), new(problem.OutputHeight * problem.OutputWidth));
    }

    /// <summary>The cells of x under output <paramref name="i"/> of y.</summary>
    public PoolingWindow UnderOutput(int i)
    {
        int plane = _outputPlane.Divide(i), position = i - plane * _outputPlane.Divisor, oh = _outputRow.Divide(position);
        return UnderOutput(plane, oh, position - oh * OutputWidth);
    }

    /// <summary>The cells of x under output (oh, ow) of plane <paramref name="plane"/>.</summary>
    public PoolingWindow UnderOutput(int plane, int oh, int ow)
    {
        int top = oh * _strideH.Divisor - PadH, left = ow * _strideW.Divisor - PadW;
        return new PoolingWindow(
            plane * _inputPlane.Divisor,
            IntrinsicMath.Max(top, 0), IntrinsicMath.Min(top + KernelH, Height), IntrinsicMath.Max(left, 0), IntrinsicMath.Min(left + KernelW, Width));
    }

    /// <summary>Where in its plane input <paramref name="i"/> of x lies.</summary>
    public int PositionOfInput(int i) => _inputPlane.Remainder(i);

    /// <summary>The outputs in y whose windows cover input <paramref name="i"/> of x.</summary>
    public PoolingWindow OverInput(int i)
    {
        int plane = _inputPlane.Divide(i), position = i - plane * _inputPlane.Divisor;
        int row = _inputRow.Divide(position), h = row + PadH, w = position - row * Width + PadW;
        return new PoolingWindow(
            plane * _outputPlane.Divisor,
            h < KernelH ? 0 : _strideH.Divide(h - KernelH) + 1, IntrinsicMath.Min(_strideH.Divide(h) + 1, OutputHeight),
            w < KernelW ? 0 : _strideW.Divide(w - KernelW) + 1, IntrinsicMath.Min(_strideW.Divide(w) + 1, OutputWidth));
    }
}

/// <summary>A rectangle of cells: those under the window of one output, or the outputs whose windows cover one input.</summary>
internal readonly struct PoolingWindow(int plane, int top, int bottom, int left, int right)
{
    /// <summary>Where the plane of the rectangle starts.</summary>
    public readonly int Plane = plane;
    public readonly int Top = top, Bottom = bottom, Left = left, Right = right;

    /// <summary>Cells of the rectangle.</summary>
    public int Cells => (Bottom - Top) * (Right - Left);
}
