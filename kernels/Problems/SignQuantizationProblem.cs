namespace JaccardKernels.Problems;

/// <summary>
/// Sign codes of embeddings <c>[N,D]</c>: bit d of a code is (e_d &gt;= 0), packed least significant bit first into uint64 words
/// <c>[N, ceil(D/64)]</c>, unused bits zero. On a little-endian machine the bytes are faiss's uint8 layout. Text form <c>n1000d64</c>.
/// </summary>
public readonly record struct SignQuantizationProblem : IProblem<SignQuantizationProblem>
{
    /// <summary>Describes a quantization.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, or the embeddings exceed the range of a span.</exception>
    public SignQuantizationProblem(int count, int dimensions)
    {
        (Count, Dimensions) = (Guard.Positive(count), Guard.Positive(dimensions));
        LengthEmbeddings = Guard.Elements("embeddings", count, dimensions);
    }

    /// <summary>Rows, N.</summary>
    public int Count { get; }

    /// <summary>Dimensions and bits, D.</summary>
    public int Dimensions { get; }

    /// <summary>Words of a code.</summary>
    public int Words => SimilarityProblem.WordsOf(Dimensions);

    /// <summary>Elements of the embeddings.</summary>
    public int LengthEmbeddings { get; }

    /// <summary>Words of all codes.</summary>
    public int LengthCodes => Count * Words;

    /// <inheritdoc/>
    public long Flops => LengthEmbeddings;

    /// <inheritdoc/>
    public long Bytes => 4L * LengthEmbeddings + 8L * LengthCodes;

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int embeddings, int codes)
    {
        Guard.Length(embeddings, LengthEmbeddings);
        Guard.Length(codes, LengthCodes);
    }

    /// <inheritdoc/>
    public static SignQuantizationProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new SignQuantizationProblem(t.Required("n"), t.Required("d"));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(("n", Count, null), ("d", Dimensions, null));
}
