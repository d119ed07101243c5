namespace JaccardKernels.Problems;

/// <summary>What the sum of hinges is divided by.</summary>
public enum TripletReduction
{
    /// <summary>The number of triplets (the paper's 1/B).</summary>
    MeanOfAll = 0,

    /// <summary>The number of active triplets, at least 1.</summary>
    MeanOfActive = 1,
}

/// <summary>
/// Adaptive-margin triplet loss over a list (Mojoo, Kurita 2021): squared distances d, triplets (a,p,n) of rows of the embeddings
/// <c>[N,D]</c>, margins <c>m (J_ap - J_an)</c>, <c>L = 1/B sum max(0, d(a,p) - d(a,n) + margin)</c>.
/// Text form <c>n384d64t128red0</c>.
/// </summary>
public readonly record struct TripletProblem : IProblem<TripletProblem>
{
    /// <summary>Describes a loss.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, or an operand exceeds the range of a span.</exception>
    public TripletProblem(int embeddings, int dimensions, int triplets, TripletReduction reduction = TripletReduction.MeanOfAll)
    {
        (Embeddings, Dimensions, Triplets, Reduction) = (Guard.Positive(embeddings), Guard.Positive(dimensions), Guard.Positive(triplets), reduction);
        LengthEmbeddings = Guard.Elements("embeddings", embeddings, dimensions);
        LengthTriplets = Guard.Elements("triplets", triplets, 3);
    }

    /// <summary>Rows of the embeddings, N.</summary>
    public int Embeddings { get; }

    /// <summary>Dimensions, D.</summary>
    public int Dimensions { get; }

    /// <summary>Triplets in the list, B.</summary>
    public int Triplets { get; }

    /// <summary>The divisor of the sum.</summary>
    public TripletReduction Reduction { get; }

    /// <summary>Elements of the embeddings and the gradient.</summary>
    public int LengthEmbeddings { get; }

    /// <summary>Elements of the list, int32 [B,3].</summary>
    public int LengthTriplets { get; }

    /// <inheritdoc/>
    public long Flops => 12L * Triplets * Dimensions;

    /// <inheritdoc/>
    public long Bytes => 8L * LengthEmbeddings + 16L * Triplets;

    /// <summary>Refuses operands of other lengths; see <see cref="TripletStatistics"/> for the last two.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int embeddings, int triplets, int margins, int gradient, int statistics, int counts)
    {
        Guard.Length(embeddings, LengthEmbeddings);
        Guard.Length(triplets, LengthTriplets);
        Guard.Length(margins, Triplets);
        Guard.Length(gradient, LengthEmbeddings);
        Guard.Length(statistics, TripletStatistics.Values);
        Guard.Length(counts, TripletStatistics.Counts);
    }

    /// <inheritdoc/>
    public static TripletProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new TripletProblem(t.Required("n"), t.Required("d"), t.Required("t"), (TripletReduction)t.Optional("red", 0));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("n", Embeddings, null), ("d", Dimensions, null), ("t", Triplets, null), ("red", (int)Reduction, 0));
}

/// <summary>The layout of what a triplet loss reports beside its gradient.</summary>
public static class TripletStatistics
{
    /// <summary>Elements of the float statistics: loss, mean d(a,p), mean d(a,n), each over all triplets considered (0 where there are none).</summary>
    public const int Values = 3;

    /// <summary>Elements of the int64 counts: triplets considered, active ones (hinge above 0).</summary>
    public const int Counts = 2;
}
