namespace JaccardKernels.Problems;

/// <summary>
/// Batch renormalisation (Ioffe 2017, algorithm 1) of x <c>[N,C,S]</c>: <c>y = gamma ((x - mean) / deviation r + d) + beta</c>, of the batch's mean and
/// deviation, with the corrections <c>r = clip(deviation / runningDeviation, 1 / rmax, rmax)</c> and
/// <c>d = clip((mean - runningMean) / runningDeviation, -dmax, dmax)</c> towards the running statistics as they were before the step. Deviations are
/// <c>sqrt(variance + epsilon)</c>; the backward pass takes r and d for constants. With rmax 1 and dmax 0 it is batch normalisation, whose inference
/// is that of both. Text form as of <see cref="BatchNormalizationProblem"/>, with <c>rmax3</c> and <c>dmax5</c>.
/// </summary>
public readonly record struct BatchRenormalizationProblem : IProblem<BatchRenormalizationProblem>
{
    /// <summary>Where Ioffe's schedule ends.</summary>
    public const float FinalRMax = 3f, FinalDMax = 5f;

    /// <summary>Describes a renormalisation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">rmax is under 1, or dmax under 0.</exception>
    public BatchRenormalizationProblem(in BatchNormalizationProblem normalization, float rmax = FinalRMax, float dmax = FinalDMax) =>
        (Normalization, RMax, DMax) = (normalization, (float)Guard.InRange(rmax, 1, 1e6), (float)Guard.InRange(dmax, 0, 1e6));

    /// <summary>Sizes, epsilon and momentum.</summary>
    public BatchNormalizationProblem Normalization { get; }

    /// <summary>The largest r, and the inverse of the smallest.</summary>
    public float RMax { get; }

    /// <summary>The largest d, and its negative the smallest.</summary>
    public float DMax { get; }

    /// <summary>Elements of the corrections, <c>[2,C]</c>: all r, then all d.</summary>
    public int LengthCorrections => 2 * Normalization.Channels;

    /// <inheritdoc/>
    public long Flops => Normalization.Flops;

    /// <inheritdoc/>
    public long Bytes => Normalization.Bytes;

    /// <inheritdoc/>
    public static BatchRenormalizationProblem Parse(string text)
    {
        var t = new ProblemText(text);
        (float rmax, float dmax) = ((float)t.Optional("rmax", (double)FinalRMax), (float)t.Optional("dmax", (double)FinalDMax));
        var problem = new BatchRenormalizationProblem(BatchNormalizationProblem.Read(t), rmax, dmax);
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => Normalization + ProblemText.Format(
        ("rmax", ProblemText.Shortest(RMax), FinalRMax), ("dmax", ProblemText.Shortest(DMax), FinalDMax));
}
