using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Exact asymmetric search on a backend: codes against queries that are look-up tables. The database is uploaded once, queries go through in
/// blocks, and device memory is reused, so a search into the caller's spans allocates nothing. Used by one thread at a time, as its backend is.
/// </summary>
public sealed class TableSearcher : IDisposable
{
    // Where very many neighbours are wanted, fewer queries make a block.
    private const int MostResults = 8 << 20;

    private readonly IBackend _backend;
    private readonly TableCodes _database;
    private readonly int _queryBlock;
    private readonly DeviceBuffer? _codes, _terms;
    private readonly DeviceBuffer _tables, _distances, _rows;

    /// <summary>Uploads the database.</summary>
    /// <param name="backend">Where to search; not owned.</param>
    /// <param name="database">The codes; may be empty.</param>
    /// <param name="k">Neighbours wanted, at least 1; may exceed the database's size.</param>
    /// <param name="queryBlock">The most queries of one call of the backend.</param>
    /// <exception cref="ArgumentOutOfRangeException">k or queryBlock is under 1.</exception>
    /// <exception cref="InsufficientMemoryException">The device cannot hold the database.</exception>
    public TableSearcher(IBackend backend, TableCodes database, int k, int queryBlock = 256)
    {
        (_backend, _database, K) = (backend, database, Guard.Positive(k));
        _queryBlock = Math.Min(Guard.Positive(queryBlock), Math.Max(1, MostResults / k));
        int results = Guard.Elements("results", _queryBlock, k);
        _tables = backend.Allocate<float>(Guard.Elements("tables", _queryBlock, database.TableLength));
        _distances = backend.Allocate<float>(results);
        _rows = backend.Allocate<int>(results);
        if (database.Count == 0) return;
        _codes = backend.Allocate<byte>(database.Data.Length);
        backend.Upload(database.Data, _codes.As<byte>());
        if (database.Terms.IsEmpty) return;
        _terms = backend.Allocate<float>(database.Terms.Length);
        backend.Upload(database.Terms, _terms.As<float>());
    }

    /// <summary>Neighbours of a result.</summary>
    public int K { get; }

    /// <summary>Searches for every query of tables <c>[Q,M,W]</c>; beyond the database's size distances are infinite and rows -1.</summary>
    /// <exception cref="ArgumentException">They are not whole tables for these codes.</exception>
    public SearchResult<float> Search(ReadOnlySpan<float> tables)
    {
        int results = Guard.Elements("results", _database.QueriesOf(tables), K);
        var result = new SearchResult<float>(K, new float[results], new int[results]);
        Search(tables, result.Distances, result.Rows);
        return result;
    }

    /// <summary>Searches into the caller's memory.</summary>
    /// <param name="tables">[Q,M,W].</param>
    /// <param name="distances">[Q,K], overwritten, in order of (distance, row).</param>
    /// <param name="rows">[Q,K], overwritten.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Search(ReadOnlySpan<float> tables, Span<float> distances, Span<int> rows)
    {
        int count = _database.QueriesOf(tables), length = _database.TableLength;
        Guard.Length(distances.Length, count * K);
        Guard.Length(rows.Length, count * K);
        if (_codes is null)
        {
            distances.Fill(float.PositiveInfinity);
            rows.Fill(-1);
            return;
        }
        for (int start = 0; start < count; start += _queryBlock)
        {
            int block = Math.Min(_queryBlock, count - start), results = block * K;
            DeviceSpan<float> queries = _tables.Slice<float>(0, block * length), found = _distances.Slice<float>(0, results);
            DeviceSpan<int> places = _rows.Slice<int>(0, results);
            _backend.Upload(tables.Slice(start * length, block * length), queries);
            DeviceSpan<float> terms = _terms is null ? default : _terms.As<float>();
            _backend.LookupTopK(_database.ProblemOf(block, K), queries, _codes.As<byte>(), terms, found, places);
            _backend.Download(found, distances.Slice(start * K, results));
            _backend.Download(places, rows.Slice(start * K, results));
        }
    }

    /// <summary>Frees the device memory.</summary>
    public void Dispose()
    {
        _codes?.Dispose();
        _terms?.Dispose();
        _tables.Dispose();
        _distances.Dispose();
        _rows.Dispose();
    }
}
