namespace JaccardKernels.Problems;

/// <summary>
/// Mean cross entropy of softmax over logits <c>[N,C]</c> with integer labels <c>[N]</c> in 0..C-1, and its gradient
/// <c>(softmax - onehot) / N</c>. Text form <c>mb128ic10</c>.
/// </summary>
public readonly record struct SoftmaxCrossEntropyProblem : IProblem<SoftmaxCrossEntropyProblem>
{
    /// <summary>Describes a loss.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1.</exception>
    public SoftmaxCrossEntropyProblem(int batch, int classes)
    {
        (Batch, Classes) = (Guard.Positive(batch), Guard.Positive(classes));
        LengthX = Guard.Elements("logits", batch, classes);
    }

    /// <summary>Rows, N.</summary>
    public int Batch { get; }

    /// <summary>Classes, C.</summary>
    public int Classes { get; }

    /// <summary>Elements of the logits and the gradient.</summary>
    public int LengthX { get; }

    /// <inheritdoc/>
    public long Flops => 5L * LengthX;

    /// <inheritdoc/>
    public long Bytes => 8L * LengthX + 4L * Batch;

    /// <summary>Refuses operands of other lengths; the loss has 1 element.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int logits, int labels, int loss, int gradient)
    {
        Guard.Length(logits, LengthX);
        Guard.Length(labels, Batch);
        Guard.Length(loss, 1);
        Guard.Length(gradient, LengthX);
    }

    /// <inheritdoc/>
    public static SoftmaxCrossEntropyProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new SoftmaxCrossEntropyProblem(t.Required("mb"), t.Required("ic"));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(("mb", Batch, null), ("ic", Classes, null));
}
