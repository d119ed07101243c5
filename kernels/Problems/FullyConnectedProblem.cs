namespace JaccardKernels.Problems;

/// <summary>
/// A fully connected layer, <c>y[N,Out] = x[N,In] W[Out,In]^T + b[Out]</c>, and the products of its backward pass.
/// Text form <c>mb128ic4608oc512</c>.
/// </summary>
public readonly record struct FullyConnectedProblem : IProblem<FullyConnectedProblem>
{
    /// <summary>Describes a layer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, or an operand exceeds the range of a span.</exception>
    public FullyConnectedProblem(int batch, int inputs, int outputs)
    {
        (Batch, Inputs, Outputs) = (Guard.Positive(batch), Guard.Positive(inputs), Guard.Positive(outputs));
        _ = (Forward, BackwardWeights);
    }

    /// <summary>Rows, N.</summary>
    public int Batch { get; }

    /// <summary>Input features.</summary>
    public int Inputs { get; }

    /// <summary>Output features.</summary>
    public int Outputs { get; }

    /// <summary>y = x W^T + b; overwrites y.</summary>
    public GemmProblem Forward => new(Batch, Outputs, Inputs, transposeB: true, bias: true);

    /// <summary>dx = dy W; overwrites dx.</summary>
    public GemmProblem BackwardData => new(Batch, Inputs, Outputs);

    /// <summary>dW += dy^T x; accumulates.</summary>
    public GemmProblem BackwardWeights => new(Outputs, Inputs, Batch, transposeA: true, accumulate: true);

    /// <summary>db += column sums of dy; accumulates.</summary>
    public ReduceProblem BackwardBias => new(Batch, Outputs);

    /// <inheritdoc/>
    public long Flops => Forward.Flops;

    /// <inheritdoc/>
    public long Bytes => Forward.Bytes;

    /// <inheritdoc/>
    public static FullyConnectedProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new FullyConnectedProblem(t.Required("mb"), t.Required("ic"), t.Required("oc"));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(("mb", Batch, null), ("ic", Inputs, null), ("oc", Outputs, null));
}
