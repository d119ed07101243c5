namespace JaccardKernels.Problems;

/// <summary>
/// Batch normalisation (Ioffe, Szegedy 2015) of x <c>[N,C,S]</c> over N and the S positions of each channel:
/// <c>y = gamma (x - mean) / sqrt(var + epsilon) + beta</c>, var the biased variance of the batch. Training also moves the running
/// statistics, <c>r = (1 - momentum) r + momentum s</c>, with the unbiased variance, as PyTorch does.
/// Text form <c>mb8ic64sp3136</c>, with epsilon <c>eps0.00001</c> and <c>mom0.1</c>.
/// </summary>
public readonly record struct BatchNormalizationProblem : IProblem<BatchNormalizationProblem>
{
    /// <summary>Describes a normalisation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, or epsilon or momentum is out of range.</exception>
    public BatchNormalizationProblem(int batch, int channels, int spatial, float epsilon = 1e-5f, float momentum = 0.1f)
    {
        (Batch, Channels, Spatial) = (Guard.Positive(batch), Guard.Positive(channels), Guard.Positive(spatial));
        (Epsilon, Momentum) = ((float)Guard.InRange(epsilon, 1e-12, 1), (float)Guard.InRange(momentum, 0, 1));
        LengthX = Guard.Elements("x", batch, channels, spatial);
    }

    /// <summary>Images, N.</summary>
    public int Batch { get; }

    /// <summary>Channels, C.</summary>
    public int Channels { get; }

    /// <summary>Positions of a channel, H W (1 for features).</summary>
    public int Spatial { get; }

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; }

    /// <summary>The weight of the new statistics.</summary>
    public float Momentum { get; }

    /// <summary>Values of a channel, N S.</summary>
    public int Population => Batch * Spatial;

    /// <summary>Elements of x, y, dx and dy.</summary>
    public int LengthX { get; }

    /// <inheritdoc/>
    public long Flops => 7L * LengthX;

    /// <summary>x is read for the statistics and again for the result.</summary>
    public long Bytes => 12L * LengthX;

    /// <summary>Refuses operands of other lengths; each per-channel operand has C elements.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int x, int y, int perChannelA, int perChannelB, int perChannelC, int perChannelD)
    {
        Guard.Length(x, LengthX);
        Guard.Length(y, LengthX);
        Guard.Length(perChannelA, Channels);
        Guard.Length(perChannelB, Channels);
        Guard.Length(perChannelC, Channels);
        Guard.Length(perChannelD, Channels);
    }

    /// <inheritdoc/>
    public static BatchNormalizationProblem Parse(string text)
    {
        var t = new ProblemText(text);
        BatchNormalizationProblem problem = Read(t);
        t.End();
        return problem;
    }

    /// <summary>Reads the keys of a normalisation from a text that may have more.</summary>
    internal static BatchNormalizationProblem Read(ProblemText t) =>
        new(t.Required("mb"), t.Required("ic"), t.Optional("sp", 1), (float)t.Optional("eps", 1e-5), (float)t.Optional("mom", 0.1));

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("mb", Batch, null), ("ic", Channels, null), ("sp", Spatial, 1),
        ("eps", ProblemText.Shortest(Epsilon), 1e-5), ("mom", ProblemText.Shortest(Momentum), 0.1));
}
