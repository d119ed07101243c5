namespace JaccardKernels.Problems;

/// <summary>Column sums of x <c>[Rows,Columns]</c>, added to y <c>[Columns]</c>. Text form <c>m128n512</c>.</summary>
public readonly record struct ReduceProblem : IProblem<ReduceProblem>
{
    /// <summary>Describes a reduction.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, or x exceeds the range of a span.</exception>
    public ReduceProblem(int rows, int columns)
    {
        (Rows, Columns) = (Guard.Positive(rows), Guard.Positive(columns));
        LengthX = Guard.Elements("x", rows, columns);
    }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>Elements of x.</summary>
    public int LengthX { get; }

    /// <inheritdoc/>
    public long Flops => LengthX;

    /// <inheritdoc/>
    public long Bytes => 4L * (LengthX + 2L * Columns);

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int x, int y)
    {
        Guard.Length(x, LengthX);
        Guard.Length(y, Columns);
    }

    /// <inheritdoc/>
    public static ReduceProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new ReduceProblem(t.Required("m"), t.Required("n"));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(("m", Rows, null), ("n", Columns, null));
}
