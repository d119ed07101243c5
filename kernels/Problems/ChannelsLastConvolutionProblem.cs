namespace JaccardKernels.Problems;

/// <summary>
/// A convolution of images whose channels lie together: x <c>[N,H,W,C]</c>, w <c>[K,C/G,R,S]</c>, y <c>[N,OH,OW,K]</c>, with what
/// <see cref="ConvolutionProblem"/> says, and three things more. x may lie in planes, <c>[N,C,H,W]</c>, as the images that enter a network do. Pixels of y may be
/// further apart than K elements: y is then a part of the channels of a tensor, from one of them on, and the rest is left alone. A tensor <c>[N,OH,OW,K]</c>
/// may be added before outputs are rectified. Text form: that of the convolution, then planar1, yc (the channels of the tensor that y is part of) and add1.
/// </summary>
public readonly record struct ChannelsLastConvolutionProblem : IProblem<ChannelsLastConvolutionProblem>
{
    /// <summary>Describes a convolution.</summary>
    /// <param name="convolution">Its sizes.</param>
    /// <param name="planar">x lies in planes.</param>
    /// <param name="outputChannels">Channels of the tensor that y is part of; 0 for K.</param>
    /// <param name="adds">Something is added.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer channels than filters, or y exceeds the range of a span.</exception>
    public ChannelsLastConvolutionProblem(ConvolutionProblem convolution, bool planar = false, int outputChannels = 0, bool adds = false)
    {
        (Convolution, Planar, Adds) = (convolution, planar, adds);
        OutputChannels = outputChannels == 0 ? convolution.Filters : Guard.AtLeast(outputChannels, convolution.Filters);
        LengthY = Guard.Elements("y", (long)Pixels - 1, OutputChannels) + convolution.Filters;
    }

    /// <summary>The sizes, the bias and the rectifier.</summary>
    public ConvolutionProblem Convolution { get; }

    /// <summary>x is [N,C,H,W].</summary>
    public bool Planar { get; }

    /// <summary>From a pixel of y to the next, in elements.</summary>
    public int OutputChannels { get; }

    /// <summary>A tensor [N,OH,OW,K] is added.</summary>
    public bool Adds { get; }

    /// <summary>Pixels of y, N OH OW.</summary>
    public int Pixels => Convolution.LengthY / Convolution.Filters;

    /// <summary>Elements from the first of y to the last.</summary>
    public int LengthY { get; }

    /// <summary>Elements of what is added, or 0.</summary>
    public int LengthAdded => Adds ? Convolution.LengthY : 0;

    /// <inheritdoc/>
    public long Flops => Convolution.Flops;

    /// <inheritdoc/>
    public long Bytes => Convolution.Bytes + 4L * LengthAdded;

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int x, int w, int bias, int added, int y)
    {
        Guard.Length(x, Convolution.LengthX);
        Guard.Length(w, Convolution.LengthW);
        Guard.Length(bias, Convolution.LengthBias);
        Guard.Length(added, LengthAdded);
        Guard.Length(y, LengthY);
    }

    /// <inheritdoc/>
    public static ChannelsLastConvolutionProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new ChannelsLastConvolutionProblem(ConvolutionProblem.Read(t), t.Flag("planar"), t.Optional("yc", 0), t.Flag("add"));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => Convolution + ProblemText.Format(
        ("planar", Planar ? 1 : 0, 0), ("yc", OutputChannels, Convolution.Filters), ("add", Adds ? 1 : 0, 0));
}
