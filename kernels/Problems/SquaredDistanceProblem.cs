namespace JaccardKernels.Problems;

/// <summary>
/// Squared Euclidean distances, <c>d[M,N] = |x[M,D] - y[N,D]|^2</c>, by differences (a point is at distance exactly 0 from itself).
/// Text form <c>m128n128d64</c>.
/// </summary>
public readonly record struct SquaredDistanceProblem : IProblem<SquaredDistanceProblem>
{
    /// <summary>Describes a distance matrix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, or an operand exceeds the range of a span.</exception>
    public SquaredDistanceProblem(int m, int n, int d)
    {
        (M, N, D) = (Guard.Positive(m), Guard.Positive(n), Guard.Positive(d));
        (LengthX, LengthY, LengthDistances) = (Guard.Elements("x", m, d), Guard.Elements("y", n, d), Guard.Elements("distances", m, n));
    }

    /// <summary>Rows of x.</summary>
    public int M { get; }

    /// <summary>Rows of y.</summary>
    public int N { get; }

    /// <summary>Dimensions.</summary>
    public int D { get; }

    /// <summary>Elements of x.</summary>
    public int LengthX { get; }

    /// <summary>Elements of y.</summary>
    public int LengthY { get; }

    /// <summary>Elements of the result.</summary>
    public int LengthDistances { get; }

    /// <inheritdoc/>
    public long Flops => 3L * M * N * D;

    /// <inheritdoc/>
    public long Bytes => 4L * ((long)LengthX + LengthY + LengthDistances);

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int x, int y, int distances)
    {
        Guard.Length(x, LengthX);
        Guard.Length(y, LengthY);
        Guard.Length(distances, LengthDistances);
    }

    /// <inheritdoc/>
    public static SquaredDistanceProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new SquaredDistanceProblem(t.Required("m"), t.Required("n"), t.Required("d"));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(("m", M, null), ("n", N, null), ("d", D, null));
}
