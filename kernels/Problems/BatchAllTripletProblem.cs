namespace JaccardKernels.Problems;

/// <summary>
/// Triplet loss over every triplet of a batch: embeddings <c>[N,D]</c>, similarity <c>[N,N]</c>, all (a,p,n) with a, p, n distinct and
/// <c>J_ap - J_an &gt; delta</c>; the hinge is <c>max(0, u_ap - u_an + offset)</c> with <c>u = d + margin J</c>, so nothing larger than N^2 is held.
/// The margin alone is adaptive (Mojoo, Kurita 2021); an offset alone is the fixed margin of the classic triplet loss. Text form
/// <c>n128d64margin15delta0.1red1offset0</c>.
/// </summary>
public readonly record struct BatchAllTripletProblem : IProblem<BatchAllTripletProblem>
{
    /// <summary>Describes a loss.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, margin, delta or offset is negative, or an operand exceeds the range of a span.</exception>
    public BatchAllTripletProblem(
        int batch, int dimensions, float margin, float delta, TripletReduction reduction = TripletReduction.MeanOfActive, float offset = 0f)
    {
        (Batch, Dimensions, Reduction) = (Guard.Positive(batch), Guard.Positive(dimensions), reduction);
        (Margin, Delta) = ((float)Guard.InRange(margin, 0, 1e6), (float)Guard.InRange(delta, 0, 1));
        Offset = (float)Guard.InRange(offset, 0, 1e6);
        LengthEmbeddings = Guard.Elements("embeddings", batch, dimensions);
        LengthSimilarity = Guard.Elements("similarity", batch, batch);
    }

    /// <summary>Rows of the embeddings, N.</summary>
    public int Batch { get; }

    /// <summary>Dimensions, D.</summary>
    public int Dimensions { get; }

    /// <summary>The margin between similarity 1 and 0, m.</summary>
    public float Margin { get; }

    /// <summary>The part of every triplet's margin that does not depend on the similarity.</summary>
    public float Offset { get; }

    /// <summary>The least difference of similarity, exclusive.</summary>
    public float Delta { get; }

    /// <summary>The divisor of the sum.</summary>
    public TripletReduction Reduction { get; }

    /// <summary>Elements of the embeddings and the gradient.</summary>
    public int LengthEmbeddings { get; }

    /// <summary>Elements of the similarity.</summary>
    public int LengthSimilarity { get; }

    /// <summary>Triplets looked at, N^3.</summary>
    public long Candidates => (long)Batch * Batch * Batch;

    /// <summary>Distances and gradient as matrix products, and four operations per candidate.</summary>
    public long Flops => 4 * Candidates + 5L * LengthSimilarity * Dimensions;

    /// <inheritdoc/>
    public long Bytes => 8L * LengthEmbeddings + 4L * LengthSimilarity;

    /// <summary>Refuses operands of other lengths; see <see cref="TripletStatistics"/> for the last two.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int embeddings, int similarity, int gradient, int statistics, int counts)
    {
        Guard.Length(embeddings, LengthEmbeddings);
        Guard.Length(similarity, LengthSimilarity);
        Guard.Length(gradient, LengthEmbeddings);
        Guard.Length(statistics, TripletStatistics.Values);
        Guard.Length(counts, TripletStatistics.Counts);
    }

    /// <inheritdoc/>
    public static BatchAllTripletProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new BatchAllTripletProblem(
            t.Required("n"), t.Required("d"), (float)t.Optional("margin", 15.0), (float)t.Optional("delta", 0.1), (TripletReduction)t.Optional("red", 1),
            (float)t.Optional("offset", 0.0));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("n", Batch, null), ("d", Dimensions, null), ("margin", ProblemText.Shortest(Margin), 15), ("delta", ProblemText.Shortest(Delta), 0.1),
        ("red", (int)Reduction, 1), ("offset", ProblemText.Shortest(Offset), 0));
}
