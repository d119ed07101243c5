namespace JaccardKernels.Retrieval;

/// <summary>The K best of each of Q queries, best first, equals by row.</summary>
/// <typeparam name="T">int for Hamming distances, float for embeddings.</typeparam>
/// <param name="K">Neighbours wanted.</param>
/// <param name="Distances">[Q,K]; beyond the database's size the padding that the searcher states.</param>
/// <param name="Rows">[Q,K], rows of the database, -1 beyond its size.</param>
public sealed record SearchResult<T>(int K, T[] Distances, int[] Rows)
    where T : unmanaged
{
    /// <summary>Queries, Q.</summary>
    public int Queries => Rows.Length / K;

    /// <summary>The rows of one query.</summary>
    public ReadOnlySpan<int> RowsOf(int query) => Rows.AsSpan(query * K, K);

    /// <summary>The distances of one query.</summary>
    public ReadOnlySpan<T> DistancesOf(int query) => Distances.AsSpan(query * K, K);
}
