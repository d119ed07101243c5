namespace JaccardKernels.Problems;

/// <summary>
/// One step of stochastic gradient descent with momentum: <c>v = momentum v + (g + decay w); w -= rate v</c>. Text form
/// <c>n4096rate0.01mom0.9decay0.0005</c>.
/// </summary>
public readonly record struct MomentumSgdProblem : IProblem<MomentumSgdProblem>
{
    /// <summary>Describes a step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is under 1, or a factor is out of range.</exception>
    public MomentumSgdProblem(int length, float rate, float momentum = 0.9f, float decay = 0f)
    {
        (Length, Rate) = (Guard.Positive(length), (float)Guard.InRange(rate, 0, 1e6));
        (Momentum, Decay) = ((float)Guard.InRange(momentum, 0, 1), (float)Guard.InRange(decay, 0, 1e6));
    }

    /// <summary>Parameters.</summary>
    public int Length { get; }

    /// <summary>Learning rate.</summary>
    public float Rate { get; }

    /// <summary>The share of the old velocity kept.</summary>
    public float Momentum { get; }

    /// <summary>Weight decay, added to the gradient.</summary>
    public float Decay { get; }

    /// <inheritdoc/>
    public long Flops => 6L * Length;

    /// <inheritdoc/>
    public long Bytes => 20L * Length;

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int gradient, int velocity, int weights)
    {
        Guard.Length(gradient, Length);
        Guard.Length(velocity, Length);
        Guard.Length(weights, Length);
    }

    /// <inheritdoc/>
    public static MomentumSgdProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new MomentumSgdProblem(
            t.Required("n"), (float)t.Optional("rate", 0.01), (float)t.Optional("mom", 0.9), (float)t.Optional("decay", 0.0));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("n", Length, null), ("rate", ProblemText.Shortest(Rate), 0.01), ("mom", ProblemText.Shortest(Momentum), 0.9),
        ("decay", ProblemText.Shortest(Decay), 0));
}
