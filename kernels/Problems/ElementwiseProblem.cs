namespace JaccardKernels.Problems;

/// <summary>An operation on every element by itself: tanh, addition, fill, copy. Text form <c>n4096</c>.</summary>
public readonly record struct ElementwiseProblem : IProblem<ElementwiseProblem>
{
    /// <summary>Describes an operation on <paramref name="length"/> elements.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is under 1.</exception>
    public ElementwiseProblem(int length) => Length = Guard.Positive(length);

    /// <summary>Elements of each operand.</summary>
    public int Length { get; }

    /// <inheritdoc/>
    public long Flops => Length;

    /// <summary>One operand read and one written; operations with two inputs move half as much again.</summary>
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
    public void Check(int a, int b, int y)
    {
        Guard.Length(a, Length);
        Guard.Length(b, Length);
        Guard.Length(y, Length);
    }

    /// <inheritdoc/>
    public static ElementwiseProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new ElementwiseProblem(t.Required("n"));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(("n", Length, null));
}
