namespace JaccardKernels.Problems;

/// <summary>
/// Inverted dropout, <c>y = keep(i) ? x / (1 - rate) : 0</c> (Srivastava et al. 2014). The mask is a pure function of seed, step and
/// element (<see cref="CounterRandom"/>), so it is the same bits on every backend, and the backward pass is the same operation on dy.
/// Text form <c>n4096rate0.5seed7step3</c>.
/// </summary>
public readonly record struct DropoutProblem : IProblem<DropoutProblem>
{
    /// <summary>Describes a dropout.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is under 1, or the rate outside [0, 1).</exception>
    public DropoutProblem(int length, float rate, int seed, int step)
    {
        (Length, Rate, Seed, Step) = (Guard.Positive(length), (float)Guard.InRange(rate, 0, 0.999), seed, step);
        Threshold = (uint)Math.Round(Rate * 4294967296.0);
    }

    /// <summary>Elements.</summary>
    public int Length { get; }

    /// <summary>The probability of a zero, in [0, 1).</summary>
    public float Rate { get; }

    /// <summary>Distinguishes layers and runs.</summary>
    public int Seed { get; }

    /// <summary>Distinguishes training steps.</summary>
    public int Step { get; }

    /// <summary>An element is kept when its 32 random bits are at least this number.</summary>
    public uint Threshold { get; }

    /// <summary>The factor of kept elements, 1 / (1 - rate).</summary>
    public float Scale => 1f / (1f - Rate);

    /// <summary>The key that <see cref="CounterRandom.Bits"/> mixes with the element's number.</summary>
    public ulong Key => CounterRandom.Key(Seed, Step);

    /// <inheritdoc/>
    public long Flops => Length;

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
    public static DropoutProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new DropoutProblem(t.Required("n"), (float)t.Optional("rate", 0.5), t.Optional("seed", 0), t.Optional("step", 0));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        ProblemText.Format(("n", Length, null), ("rate", ProblemText.Shortest(Rate), 0.5), ("seed", Seed, 0), ("step", Step, 0));
}
