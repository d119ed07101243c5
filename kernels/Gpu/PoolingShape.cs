using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>The numbers of a <see cref="PoolingProblem"/> that kernels index with.</summary>
internal readonly struct PoolingShape
{
    public readonly int Height, Width, KernelH, KernelW, StrideH, StrideW, PadH, PadW, OutputHeight, OutputWidth, LengthX, LengthY;

    public PoolingShape(in PoolingProblem problem)
    {
        (Height, Width, KernelH, KernelW) = (problem.Height, problem.Width, problem.KernelH, problem.KernelW);
        (StrideH, StrideW, PadH, PadW) = (problem.StrideH, problem.StrideW, problem.PadH, problem.PadW);
        (OutputHeight, OutputWidth, LengthX, LengthY) = (problem.OutputHeight, problem.OutputWidth, problem.LengthX, problem.LengthY);
    }
}

/// <summary>A rectangle of cells: those under the window of one output, or the outputs whose windows cover one input.</summary>
internal readonly struct PoolingWindow
{
    public readonly int Plane, Top, Bottom, Left, Right;

    private PoolingWindow(int plane, int top, int bottom, int left, int right) =>
        (Plane, Top, Bottom, Left, Right) = (plane, top, bottom, left, right);

    /// <summary>Cells of the rectangle.</summary>
    public int Cells => (Bottom - Top) * (Right - Left);

    /// <summary>The cells of x under output <paramref name="i"/> of y.</summary>
    public static PoolingWindow UnderOutput(PoolingShape shape, int i)
    {
        int outputPlane = shape.OutputHeight * shape.OutputWidth, position = i % outputPlane;
        return Under(shape, i / outputPlane, position / shape.OutputWidth, position % shape.OutputWidth);
    }

    /// <summary>The cells of x under output (oh, ow) of plane <paramref name="plane"/>.</summary>
    public static PoolingWindow Under(PoolingShape shape, int plane, int oh, int ow)
    {
        int top = oh * shape.StrideH - shape.PadH, left = ow * shape.StrideW - shape.PadW;
        return new PoolingWindow(
            plane * (shape.Height * shape.Width),
            IntrinsicMath.Max(top, 0), IntrinsicMath.Min(top + shape.KernelH, shape.Height),
            IntrinsicMath.Max(left, 0), IntrinsicMath.Min(left + shape.KernelW, shape.Width));
    }

    /// <summary>The outputs in y whose windows cover input <paramref name="i"/> of x.</summary>
    public static PoolingWindow OverInput(PoolingShape shape, int i)
    {
        int inputPlane = shape.Height * shape.Width, position = i % inputPlane;
        int h = position / shape.Width + shape.PadH, w = position % shape.Width + shape.PadW;
        return new PoolingWindow(
            i / inputPlane * (shape.OutputHeight * shape.OutputWidth),
            h < shape.KernelH ? 0 : (h - shape.KernelH) / shape.StrideH + 1, IntrinsicMath.Min(h / shape.StrideH + 1, shape.OutputHeight),
            w < shape.KernelW ? 0 : (w - shape.KernelW) / shape.StrideW + 1, IntrinsicMath.Min(w / shape.StrideW + 1, shape.OutputWidth));
    }
}
