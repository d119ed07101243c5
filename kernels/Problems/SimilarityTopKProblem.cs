namespace JaccardKernels.Problems;

/// <summary>
/// For each row of labels a <c>[M,C]</c> the K most similar rows of b <c>[N,C]</c>, in order of (similarity descending, row ascending), of those
/// whose similarity is at least <see cref="Least"/>: similarities float <c>[M,K]</c> and rows int32 <c>[M,K]</c>, 0 and -1 where there are no
/// more; counts int32 <c>[M]</c>, how many rows of b reach the least, those beyond K included, so that a list is known to be whole or not.
/// Similarities are rounded to float before they are compared, so that equal ones are ties whatever they were computed from. Operands and kinds
/// as of <see cref="SimilarityProblem"/>. Text form <c>m128n1000c80kind0k10least0.5empty1</c>.
/// </summary>
public readonly record struct SimilarityTopKProblem : IProblem<SimilarityTopKProblem>
{
    /// <summary>Describes a search.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, the kind is unknown, or an operand exceeds the range of a span.</exception>
    public SimilarityTopKProblem(SimilarityKind kind, int m, int n, int classes, int k, float least = 0f, float emptyValue = 1f)
    {
        // A row against all of b is as much of the matrix as there has to be.
        OneRow = new SimilarityProblem(kind, 1, n, classes, emptyValue);
        (M, K) = (Guard.Positive(m), Guard.Positive(k));
        Least = (float)Guard.InRange(least, 0, float.MaxValue);
        _ = Guard.Elements("a", m, classes);
        LengthResult = Guard.Elements("similarities", m, k);
    }

    /// <summary>The matrix of one row of a.</summary>
    public SimilarityProblem OneRow { get; }

    /// <summary>Which similarity.</summary>
    public SimilarityKind Kind => OneRow.Kind;

    /// <summary>Rows of a.</summary>
    public int M { get; }

    /// <summary>Rows of b.</summary>
    public int N => OneRow.N;

    /// <summary>Classes, C.</summary>
    public int Classes => OneRow.Classes;

    /// <summary>Rows wanted of b.</summary>
    public int K { get; }

    /// <summary>The least similarity that counts, 0 or more; with 0 everything does.</summary>
    public float Least { get; }

    /// <summary>The similarity of two empty label sets, in [0,1].</summary>
    public float EmptyValue => OneRow.EmptyValue;

    /// <summary>The operands are bit sets, not counts.</summary>
    public bool UsesBitSets => OneRow.UsesBitSets;

    /// <summary>64-bit words of a bit set.</summary>
    public int Words => OneRow.Words;

    /// <summary>Elements a row of an operand: C counts or words of bits.</summary>
    public int RowLength => OneRow.RowLength;

    /// <summary>Elements of the similarities, and of the rows.</summary>
    public int LengthResult { get; }

    /// <summary>As of the matrix that is not written.</summary>
    public long Flops => M * OneRow.Flops;

    /// <inheritdoc/>
    public long Bytes => (UsesBitSets ? 8L : 4L) * ((long)M + N) * RowLength + 8L * LengthResult + 4L * M;

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int a, int b, int similarities, int rows, int counts)
    {
        Guard.Length(a, M * RowLength);
        Guard.Length(b, N * RowLength);
        Guard.Length(similarities, LengthResult);
        Guard.Length(rows, LengthResult);
        Guard.Length(counts, M);
    }

    /// <summary>Refuses a kind that reads the other form of labels.</summary>
    /// <exception cref="ArgumentException">Counts were given for bit sets, or the reverse.</exception>
    public void RequireOperands(bool bitSets) => OneRow.RequireOperands(bitSets);

    /// <inheritdoc/>
    public static SimilarityTopKProblem Parse(string text)
    {
        var t = new ProblemText(text);
        int m = t.Required("m");
        var problem = new SimilarityTopKProblem(
            (SimilarityKind)t.Optional("kind", 0), m, t.Optional("n", m), t.Required("c"), t.Required("k"), (float)t.Optional("least", 0.0),
            (float)t.Optional("empty", 1.0));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("m", M, null), ("n", N, null), ("c", Classes, null), ("kind", (int)Kind, 0), ("k", K, null), ("least", ProblemText.Shortest(Least), 0),
        ("empty", ProblemText.Shortest(EmptyValue), 1));
}
