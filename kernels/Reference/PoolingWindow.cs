using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>The real cells under the window of one output of a pooling.</summary>
internal readonly struct PoolingWindow
{
    /// <summary>The window of element <paramref name="output"/> of y <c>[N,C,OH,OW]</c>.</summary>
    public PoolingWindow(in PoolingProblem problem, int output)
    {
        int ow = output % problem.OutputWidth, oh = output / problem.OutputWidth % problem.OutputHeight;
        Plane = output / (problem.OutputWidth * problem.OutputHeight) * problem.Height * problem.Width;
        int top = oh * problem.StrideH - problem.PadH, left = ow * problem.StrideW - problem.PadW;
        (Top, Bottom) = (Math.Max(top, 0), Math.Min(top + problem.KernelH, problem.Height));
        (Left, Right) = (Math.Max(left, 0), Math.Min(left + problem.KernelW, problem.Width));
    }

    /// <summary>Where the channel of the image starts in x.</summary>
    public int Plane { get; }

    /// <summary>First row.</summary>
    public int Top { get; }

    /// <summary>Past the last row.</summary>
    public int Bottom { get; }

    /// <summary>First column.</summary>
    public int Left { get; }

    /// <summary>Past the last column.</summary>
    public int Right { get; }

    /// <summary>Cells within the image.</summary>
    public int Cells => (Bottom - Top) * (Right - Left);
}
