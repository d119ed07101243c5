using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Codes uint8 <c>[N,M]</c> that are ranked by look-up tables, as of <see cref="LookupProblem"/>: composite and product codes, and packed sign codes by
/// the byte. Immutable.
/// </summary>
public sealed class TableCodes
{
    private readonly byte[] _data;
    private readonly float[] _terms;

    /// <summary>Takes over codes.</summary>
    /// <param name="data">[N,M], kept, not copied.</param>
    /// <param name="codebooks">M.</param>
    /// <param name="terms">What each item adds to its distances, [N], or nothing.</param>
    /// <param name="codewords">Entries of a table for each byte.</param>
    /// <param name="name">What messages call them.</param>
    /// <exception cref="ArgumentException">The data are not rows of M, or there is not a term a row.</exception>
    /// <exception cref="InvalidDataException">A byte has no entry, or a term is not finite.</exception>
    public TableCodes(byte[] data, int codebooks, float[] terms, int codewords = CompositeEncodingProblem.MaxCodewords, string name = "codes")
    {
        (Codebooks, Codewords) = (Guard.Positive(codebooks), Guard.Positive(codewords));
        Count = data.Length / codebooks;
        Guard.Length(data.Length, Count * codebooks);
        if (terms.Length > 0) Guard.Length(terms.Length, Count);
        int bad = codewords > byte.MaxValue ? -1 : data.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(codewords - 1));
        if (bad >= 0)
            throw new InvalidDataException($"{name}: byte {bad % codebooks} of code {bad / codebooks} is {data[bad]}; there are {codewords} codewords.");
        bad = Engine.StoredArray.IndexOfNonFinite(terms);
        if (bad >= 0) throw new InvalidDataException($"{name}: the term of code {bad} is {terms[bad]}; finite numbers are needed.");
        (_data, _terms) = (data, terms);
    }

    /// <summary>Codes, N.</summary>
    public int Count { get; }

    /// <summary>Bytes of a code, M.</summary>
    public int Codebooks { get; }

    /// <summary>Entries of a table for each byte.</summary>
    public int Codewords { get; }

    /// <summary>Entries of a query's table.</summary>
    public int TableLength => Codebooks * Codewords;

    /// <summary>All codes, <c>[N,M]</c>.</summary>
    public ReadOnlySpan<byte> Data => _data;

    /// <summary>The terms <c>[N]</c>, or none.</summary>
    public ReadOnlySpan<float> Terms => _terms;

    /// <summary>The number of queries whose tables these are.</summary>
    /// <exception cref="ArgumentException">They are not whole tables for these codes.</exception>
    internal int QueriesOf(ReadOnlySpan<float> tables)
    {
        int queries = tables.Length / TableLength;
        Guard.Length(tables.Length, queries * TableLength, nameof(tables));
        return queries;
    }

    /// <summary>The problem of some queries.</summary>
    internal LookupProblem ProblemOf(int queries, int k) => new(queries, Count, Codebooks, Codewords, k, terms: _terms.Length > 0);
}
