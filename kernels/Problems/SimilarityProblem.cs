namespace JaccardKernels.Problems;

/// <summary>
/// Pairwise similarity of label vectors, <c>s[M,N]</c> of a <c>[M,C]</c> against b <c>[N,C]</c>. Multiset Jaccard and cosine read counts,
/// int32 <c>[.,C]</c>, non-negative, with row sums up to 2^24; the others read bit sets, uint64 <c>[., ceil(C/64)]</c>, least significant bit
/// first, bits beyond C zero. A ratio of 0 to 0 (two empty label sets) is <see cref="EmptyValue"/>; cosine with one empty set is 0.
/// Text form <c>m128n128c80kind0empty1</c>, kind as numbered in <see cref="SimilarityKind"/>.
/// </summary>
public readonly record struct SimilarityProblem : IProblem<SimilarityProblem>
{
    /// <summary>Describes a similarity matrix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, the kind is unknown, or an operand exceeds the range of a span.</exception>
    public SimilarityProblem(SimilarityKind kind, int m, int n, int classes, float emptyValue = 1f)
    {
        if (!Enum.IsDefined(kind)) throw new ArgumentOutOfRangeException(nameof(kind), $"kind is {(int)kind}; the kinds are 0 to 4.");
        (Kind, M, N, Classes) = (kind, Guard.Positive(m), Guard.Positive(n), Guard.Positive(classes));
        EmptyValue = (float)Guard.InRange(emptyValue, 0, 1);
        _ = Guard.Elements("a", m, classes);
        _ = Guard.Elements("b", n, classes);
        LengthSimilarity = Guard.Elements("similarity", m, n);
    }

    /// <summary>Which similarity.</summary>
    public SimilarityKind Kind { get; }

    /// <summary>Rows of a.</summary>
    public int M { get; }

    /// <summary>Rows of b.</summary>
    public int N { get; }

    /// <summary>Classes, C.</summary>
    public int Classes { get; }

    /// <summary>The similarity of two empty label sets, in [0,1]: 1 by definition of a metric, 0 in training, so that an image without labels is never a positive.</summary>
    public float EmptyValue { get; }

    /// <summary>The operands are bit sets, not counts.</summary>
    public bool UsesBitSets => Kind >= SimilarityKind.SetJaccard;

    /// <summary>64-bit words of a bit set.</summary>
    public int Words => WordsOf(Classes);

    /// <summary>Elements a row of an operand: C counts or words of bits.</summary>
    public int RowLength => UsesBitSets ? Words : Classes;

    /// <summary>Elements of the result.</summary>
    public int LengthSimilarity { get; }

    /// <summary>A minimum, an addition and their like per class and pair; for bit sets per word and pair.</summary>
    public long Flops => 2L * LengthSimilarity * RowLength;

    /// <inheritdoc/>
    public long Bytes => 4L * LengthSimilarity + (UsesBitSets ? 8L : 4L) * ((long)M + N) * RowLength;

    /// <summary>64-bit words that hold <paramref name="bits"/> bits.</summary>
    public static int WordsOf(int bits) => (bits + 63) / 64;

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int a, int b, int similarity)
    {
        Guard.Length(a, M * RowLength);
        Guard.Length(b, N * RowLength);
        Guard.Length(similarity, LengthSimilarity);
    }

    /// <summary>Refuses a kind that reads the other form of labels.</summary>
    /// <exception cref="ArgumentException">Counts were given for bit sets, or the reverse.</exception>
    public void RequireOperands(bool bitSets)
    {
        if (bitSets != UsesBitSets) throw new ArgumentException($"{Kind} reads {(UsesBitSets ? "bit sets" : "counts")}.", nameof(bitSets));
    }

    /// <inheritdoc/>
    public static SimilarityProblem Parse(string text)
    {
        var t = new ProblemText(text);
        int m = t.Required("m");
        var problem = new SimilarityProblem(
            (SimilarityKind)t.Optional("kind", 0), m, t.Optional("n", m), t.Required("c"), (float)t.Optional("empty", 1.0));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("m", M, null), ("n", N, null), ("c", Classes, null), ("kind", (int)Kind, 0), ("empty", ProblemText.Shortest(EmptyValue), 1));
}
