namespace JaccardKernels.Problems;

/// <summary>
/// The rectifier with a ceiling, <c>y = min(max(x, 0), ceiling)</c>: ReLU without one, ReLU6 with 6 (Krizhevsky, "Convolutional deep belief networks
/// on CIFAR-10", 2010). Backward <c>dx = 0 &lt; y &lt; ceiling ? dy : 0</c>. Text form <c>n4096</c>, <c>n4096ceil6</c>.
/// </summary>
public readonly record struct ReluProblem : IProblem<ReluProblem>
{
    /// <summary>Describes a rectifier.</summary>
    /// <param name="length">Elements of each operand.</param>
    /// <param name="ceiling">The largest result.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is under 1, or the ceiling is not above 0.</exception>
    public ReluProblem(int length, float ceiling = float.PositiveInfinity) => (Length, Ceiling) = (Guard.Positive(length), Guard.AboveZero(ceiling));

    /// <summary>Elements of each operand.</summary>
    public int Length { get; }

    /// <summary>The largest result, above 0; infinity where there is none.</summary>
    public float Ceiling { get; }

    /// <inheritdoc/>
    public long Flops => Length;

    /// <summary>One operand read and one written; the way back reads half as much again.</summary>
    public long Bytes => 8L * Length;

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int x, int y)
    {
        Guard.Length(x, Length);
        Guard.Length(y, Length);
    }

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int dy, int y, int dx)
    {
        Guard.Length(dy, Length);
        Guard.Length(y, Length);
        Guard.Length(dx, Length);
    }

    /// <inheritdoc/>
    public static ReluProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new ReluProblem(t.Required("n"), (float)t.Optional("ceil", double.PositiveInfinity));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(("n", Length, null), ("ceil", ProblemText.Shortest(Ceiling), double.PositiveInfinity));
}
