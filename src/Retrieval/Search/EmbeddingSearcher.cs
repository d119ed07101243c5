using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Exact search among real-valued embeddings: what codes are measured against. Distances on a backend in blocks, selection on the
/// host.
/// </summary>
public sealed class EmbeddingSearcher : IDisposable
{
    // 16 MB of distances at a time.
    private const int BlockElements = 4 << 20;

    private readonly EmbeddingDistanceBlock? _distances;
    private readonly EmbeddingDistance _distance;
    private readonly SmallestKeys _selector = new();
    private readonly int _dimensions, _count, _block;

    /// <summary>Uploads the database.</summary>
    /// <param name="backend">Where distances are computed; not owned.</param>
    /// <param name="database">The embeddings; may be empty.</param>
    /// <param name="distance">What ranks them.</param>
    public EmbeddingSearcher(IBackend backend, EmbeddingMatrix database, EmbeddingDistance distance)
    {
        (_distance, _dimensions, _count) = (distance, database.Dimensions, database.Count);
        _block = Math.Clamp(BlockElements / Math.Max(_count, 1), 1, 256);
        if (_count > 0) _distances = new EmbeddingDistanceBlock(backend, database, distance, _block);
    }

    /// <summary>
    /// The k best of each query in the order (distance, row), or for inner products (product descending, row). Beyond the database's size
    /// rows are -1 and distances infinite, with the sign of the worst.
    /// </summary>
    /// <exception cref="ArgumentException">The queries have other dimensions than the database.</exception>
    public SearchResult<float> Search(EmbeddingMatrix queries, int k)
    {
        Guard.Positive(k);
        if (queries.Dimensions != _dimensions)
            throw new ArgumentException($"the queries have {queries.Dimensions} dimensions; the database has {_dimensions}.", nameof(queries));
        int results = Guard.Elements("results", queries.Count, k);
        var result = new SearchResult<float>(k, new float[results], new int[results]);
        bool largest = _distance == EmbeddingDistance.InnerProduct;
        result.Rows.AsSpan().Fill(-1);
        result.Distances.AsSpan().Fill(largest ? float.NegativeInfinity : float.PositiveInfinity);
        if (_distances is null) return result;
        for (int start = 0; start < queries.Count; start += _block)
        {
            int rows = Math.Min(_block, queries.Count - start);
            ReadOnlySpan<float> block = _distances.Compute(queries.Values.Slice(start * _dimensions, rows * _dimensions)).Span;
            for (int i = 0; i < rows; i++)
            {
                ReadOnlySpan<float> distances = block.Slice(i * _count, _count);
                int at = (start + i) * k;
                foreach (ulong key in _selector.Select(distances, k, largest, excluded: -1))
                {
                    int row = SmallestKeys.Row(key);
                    (result.Rows[at], result.Distances[at++]) = (row, distances[row]);
                }
            }
        }
        return result;
    }

    /// <summary>Frees the device memory.</summary>
    public void Dispose() => _distances?.Dispose();
}
