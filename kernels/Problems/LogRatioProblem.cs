namespace JaccardKernels.Problems;

/// <summary>
/// Log-ratio loss over every triplet of a batch (Kim, Seo, Laptev, Cho, Kwak: Deep Metric Learning Beyond Binary Supervision, CVPR 2019, equation 2):
/// the mean over distinct rows a, i, j of <c>(log(D_ai / D_aj) - log(Y_ai / Y_aj))^2</c>, with D the squared distance of embeddings <c>[N,D]</c> plus
/// epsilon, and <c>Y = 1 - J</c> plus the labels' epsilon, J the similarity <c>[N,N]</c> in [0,1]. Text form <c>n128d64eps0.000001leps0.1</c>.
/// </summary>
public readonly record struct LogRatioProblem : IProblem<LogRatioProblem>
{
    /// <summary>Of squared distances, as in the authors' implementation: two equal embeddings have a logarithm.</summary>
    public const float DefaultEpsilon = 1e-6f;

    /// <summary>Of label distances: counts give many pairs of equal labels, whose distance of 0 would ask for one of 0 between embeddings.</summary>
    public const float DefaultLabelEpsilon = 0.1f;

    /// <summary>Describes a loss.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, an epsilon is not above 0, or an operand exceeds the range of a
    /// span.</exception>
    public LogRatioProblem(int batch, int dimensions, float epsilon = DefaultEpsilon, float labelEpsilon = DefaultLabelEpsilon)
    {
        (Batch, Dimensions) = (Guard.Positive(batch), Guard.Positive(dimensions));
        (Epsilon, LabelEpsilon) = (Guard.AboveZero(epsilon), Guard.AboveZero(labelEpsilon));
        LengthEmbeddings = Guard.Elements("embeddings", batch, dimensions);
        LengthSimilarity = Guard.Elements("similarity", batch, batch);
    }

    /// <summary>Rows of the embeddings, N.</summary>
    public int Batch { get; }

    /// <summary>Dimensions, D.</summary>
    public int Dimensions { get; }

    /// <summary>Added to squared distances.</summary>
    public float Epsilon { get; }

    /// <summary>Added to label distances.</summary>
    public float LabelEpsilon { get; }

    /// <summary>Elements of the embeddings and the gradient.</summary>
    public int LengthEmbeddings { get; }

    /// <summary>Elements of the similarity.</summary>
    public int LengthSimilarity { get; }

    /// <summary>Terms of the mean, N (N - 1) (N - 2); at least 1, so that a batch without a triplet has the loss 0.</summary>
    public double Terms => Math.Max(1.0, (double)Batch * (Batch - 1) * (Batch - 2));

    /// <summary>Distances and gradient at five operations an element of every pair, and ten operations a pair.</summary>
    public long Flops => LengthSimilarity * (5L * Dimensions + 10);

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
    public static LogRatioProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new LogRatioProblem(
            t.Required("n"), t.Required("d"), (float)t.Optional("eps", ProblemText.Shortest(DefaultEpsilon)),
            (float)t.Optional("leps", ProblemText.Shortest(DefaultLabelEpsilon)));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("n", Batch, null), ("d", Dimensions, null), ("eps", ProblemText.Shortest(Epsilon), ProblemText.Shortest(DefaultEpsilon)),
        ("leps", ProblemText.Shortest(LabelEpsilon), ProblemText.Shortest(DefaultLabelEpsilon)));
}
