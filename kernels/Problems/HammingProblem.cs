namespace JaccardKernels.Problems;

/// <summary>
/// Hamming distances of query codes <c>[Q,words]</c> against database codes <c>[N,words]</c> (uint64, unused bits zero): the matrix int32
/// <c>[Q,N]</c> when K is 0, or the K nearest as distances and row numbers int32 <c>[Q,K]</c>, in order of (distance, row); where N &lt; K the
/// rest is filled with -1. Text form <c>q100n1000000b64k100</c>.
/// </summary>
public readonly record struct HammingProblem : IProblem<HammingProblem>
{
    /// <summary>Describes a search or a matrix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range, or an operand exceeds the range of a span.</exception>
    public HammingProblem(int queries, int count, int bits, int k = 0)
    {
        (Queries, Count, Bits, K) = (Guard.Positive(queries), Guard.Positive(count), Guard.Positive(bits), Guard.AtLeast(k, 0));
        LengthQueries = Guard.Elements("queries", queries, Words);
        LengthDatabase = Guard.Elements("database", count, Words);
        LengthResult = k == 0 ? Guard.Elements("distances", queries, count) : Guard.Elements("distances", queries, k);
    }

    /// <summary>Query codes, Q.</summary>
    public int Queries { get; }

    /// <summary>Database codes, N.</summary>
    public int Count { get; }

    /// <summary>Bits of a code.</summary>
    public int Bits { get; }

    /// <summary>Neighbours wanted, or 0 for the whole matrix.</summary>
    public int K { get; }

    /// <summary>64-bit words of a code.</summary>
    public int Words => SimilarityProblem.WordsOf(Bits);

    /// <summary>Words of the queries.</summary>
    public int LengthQueries { get; }

    /// <summary>Words of the database.</summary>
    public int LengthDatabase { get; }

    /// <summary>Elements of the distances (and the rows): Q N, or Q K.</summary>
    public int LengthResult { get; }

    /// <summary>Exclusive-or, count and add per word and pair.</summary>
    public long Flops => 3L * Queries * Count * Words;

    /// <inheritdoc/>
    public long Bytes => 8L * ((long)LengthQueries + LengthDatabase) + (K == 0 ? 4L : 8L) * LengthResult;

    /// <summary>Refuses operands of other lengths; <paramref name="rows"/> is 0 for the matrix.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int queries, int database, int distances, int rows)
    {
        Guard.Length(queries, LengthQueries);
        Guard.Length(database, LengthDatabase);
        Guard.Length(distances, LengthResult);
        Guard.Length(rows, K == 0 ? 0 : LengthResult);
    }

    /// <inheritdoc/>
    public static HammingProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new HammingProblem(t.Required("q"), t.Required("n"), t.Required("b"), t.Optional("k", 0));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(("q", Queries, null), ("n", Count, null), ("b", Bits, null), ("k", K, 0));
}
