namespace JaccardKernels.Problems;

/// <summary>
/// General matrix product, row-major: <c>C[M,N] = op(A) op(B) + bias[N]</c>, added to C when <see cref="Accumulate"/>.
/// A is stored <c>[M,K]</c>, or <c>[K,M]</c> when transposed; B is stored <c>[K,N]</c>, or <c>[N,K]</c> when transposed.
/// Text form <c>m512n512k64ta1tb1acc1bias1</c>.
/// </summary>
public readonly record struct GemmProblem : IProblem<GemmProblem>
{
    /// <summary>Describes a product.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, or an operand exceeds the range of a span.</exception>
    public GemmProblem(int m, int n, int k, bool transposeA = false, bool transposeB = false, bool accumulate = false, bool bias = false)
    {
        (M, N, K) = (Guard.Positive(m), Guard.Positive(n), Guard.Positive(k));
        (TransposeA, TransposeB, Accumulate, Bias) = (transposeA, transposeB, accumulate, bias);
        (LengthA, LengthB, LengthC) = (Guard.Elements("A", m, k), Guard.Elements("B", k, n), Guard.Elements("C", m, n));
    }

    /// <summary>Rows of C.</summary>
    public int M { get; }

    /// <summary>Columns of C.</summary>
    public int N { get; }

    /// <summary>Terms of each sum.</summary>
    public int K { get; }

    /// <summary>A is stored [K,M].</summary>
    public bool TransposeA { get; }

    /// <summary>B is stored [N,K].</summary>
    public bool TransposeB { get; }

    /// <summary>C += instead of C =.</summary>
    public bool Accumulate { get; }

    /// <summary>A bias per column is added.</summary>
    public bool Bias { get; }

    /// <summary>Elements of A.</summary>
    public int LengthA { get; }

    /// <summary>Elements of B.</summary>
    public int LengthB { get; }

    /// <summary>Elements of C.</summary>
    public int LengthC { get; }

    /// <summary>Elements of the bias: N, or 0.</summary>
    public int LengthBias => Bias ? N : 0;

    /// <inheritdoc/>
    public long Flops => 2L * M * N * K;

    /// <inheritdoc/>
    public long Bytes => 4L * ((long)LengthA + LengthB + LengthC * (Accumulate ? 2L : 1L) + LengthBias);

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int a, int b, int bias, int c)
    {
        Guard.Length(a, LengthA);
        Guard.Length(b, LengthB);
        Guard.Length(bias, LengthBias);
        Guard.Length(c, LengthC);
    }

    /// <inheritdoc/>
    public static GemmProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new GemmProblem(
            t.Required("m"), t.Required("n"), t.Required("k"), t.Flag("ta"), t.Flag("tb"), t.Flag("acc"), t.Flag("bias"));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("m", M, null), ("n", N, null), ("k", K, null),
        ("ta", TransposeA ? 1 : 0, 0), ("tb", TransposeB ? 1 : 0, 0), ("acc", Accumulate ? 1 : 0, 0), ("bias", Bias ? 1 : 0, 0));
}
