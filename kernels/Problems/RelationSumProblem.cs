namespace JaccardKernels.Problems;

/// <summary>
/// The sum over pairs of objects in a relation network (Santoro et al. 2017; in retrieval Mojoo, Kurita 2021), with the first layer of its function g
/// factored. That layer is linear in [o_j ; o_i ; s], so what each object gives it as the first and as the second of a pair, and what the context gives
/// it, are products of their own; here they are added up, rectified, and passed through the second layer, for each pair of positions j &lt;= i:
/// <c>y[n] = sum over j &lt;= i of relu(w relu(first[n,j] + second[n,i] + context[n]) + bias)</c>. Pairs never stand in memory. A third, linear layer
/// commutes with the sum. Operands: objects <c>[N,2,F,K]</c> (first, then second, as a 1x1 convolution with 2 F filters gives them), context
/// <c>[N,F]</c>, weights <c>[G,F]</c>, bias <c>[G]</c>, y <c>[N,G]</c>. Text form <c>mb128ob36ic256oc256</c>: N, K, F, G.
/// </summary>
public readonly record struct RelationSumProblem : IProblem<RelationSumProblem>
{
    /// <summary>Describes a sum.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, or an operand too long.</exception>
    public RelationSumProblem(int batch, int objects, int inputs, int outputs)
    {
        (Batch, Objects, Inputs, Outputs) = (Guard.Positive(batch), Guard.Positive(objects), Guard.Positive(inputs), Guard.Positive(outputs));
        LengthObjects = Guard.Elements("objects", batch, 2, inputs, objects);
        LengthWeights = Guard.Elements("weights", outputs, inputs);
        LengthContext = Guard.Elements("context", batch, inputs);
        LengthY = Guard.Elements("y", batch, outputs);
        // All numbers of pairs are ints.
        Pairs = Guard.Elements("pairs", objects, objects + 1L) / 2;
    }

    /// <summary>Images, N.</summary>
    public int Batch { get; }

    /// <summary>Objects of an image, K.</summary>
    public int Objects { get; }

    /// <summary>Units of the first layer, F.</summary>
    public int Inputs { get; }

    /// <summary>Units of the second layer, G.</summary>
    public int Outputs { get; }

    /// <summary>Unordered pairs with repetition of an image, K (K + 1) / 2.</summary>
    public int Pairs { get; }

    /// <summary>Elements of objects and of their gradient.</summary>
    public int LengthObjects { get; }

    /// <summary>Elements of context and of its gradient.</summary>
    public int LengthContext { get; }

    /// <summary>Elements of weights and of their gradient.</summary>
    public int LengthWeights { get; }

    /// <summary>Elements of y and of its gradient.</summary>
    public int LengthY { get; }

    /// <summary>Of the forward pass: the product of every pair. The backward pass computes it again, and two more of its size.</summary>
    public long Flops => 2L * Batch * Pairs * Inputs * Outputs;

    /// <inheritdoc/>
    public long Bytes => 4L * ((long)LengthObjects + LengthContext + LengthWeights + Outputs + LengthY);

    /// <summary>The number of the pair of j and i, j &lt;= i: pairs of one i follow each other.</summary>
    public static int PairOf(int j, int i) => i * (i + 1) / 2 + j;

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int objects, int context, int weights, int bias, int y)
    {
        Guard.Length(objects, LengthObjects);
        Guard.Length(context, LengthContext);
        Guard.Length(weights, LengthWeights);
        Guard.Length(bias, Outputs);
        Guard.Length(y, LengthY);
    }

    /// <inheritdoc/>
    public static RelationSumProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new RelationSumProblem(t.Required("mb"), t.Required("ob"), t.Required("ic"), t.Required("oc"));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(("mb", Batch, null), ("ob", Objects, null), ("ic", Inputs, null), ("oc", Outputs, null));
}
