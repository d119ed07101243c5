namespace JaccardKernels.Problems;

/// <summary>Global average pooling, x <c>[N,C,S]</c> to y <c>[N,C]</c>, the mean over the S positions. Text form <c>mb8ic512sp49</c>.</summary>
public readonly record struct GlobalPoolingProblem : IProblem<GlobalPoolingProblem>
{
    /// <summary>Describes a pooling.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, or x exceeds the range of a span.</exception>
    public GlobalPoolingProblem(int batch, int channels, int spatial)
    {
        (Batch, Channels, Spatial) = (Guard.Positive(batch), Guard.Positive(channels), Guard.Positive(spatial));
        LengthX = Guard.Elements("x", batch, channels, spatial);
    }

    /// <summary>Images, N.</summary>
    public int Batch { get; }

    /// <summary>Channels, C.</summary>
    public int Channels { get; }

    /// <summary>Positions of a channel.</summary>
    public int Spatial { get; }

    /// <summary>Elements of x and dx.</summary>
    public int LengthX { get; }

    /// <summary>Elements of y and dy.</summary>
    public int LengthY => Batch * Channels;

    /// <inheritdoc/>
    public long Flops => LengthX;

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
    public static GlobalPoolingProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new GlobalPoolingProblem(t.Required("mb"), t.Required("ic"), t.Required("sp"));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(("mb", Batch, null), ("ic", Channels, null), ("sp", Spatial, null));
}
