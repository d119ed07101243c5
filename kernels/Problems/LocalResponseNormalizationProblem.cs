namespace JaccardKernels.Problems;

/// <summary>
/// Local response normalisation across channels (Krizhevsky, Sutskever, Hinton 2012, section 3.3) of x <c>[N,C,S]</c>:
/// <c>y_c = x_c (k + alpha sum x_j^2)^-beta</c>, the sum over the <see cref="Window"/> channels around c that there are. Alpha is the paper's: it
/// multiplies the sum. Caffe, PyTorch and ONNX multiply the mean, so their alpha is this one times the window; Chainer's is this one.
/// Text form <c>mb8ic96sp3025</c>, with <c>win5</c>, <c>alpha0.0001</c>, <c>beta0.75</c> and <c>k2</c>, the paper's values, unless they are others.
/// </summary>
public readonly record struct LocalResponseNormalizationProblem : IProblem<LocalResponseNormalizationProblem>
{
    /// <summary>The values of the paper.</summary>
    public const int PaperWindow = 5;

    /// <inheritdoc cref="PaperWindow"/>
    public const float PaperAlpha = 1e-4f, PaperBeta = 0.75f, PaperK = 2f;

    /// <summary>Describes a normalisation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, the window is even, or a number is out of range.</exception>
    public LocalResponseNormalizationProblem(
        int batch, int channels, int spatial, int window = PaperWindow, float alpha = PaperAlpha, float beta = PaperBeta, float k = PaperK)
    {
        (Batch, Channels, Spatial, Window) = (Guard.Positive(batch), Guard.Positive(channels), Guard.Positive(spatial), Guard.Positive(window));
        // Of even windows every library has its own idea which side is longer.
        if (window % 2 == 0) throw new ArgumentOutOfRangeException(nameof(window), $"window is {window}; an odd number of channels is needed.");
        (Alpha, Beta, K) = ((float)Guard.InRange(alpha, 0, 1e6), (float)Guard.InRange(beta, 0, 100), (float)Guard.InRange(k, 1e-6, 1e6));
        Length = Guard.Elements("x", batch, channels, spatial);
    }

    /// <summary>Images, N.</summary>
    public int Batch { get; }

    /// <summary>Channels, C.</summary>
    public int Channels { get; }

    /// <summary>Positions of a channel, H W.</summary>
    public int Spatial { get; }

    /// <summary>Channels that a sum is over, the middle one included; odd.</summary>
    public int Window { get; }

    /// <summary>Multiplies the sum of squares.</summary>
    public float Alpha { get; }

    /// <summary>The exponent.</summary>
    public float Beta { get; }

    /// <summary>What the sum is added to.</summary>
    public float K { get; }

    /// <summary>Channels on either side.</summary>
    public int Reach => Window / 2;

    /// <summary>Elements of x, y, dx and dy.</summary>
    public int Length { get; }

    /// <summary>Squares and their sum, and about eight for the power.</summary>
    public long Flops => (2L * Window + 8) * Length;

    /// <inheritdoc/>
    public long Bytes => 8L * Length;

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int x, int y)
    {
        Guard.Length(x, Length);
        Guard.Length(y, Length);
    }

    /// <inheritdoc/>
    public static LocalResponseNormalizationProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new LocalResponseNormalizationProblem(
            t.Required("mb"), t.Required("ic"), t.Optional("sp", 1), t.Optional("win", PaperWindow),
            (float)t.Optional("alpha", ProblemText.Shortest(PaperAlpha)), (float)t.Optional("beta", (double)PaperBeta),
            (float)t.Optional("k", (double)PaperK));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("mb", Batch, null), ("ic", Channels, null), ("sp", Spatial, 1), ("win", Window, PaperWindow),
        ("alpha", ProblemText.Shortest(Alpha), ProblemText.Shortest(PaperAlpha)), ("beta", ProblemText.Shortest(Beta), PaperBeta),
        ("k", ProblemText.Shortest(K), PaperK));
}
