namespace JaccardKernels.Problems;

/// <summary>
/// The pairwise similarity loss of IDHN (Zhang, Zou, Lin, Chen, Wang: Improved Deep Hashing with Soft Pairwise Similarity for Multi-label Image
/// Retrieval, IEEE TMM 2019), as the authors' implementation computes it, without its quantization term: with <c>c = e_i e_j / D</c> of embeddings
/// <c>[N,D]</c> and the symmetric similarity s <c>[N,N]</c>, the mean over pairs of distinct rows of the cross entropy
/// <c>log(1 + exp(scale c)) - s scale c</c> where s is hard (near 0 or 1), and of <c>soft D ((c + 1)/2 - s)^2</c> where it is soft. Text form
/// <c>n128d64scale5soft0.1</c>.
/// </summary>
public readonly record struct PairwiseSimilarityProblem : IProblem<PairwiseSimilarityProblem>
{
    /// <summary>Similarities below, and those above the other one, are hard.</summary>
    public const float HardBelow = 0.01f, HardAbove = 0.99f;

    /// <summary>The values of the authors' implementation (there beta and gamma).</summary>
    public const float DefaultScale = 5f, DefaultSoft = 0.1f;

    /// <summary>Describes a loss.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, a weight is negative, or an operand exceeds the range of a span.</exception>
    public PairwiseSimilarityProblem(int batch, int dimensions, float scale = DefaultScale, float soft = DefaultSoft)
    {
        (Batch, Dimensions) = (Guard.Positive(batch), Guard.Positive(dimensions));
        (Scale, Soft) = ((float)Guard.InRange(scale, 0, 1e3), (float)Guard.InRange(soft, 0, 1e3));
        LengthEmbeddings = Guard.Elements("embeddings", batch, dimensions);
        LengthSimilarity = Guard.Elements("similarity", batch, batch);
    }

    /// <summary>Rows of the embeddings, N.</summary>
    public int Batch { get; }

    /// <summary>Dimensions, D.</summary>
    public int Dimensions { get; }

    /// <summary>What the inner product of a hard pair, in [-1,1], is multiplied by.</summary>
    public float Scale { get; }

    /// <summary>The weight of the squared error of a soft pair, a dimension.</summary>
    public float Soft { get; }

    /// <summary>Elements of the embeddings and the gradient.</summary>
    public int LengthEmbeddings { get; }

    /// <summary>Elements of the similarity.</summary>
    public int LengthSimilarity { get; }

    /// <summary>Ordered pairs of distinct rows, N (N - 1); at least 1, so that a single row has the loss 0.</summary>
    public double Pairs => Math.Max(1.0, (double)Batch * (Batch - 1));

    /// <summary>Two matrix products, and ten operations a pair.</summary>
    public long Flops => LengthSimilarity * (4L * Dimensions + 10);

    /// <inheritdoc/>
    public long Bytes => 8L * LengthEmbeddings + 4L * LengthSimilarity;

    /// <summary>Refuses operands of other lengths; the loss has 1 element.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int embeddings, int similarity, int gradient, int loss)
    {
        Guard.Length(embeddings, LengthEmbeddings);
        Guard.Length(similarity, LengthSimilarity);
        Guard.Length(gradient, LengthEmbeddings);
        Guard.Length(loss, 1);
    }

    /// <inheritdoc/>
    public static PairwiseSimilarityProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new PairwiseSimilarityProblem(
            t.Required("n"), t.Required("d"), (float)t.Optional("scale", (double)DefaultScale),
            (float)t.Optional("soft", ProblemText.Shortest(DefaultSoft)));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("n", Batch, null), ("d", Dimensions, null), ("scale", ProblemText.Shortest(Scale), DefaultScale),
        ("soft", ProblemText.Shortest(Soft), ProblemText.Shortest(DefaultSoft)));
}
