namespace JaccardKernels.Problems;

/// <summary>
/// Codes of composite quantization (Zhang, Du, Wang 2014): a vector of x <c>[N,D]</c> is written as a sum of one codeword of each of M codebooks
/// <c>[M,K,D]</c>, whose numbers uint8 <c>[N,M]</c> are its code. They are improved by iterated conditional modes (Besag 1986): sweeps over the
/// codebooks, each of which takes the codeword nearest to what the others leave, of equals the first. The order of the codebooks in a sweep is
/// random, a function of the seed and the sweep, and the same for all vectors. The code given is where it starts from, or, if greedy, what the
/// codebooks choose first one after the other, those behind not counting yet. A step never takes a vector further from its sum. Text form
/// <c>n1000d64m8w256s3seed1greedy1</c>, w for the codewords K.
/// </summary>
public readonly record struct CompositeEncodingProblem : IProblem<CompositeEncodingProblem>
{
    /// <summary>The most codewords of a codebook: their numbers are bytes.</summary>
    public const int MaxCodewords = 256;

    /// <summary>The most codebooks: 512 bits.</summary>
    public const int MaxCodebooks = 64;

    /// <summary>Describes an encoding.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range, or an operand exceeds the range of a span.</exception>
    public CompositeEncodingProblem(int count, int dimensions, int codebooks, int codewords, int sweeps, int seed = 0, bool greedy = false)
    {
        (Count, Dimensions) = (Guard.Positive(count), Guard.Positive(dimensions));
        Codebooks = (int)Guard.InRange(codebooks, 1, MaxCodebooks);
        Codewords = (int)Guard.InRange(codewords, 1, MaxCodewords);
        (Sweeps, Seed, Greedy) = (Guard.AtLeast(sweeps, 0), seed, greedy);
        LengthX = Guard.Elements("x", count, dimensions);
        LengthCodebooks = Guard.Elements("codebooks", codebooks, codewords, dimensions);
        LengthCodes = Guard.Elements("codes", count, codebooks);
    }

    /// <summary>Vectors, N.</summary>
    public int Count { get; }

    /// <summary>Dimensions, D.</summary>
    public int Dimensions { get; }

    /// <summary>Codebooks, M.</summary>
    public int Codebooks { get; }

    /// <summary>Codewords of a codebook, K, up to 256.</summary>
    public int Codewords { get; }

    /// <summary>Sweeps over the codebooks.</summary>
    public int Sweeps { get; }

    /// <summary>Decides the order of the codebooks in every sweep.</summary>
    public int Seed { get; }

    /// <summary>Codes start from nothing, not from what is given.</summary>
    public bool Greedy { get; }

    /// <summary>Codewords of all codebooks, M K.</summary>
    public int AllCodewords => Codebooks * Codewords;

    /// <summary>Elements of x.</summary>
    public int LengthX { get; }

    /// <summary>Elements of the codebooks.</summary>
    public int LengthCodebooks { get; }

    /// <summary>Bytes of the codes.</summary>
    public int LengthCodes { get; }

    /// <summary>
    /// Two for each inner product of a vector or a codeword with a codeword, and one for each that is added up: those of a codeword with the chosen
    /// ones of the other codebooks.
    /// </summary>
    public long Flops =>
        2L * (Count + AllCodewords) * LengthCodebooks + (long)Count * AllCodewords * Codebooks * (Sweeps + (Greedy ? 1 : 0));

    /// <inheritdoc/>
    public long Bytes => 4L * ((long)LengthX + LengthCodebooks) + (Greedy ? 1L : 2L) * LengthCodes;

    /// <summary>The codebooks in the order of a sweep: a random permutation (Fisher, Yates).</summary>
    /// <param name="sweep">From 0.</param>
    /// <param name="order">[M], overwritten.</param>
    public void OrderOf(int sweep, Span<int> order)
    {
        Guard.Length(order.Length, Codebooks);
        ulong key = CounterRandom.Key(Seed, sweep);
        for (int i = 0; i < order.Length; i++)
        {
            int other = (int)(CounterRandom.Bits(key, i) * (ulong)(i + 1) >> 32);
            order[i] = order[other];
            order[other] = i;
        }
    }

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int x, int codebooks, int codes)
    {
        Guard.Length(x, LengthX);
        Guard.Length(codebooks, LengthCodebooks);
        Guard.Length(codes, LengthCodes);
    }

    /// <inheritdoc/>
    public static CompositeEncodingProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new CompositeEncodingProblem(
            t.Required("n"), t.Required("d"), t.Required("m"), t.Optional("w", MaxCodewords), t.Optional("s", 3), t.Optional("seed", 0), t.Flag("greedy"));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("n", Count, null), ("d", Dimensions, null), ("m", Codebooks, null), ("w", Codewords, MaxCodewords), ("s", Sweeps, 3), ("seed", Seed, 0),
        ("greedy", Greedy ? 1 : 0, 0));
}
