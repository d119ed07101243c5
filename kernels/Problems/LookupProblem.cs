namespace JaccardKernels.Problems;

/// <summary>
/// Asymmetric distances by look-up tables (Jegou, Douze, Schmid 2011): a query has a table float <c>[M,W]</c>, and its distance to an item of code
/// uint8 <c>[M]</c> is the item's term, if there are terms <c>[N]</c>, plus one entry of the table for each byte of the code. Sums are taken in
/// float and in this order, so they are the same bits on every backend. Either the matrix float <c>[Q,N]</c>, when K is 0, or the K least of each query
/// <c>[Q,K]</c> with their rows int32, in order of (distance, row); where N &lt; K the rest is infinite, and its rows are -1. Distances must be finite
/// and may be negative: negated inner products rank by the largest product. Text form <c>q100n1000000m8w256k100term1</c>.
/// </summary>
public readonly record struct LookupProblem : IProblem<LookupProblem>
{
    /// <summary>Describes a search or a matrix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range, or an operand exceeds the range of a span.</exception>
    public LookupProblem(int queries, int count, int codebooks, int codewords, int k = 0, bool terms = false)
    {
        (Queries, Count, K, Terms) = (Guard.Positive(queries), Guard.Positive(count), Guard.AtLeast(k, 0), terms);
        Codebooks = (int)Guard.InRange(codebooks, 1, CompositeEncodingProblem.MaxCodebooks);
        Codewords = (int)Guard.InRange(codewords, 1, CompositeEncodingProblem.MaxCodewords);
        LengthTables = Guard.Elements("tables", queries, codebooks, codewords);
        LengthCodes = Guard.Elements("codes", count, codebooks);
        LengthResult = k == 0 ? Guard.Elements("distances", queries, count) : Guard.Elements("distances", queries, k);
    }

    /// <summary>Queries, Q.</summary>
    public int Queries { get; }

    /// <summary>Items, N.</summary>
    public int Count { get; }

    /// <summary>Bytes of a code, M.</summary>
    public int Codebooks { get; }

    /// <summary>Entries of a table for each byte, W, up to 256.</summary>
    public int Codewords { get; }

    /// <summary>Items wanted, or 0 for the whole matrix.</summary>
    public int K { get; }

    /// <summary>Items have a term of their own.</summary>
    public bool Terms { get; }

    /// <summary>Entries of a query's table, M W.</summary>
    public int TableLength => Codebooks * Codewords;

    /// <summary>Elements of all tables.</summary>
    public int LengthTables { get; }

    /// <summary>Bytes of all codes.</summary>
    public int LengthCodes { get; }

    /// <summary>Elements of the terms.</summary>
    public int LengthTerms => Terms ? Count : 0;

    /// <summary>Elements of the distances (and the rows): Q N, or Q K.</summary>
    public int LengthResult { get; }

    /// <summary>An addition for each byte and query.</summary>
    public long Flops => (long)Queries * LengthCodes;

    /// <inheritdoc/>
    public long Bytes => 4L * LengthTables + LengthCodes + 4L * LengthTerms + (K == 0 ? 4L : 8L) * LengthResult;

    /// <summary>Refuses operands of other lengths; <paramref name="rows"/> is 0 for the matrix, <paramref name="terms"/> without terms.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int tables, int codes, int terms, int distances, int rows)
    {
        Guard.Length(tables, LengthTables);
        Guard.Length(codes, LengthCodes);
        Guard.Length(terms, LengthTerms);
        Guard.Length(distances, LengthResult);
        Guard.Length(rows, K == 0 ? 0 : LengthResult);
    }

    /// <summary>Refuses a matrix where a search is wanted, and the reverse.</summary>
    /// <exception cref="ArgumentException">K is 0 in a search, or is not in a matrix.</exception>
    public void RequireSearch(bool wanted)
    {
        if (K > 0 == wanted) return;
        throw new ArgumentException($"K is {K}; {(wanted ? "a search needs at least 1" : "the distance matrix takes 0")}.", nameof(wanted));
    }

    /// <inheritdoc/>
    public static LookupProblem Parse(string text)
    {
        var t = new ProblemText(text);
        var problem = new LookupProblem(
            t.Required("q"), t.Required("n"), t.Required("m"), t.Optional("w", CompositeEncodingProblem.MaxCodewords), t.Optional("k", 0), t.Flag("term"));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("q", Queries, null), ("n", Count, null), ("m", Codebooks, null), ("w", Codewords, CompositeEncodingProblem.MaxCodewords), ("k", K, 0),
        ("term", Terms ? 1 : 0, 0));
}
