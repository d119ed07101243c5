namespace JaccardKernels.Problems;

/// <summary>
/// Maximum or average pooling, x <c>[N,C,H,W]</c> to y <c>[N,C,OH,OW]</c>. Padding never takes part: a maximum ignores it and an average
/// divides by the number of real cells under the window. Output sizes round down.
/// Text form <c>mb8ic64ih56kh3sh2ph1</c>; horizontal keys default to the vertical ones, the stride to the kernel.
/// </summary>
public readonly record struct PoolingProblem : IProblem<PoolingProblem>
{
    /// <summary>Describes a pooling.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range, or the padding reaches half of the kernel or more.</exception>
    public PoolingProblem(
        int batch, int channels, int height, int width, int kernelH, int kernelW, int strideH, int strideW, int padH = 0, int padW = 0)
    {
        (Batch, Channels, Height, Width) = (Guard.Positive(batch), Guard.Positive(channels), Guard.Positive(height), Guard.Positive(width));
        (KernelH, KernelW, StrideH, StrideW) = (Guard.Positive(kernelH), Guard.Positive(kernelW), Guard.Positive(strideH), Guard.Positive(strideW));
        (PadH, PadW) = (Guard.AtLeast(padH, 0), Guard.AtLeast(padW, 0));
        if (2 * padH > kernelH || 2 * padW > kernelW)
            throw new ArgumentOutOfRangeException(nameof(padH), $"padding {padH}x{padW} exceeds half of the kernel {kernelH}x{kernelW}: a window could lie outside the image.");
        OutputHeight = Window.Output("height", height, kernelH, strideH, padH, 1);
        OutputWidth = Window.Output("width", width, kernelW, strideW, padW, 1);
        LengthX = Guard.Elements("x", batch, channels, height, width);
        LengthY = Guard.Elements("y", batch, channels, OutputHeight, OutputWidth);
    }

    /// <summary>Images, N.</summary>
    public int Batch { get; }

    /// <summary>Channels, C.</summary>
    public int Channels { get; }

    /// <summary>Input height, H.</summary>
    public int Height { get; }

    /// <summary>Input width, W.</summary>
    public int Width { get; }

    /// <summary>Window height.</summary>
    public int KernelH { get; }

    /// <summary>Window width.</summary>
    public int KernelW { get; }

    /// <summary>Vertical stride.</summary>
    public int StrideH { get; }

    /// <summary>Horizontal stride.</summary>
    public int StrideW { get; }

    /// <summary>Padding rows above and below.</summary>
    public int PadH { get; }

    /// <summary>Padding columns left and right.</summary>
    public int PadW { get; }

    /// <summary>Output height, OH.</summary>
    public int OutputHeight { get; }

    /// <summary>Output width, OW.</summary>
    public int OutputWidth { get; }

    /// <summary>Elements of x and dx.</summary>
    public int LengthX { get; }

    /// <summary>Elements of y, dy and the indices.</summary>
    public int LengthY { get; }

    /// <inheritdoc/>
    public long Flops => (long)LengthY * KernelH * KernelW;

    /// <inheritdoc/>
    public long Bytes => 4L * ((long)LengthX + LengthY);

    /// <summary>Refuses operands of other lengths; x and y stand for dx and dy as well.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int x, int y)
    {
        Guard.Length(x, LengthX);
        Guard.Length(y, LengthY);
    }

    /// <inheritdoc/>
    public static PoolingProblem Parse(string text)
    {
        var t = new ProblemText(text);
        int h = t.Required("ih"), kernelH = t.Required("kh"), kernelW = t.Optional("kw", kernelH);
        int strideH = t.Optional("sh", kernelH), padH = t.Optional("ph", 0);
        var problem = new PoolingProblem(
            t.Optional("mb", 1), t.Required("ic"), h, t.Optional("iw", h), kernelH, kernelW, strideH, t.Optional("sw", strideH), padH, t.Optional("pw", padH));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("mb", Batch, null), ("ic", Channels, null), ("ih", Height, null), ("iw", Width, Height), ("kh", KernelH, null), ("kw", KernelW, KernelH),
        ("sh", StrideH, KernelH), ("sw", StrideW, StrideH), ("ph", PadH, 0), ("pw", PadW, PadH));
}
