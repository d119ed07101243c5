namespace JaccardKernels.Problems;

/// <summary>
/// The loss of OrthoHash (Hoe, Ng, Zhang, Chan, Song, Xiang: One Loss for All, NeurIPS 2021): cross entropy of the softmax of
/// <c>scale (cos(e, t_c) - margin [y_c &gt; 0])</c> over fixed targets <c>[C,D]</c> of -1 and 1 against the labels' shares <c>y_c / sum y</c>, the
/// mean over the rows of embeddings <c>[N,D]</c>; labels are counts <c>[N,C]</c>. The cosine is <c>e t / (sqrt(|e|^2 + 1e-6) sqrt(D))</c>, so that
/// it has a gradient everywhere. A row without labels adds nothing. Text form <c>n128d64ic10scale8margin0.2</c>.
/// </summary>
public readonly record struct CosineCrossEntropyProblem : IProblem<CosineCrossEntropyProblem>
{
    /// <summary>The values of the authors' implementation.</summary>
    public const float DefaultScale = 8f, DefaultMargin = 0.2f;

    /// <summary>Added to the squared norm of an embedding.</summary>
    public const float Epsilon = 1e-6f;

    /// <summary>Describes a loss.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, scale or margin is out of range, or an operand exceeds the range of a
    /// span.</exception>
    public CosineCrossEntropyProblem(int batch, int dimensions, int classes, float scale = DefaultScale, float margin = DefaultMargin)
    {
        (Batch, Dimensions, Classes) = (Guard.Positive(batch), Guard.Positive(dimensions), Guard.Positive(classes));
        (Scale, Margin) = ((float)Guard.InRange(scale, 0, 1e3), (float)Guard.InRange(margin, 0, 2));
        LengthEmbeddings = Guard.Elements("embeddings", batch, dimensions);
        LengthTargets = Guard.Elements("targets", classes, dimensions);
        LengthLabels = Guard.Elements("labels", batch, classes);
    }

    /// <summary>Rows of the embeddings, N.</summary>
    public int Batch { get; }

    /// <summary>Dimensions, D.</summary>
    public int Dimensions { get; }

    /// <summary>Classes, C.</summary>
    public int Classes { get; }

    /// <summary>What a cosine is multiplied by.</summary>
    public float Scale { get; }

    /// <summary>What the cosine of a row and the target of one of its labels has to be more.</summary>
    public float Margin { get; }

    /// <summary>Elements of the embeddings and the gradient.</summary>
    public int LengthEmbeddings { get; }

    /// <summary>Elements of the targets.</summary>
    public int LengthTargets { get; }

    /// <summary>Elements of the labels.</summary>
    public int LengthLabels { get; }

    /// <summary>Two matrix products, and ten operations a logit.</summary>
    public long Flops => LengthLabels * (4L * Dimensions + 10);

    /// <inheritdoc/>
    public long Bytes => 8L * LengthEmbeddings + 4L * ((long)LengthTargets + LengthLabels);

    /// <summary>Refuses operands of other lengths; the loss has 1 element.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int embeddings, int targets, int labels, int gradient, int loss)
    {
        Guard.Length(embeddings, LengthEmbeddings);
        Guard.Length(targets, LengthTargets);
        Guard.Length(labels, LengthLabels);
        Guard.Length(gradient, LengthEmbeddings);
        Guard.Length(loss, 1);
    }

    /// <inheritdoc/>
    public static CosineCrossEntropyProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new CosineCrossEntropyProblem(
            t.Required("n"), t.Required("d"), t.Required("ic"), (float)t.Optional("scale", (double)DefaultScale),
            (float)t.Optional("margin", ProblemText.Shortest(DefaultMargin)));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("n", Batch, null), ("d", Dimensions, null), ("ic", Classes, null), ("scale", ProblemText.Shortest(Scale), DefaultScale),
        ("margin", ProblemText.Shortest(Margin), ProblemText.Shortest(DefaultMargin)));
}
