namespace JaccardKernels.Problems;

/// <summary>
/// How far embeddings <c>[N,D]</c> are from what their codes stand for, <c>L = 1/N sum |e - t|^2</c>, as a term of a training's loss: the targets are
/// constants, so the gradient that the term adds is <c>2 weight (e - t) / N</c>. Targets are given <c>[N,D]</c>, or are the signs of the embeddings,
/// 1 or -1 (1 at 0), which makes it <c>1/N sum (|e| - 1)^2</c>: what pulls embeddings to their sign codes. Text form <c>n128d64weight0.1sign1</c>.
/// </summary>
public readonly record struct QuantizationLossProblem : IProblem<QuantizationLossProblem>
{
    /// <summary>Describes a term.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, the weight is no number or negative, or an operand exceeds the range of a span.</exception>
    public QuantizationLossProblem(int count, int dimensions, float weight, bool signs = false)
    {
        (Count, Dimensions, Signs) = (Guard.Positive(count), Guard.Positive(dimensions), signs);
        Weight = (float)Guard.InRange(weight, 0, float.MaxValue);
        LengthEmbeddings = Guard.Elements("embeddings", count, dimensions);
    }

    /// <summary>Rows, N.</summary>
    public int Count { get; }

    /// <summary>Dimensions, D.</summary>
    public int Dimensions { get; }

    /// <summary>What the gradient is multiplied by; the loss itself is not.</summary>
    public float Weight { get; }

    /// <summary>Targets are the signs.</summary>
    public bool Signs { get; }

    /// <summary>Elements of the embeddings and of their gradient.</summary>
    public int LengthEmbeddings { get; }

    /// <summary>Elements of the targets.</summary>
    public int LengthTargets => Signs ? 0 : LengthEmbeddings;

    /// <summary>What a difference is multiplied by in the gradient, <c>2 weight / N</c>.</summary>
    public float Scale => 2 * Weight / Count;

    /// <inheritdoc/>
    public long Flops => 5L * LengthEmbeddings;

    /// <inheritdoc/>
    public long Bytes => 4L * (3L * LengthEmbeddings + LengthTargets + 1);

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int embeddings, int targets, int loss, int gradient)
    {
        Guard.Length(embeddings, LengthEmbeddings);
        Guard.Length(targets, LengthTargets);
        Guard.Length(loss, 1);
        Guard.Length(gradient, LengthEmbeddings);
    }

    /// <inheritdoc/>
    public static QuantizationLossProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new QuantizationLossProblem(t.Required("n"), t.Required("d"), (float)t.Optional("weight", 1.0), t.Flag("sign"));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("n", Count, null), ("d", Dimensions, null), ("weight", ProblemText.Shortest(Weight), 1), ("sign", Signs ? 1 : 0, 0));
}
