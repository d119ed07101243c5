namespace JaccardKernels.Problems;

/// <summary>
/// Two-dimensional cross-correlation as in every deep-learning framework: x <c>[N,C,H,W]</c>, w <c>[K,C/G,R,S]</c>, y <c>[N,K,OH,OW]</c>,
/// <c>y[n,k,oh,ow] = b[k] + sum_{c,r,s} w[k,c,r,s] x[n, c, oh*strideH - padH + r*dilationH, ow*strideW - padW + s*dilationW]</c>,
/// zero outside the image. Text form (benchdnn's keys) <c>mb8ic64ih56oc64kh3ph1</c>; iw, kw, sw, pw, dw default to their vertical twins,
/// strides, dilations and groups to 1 (a dilation of 1 is dense), padding, bias and relu to 0. With relu, <c>y = max(conv + bias, 0)</c>; with ceil too,
/// <c>y = min(max(conv + bias, 0), ceil)</c>. Trailing padding, th and tw, is further zeros below and at the right: it gives more outputs, and changes none.
/// </summary>
public readonly record struct ConvolutionProblem : IProblem<ConvolutionProblem>
{
    /// <summary>Describes a convolution.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range, groups do not divide the channels, or the kernel exceeds the padded image.</exception>
    public ConvolutionProblem(
        int batch, int channels, int height, int width, int filters, int kernelH, int kernelW,
        int strideH = 1, int strideW = 1, int padH = 0, int padW = 0, int dilationH = 1, int dilationW = 1, int groups = 1, bool bias = false,
        int trailH = 0, int trailW = 0)
    {
        (Batch, Channels, Height, Width) = (Guard.Positive(batch), Guard.Positive(channels), Guard.Positive(height), Guard.Positive(width));
        (Filters, KernelH, KernelW) = (Guard.Positive(filters), Guard.Positive(kernelH), Guard.Positive(kernelW));
        (StrideH, StrideW, DilationH, DilationW) =
            (Guard.Positive(strideH), Guard.Positive(strideW), Guard.Positive(dilationH), Guard.Positive(dilationW));
        (PadH, PadW, Groups, Bias) = (Guard.AtLeast(padH, 0), Guard.AtLeast(padW, 0), Guard.Positive(groups), bias);
        (TrailH, TrailW) = (Guard.AtLeast(trailH, 0), Guard.AtLeast(trailW, 0));
        if (channels % groups != 0 || filters % groups != 0)
            throw new ArgumentOutOfRangeException(nameof(groups), $"groups is {groups}; it must divide channels ({channels}) and filters ({filters}).");
        OutputHeight = Window.Output("height", height, kernelH, strideH, padH, dilationH, trailH);
        OutputWidth = Window.Output("width", width, kernelW, strideW, padW, dilationW, trailW);
        LengthX = Guard.Elements("x", batch, channels, height, width);
        LengthW = Guard.Elements("w", filters, channels / groups, kernelH, kernelW);
        LengthY = Guard.Elements("y", batch, filters, OutputHeight, OutputWidth);
    }

    /// <summary>Images, N.</summary>
    public int Batch { get; }

    /// <summary>Input channels, C.</summary>
    public int Channels { get; }

    /// <summary>Input height, H.</summary>
    public int Height { get; }

    /// <summary>Input width, W.</summary>
    public int Width { get; }

    /// <summary>Output channels, K.</summary>
    public int Filters { get; }

    /// <summary>Kernel height, R.</summary>
    public int KernelH { get; }

    /// <summary>Kernel width, S.</summary>
    public int KernelW { get; }

    /// <summary>Vertical stride.</summary>
    public int StrideH { get; }

    /// <summary>Horizontal stride.</summary>
    public int StrideW { get; }

    /// <summary>Zero rows above and below.</summary>
    public int PadH { get; }

    /// <summary>Zero columns left and right.</summary>
    public int PadW { get; }

    /// <summary>Zero rows below, beyond <see cref="PadH"/>.</summary>
    public int TrailH { get; }

    /// <summary>Zero columns at the right, beyond <see cref="PadW"/>.</summary>
    public int TrailW { get; }

    /// <summary>Vertical distance of kernel taps; 1 is dense.</summary>
    public int DilationH { get; }

    /// <summary>Horizontal distance of kernel taps; 1 is dense.</summary>
    public int DilationW { get; }

    /// <summary>Groups, G: input and output channels fall into G independent blocks.</summary>
    public int Groups { get; }

    /// <summary>A bias per output channel is added.</summary>
    public bool Bias { get; }

    /// <summary>Outputs are rectified. The backward passes take a dy that is zero where y is, and do not look at it.</summary>
    public bool Relu { get; init; }

    /// <summary>The largest result where outputs are rectified, above 0; infinity where there is none. Where they are not, it has no effect.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to what is not above 0.</exception>
    public float Ceiling
    {
        get;
        init => field = Guard.AboveZero(value, nameof(Ceiling));
    }
    = float.PositiveInfinity;

    /// <summary>Output height, OH.</summary>
    public int OutputHeight { get; }

    /// <summary>Output width, OW.</summary>
    public int OutputWidth { get; }

    /// <summary>Elements of x and dx.</summary>
    public int LengthX { get; }

    /// <summary>Elements of w and dw.</summary>
    public int LengthW { get; }

    /// <summary>Elements of y and dy.</summary>
    public int LengthY { get; }

    /// <summary>Elements of the bias: K, or 0.</summary>
    public int LengthBias => Bias ? Filters : 0;

    /// <summary>Input channels of one group.</summary>
    public int GroupChannels => Channels / Groups;

    /// <summary>Output channels of one group.</summary>
    public int GroupFilters => Filters / Groups;

    /// <summary>Terms of one output: C/G R S.</summary>
    public int PatchLength => GroupChannels * KernelH * KernelW;

    /// <inheritdoc/>
    public long Flops => 2L * LengthY * PatchLength;

    /// <inheritdoc/>
    public long Bytes => 4L * ((long)LengthX + LengthW + LengthY + LengthBias);

    /// <summary>Refuses operands of other lengths; x and y stand for dx and dy as well.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int x, int w, int y)
    {
        Guard.Length(x, LengthX);
        Guard.Length(w, LengthW);
        Guard.Length(y, LengthY);
    }

    /// <inheritdoc/>
    public static ConvolutionProblem Parse(string text)
    {
        var t = new ProblemText(text);
        ConvolutionProblem problem = Read(t);
        t.End();
        return problem;
    }

    /// <summary>Reads the keys of a convolution, of a text that may have more.</summary>
    /// <exception cref="ArgumentException">A key is missing, or they do not go together.</exception>
    internal static ConvolutionProblem Read(ProblemText t)
    {
        int h = t.Required("ih"), r = t.Required("kh"), stride = t.Optional("sh", 1), pad = t.Optional("ph", 0), dilation = t.Optional("dh", 1);
        int trail = t.Optional("th", 0);
        var problem = new ConvolutionProblem(
            t.Optional("mb", 1), t.Required("ic"), h, t.Optional("iw", h), t.Required("oc"), r, t.Optional("kw", r),
            stride, t.Optional("sw", stride), pad, t.Optional("pw", pad), dilation, t.Optional("dw", dilation), t.Optional("g", 1), t.Flag("bias"),
            trail, t.Optional("tw", trail))
        {
            Relu = t.Flag("relu"), Ceiling = (float)t.Optional("ceil", double.PositiveInfinity),
        };
        return problem.Relu || float.IsPositiveInfinity(problem.Ceiling)
            ? problem
            : throw new ArgumentException($"problem '{t}': 'ceil' is for rectified outputs; it needs relu1.", nameof(t));
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("mb", Batch, null), ("g", Groups, 1), ("ic", Channels, null), ("ih", Height, null), ("iw", Width, Height), ("oc", Filters, null),
        ("kh", KernelH, null), ("kw", KernelW, KernelH), ("sh", StrideH, 1), ("sw", StrideW, StrideH), ("ph", PadH, 0), ("pw", PadW, PadH),
        ("th", TrailH, 0), ("tw", TrailW, TrailH), ("dh", DilationH, 1), ("dw", DilationW, DilationH), ("bias", Bias ? 1 : 0, 0),
        ("relu", Relu ? 1 : 0, 0), ("ceil", Relu ? ProblemText.Shortest(Ceiling) : double.PositiveInfinity, double.PositiveInfinity));
}
