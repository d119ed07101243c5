namespace JaccardKernels.Problems;

/// <summary>
/// One step of Adam (Kingma, Ba 2015) with decay added to the gradient: <c>m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2;
/// w -= rate (m / (1-b1^t)) / (sqrt(v / (1-b2^t)) + epsilon)</c>. Text form <c>n4096rate0.001t1decay0</c>.
/// </summary>
public readonly record struct AdamProblem : IProblem<AdamProblem>
{
    /// <summary>Describes a step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length or the step is under 1, or a factor is out of range.</exception>
    public AdamProblem(int length, float rate, int step, float decay = 0f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f)
    {
        (Length, Rate, Step) = (Guard.Positive(length), (float)Guard.InRange(rate, 0, 1e6), Guard.Positive(step));
        (Beta1, Beta2) = ((float)Guard.InRange(beta1, 0, 0.99999), (float)Guard.InRange(beta2, 0, 0.99999));
        (Decay, Epsilon) = ((float)Guard.InRange(decay, 0, 1e6), (float)Guard.InRange(epsilon, 1e-12, 1));
    }

    /// <summary>Parameters.</summary>
    public int Length { get; }

    /// <summary>Learning rate.</summary>
    public float Rate { get; }

    /// <summary>The number of the step, from 1.</summary>
    public int Step { get; }

    /// <summary>Weight decay, added to the gradient.</summary>
    public float Decay { get; }

    /// <summary>The decay of the first moment.</summary>
    public float Beta1 { get; }

    /// <summary>The decay of the second moment.</summary>
    public float Beta2 { get; }

    /// <summary>Added to the root.</summary>
    public float Epsilon { get; }

    /// <summary>1 / (1 - b1^t).</summary>
    public float Correction1 => (float)(1 / (1 - Math.Pow(Beta1, Step)));

    /// <summary>1 / (1 - b2^t).</summary>
    public float Correction2 => (float)(1 / (1 - Math.Pow(Beta2, Step)));

    /// <inheritdoc/>
    public long Flops => 14L * Length;

    /// <inheritdoc/>
    public long Bytes => 28L * Length;

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int gradient, int first, int second, int weights)
    {
        Guard.Length(gradient, Length);
        Guard.Length(first, Length);
        Guard.Length(second, Length);
        Guard.Length(weights, Length);
    }

    /// <inheritdoc/>
    public static AdamProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new AdamProblem(t.Required("n"), (float)t.Optional("rate", 0.001), t.Optional("t", 1), (float)t.Optional("decay", 0.0));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("n", Length, null), ("rate", ProblemText.Shortest(Rate), 0.001), ("t", Step, 1), ("decay", ProblemText.Shortest(Decay), 0));
}
