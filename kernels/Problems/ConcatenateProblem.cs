namespace JaccardKernels.Problems;

/// <summary>
/// Row-wise concatenation, <c>y[N,A+B] = [a[N,A] ; b[N,B]]</c>: along the channels of NCHW tensors with A = C1 H W and B = C2 H W.
/// Text form <c>mb32a1024b2048</c>.
/// </summary>
public readonly record struct ConcatenateProblem : IProblem<ConcatenateProblem>
{
    /// <summary>Describes a concatenation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, or the result exceeds the range of a span.</exception>
    public ConcatenateProblem(int rows, int a, int b)
    {
        (Rows, A, B) = (Guard.Positive(rows), Guard.Positive(a), Guard.Positive(b));
        LengthY = Guard.Elements("y", rows, (long)a + b);
    }

    /// <summary>Rows, N.</summary>
    public int Rows { get; }

    /// <summary>Elements a row of a.</summary>
    public int A { get; }

    /// <summary>Elements a row of b.</summary>
    public int B { get; }

    /// <summary>Elements of y.</summary>
    public int LengthY { get; }

    /// <inheritdoc/>
    public long Flops => 0;

    /// <inheritdoc/>
    public long Bytes => 8L * LengthY;

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int a, int b, int y)
    {
        Guard.Length(a, Rows * A);
        Guard.Length(b, Rows * B);
        Guard.Length(y, LengthY);
    }

    /// <inheritdoc/>
    public static ConcatenateProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new ConcatenateProblem(t.Required("mb"), t.Required("a"), t.Required("b"));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(("mb", Rows, null), ("a", A, null), ("b", B, null));
}
