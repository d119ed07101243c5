using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Exact search by Hamming distance on a backend: the database is uploaded once, queries go through in blocks, and device memory is reused,
/// so a search into the caller's spans allocates nothing. While the device works on a block, the queries of the next one and the results of the
/// one before travel. Used by one thread at a time, as its backend is.
/// </summary>
public sealed class HammingSearcher : IDisposable
{
    // Where very many neighbours are wanted, fewer queries make a block: their results would take more memory than the search itself.
    private const int MostResults = 8 << 20;

    private readonly IBackend _backend;
    private readonly int _bits, _words, _count, _queryBlock;
    private readonly DeviceBuffer? _database;
    private readonly DeviceBuffer _queries, _distances, _rows;
    private readonly StagedUpload _upload;
    private readonly StagedDownload _distanceDownload, _rowDownload;

    /// <summary>Uploads the database.</summary>
    /// <param name="backend">Where to search; not owned.</param>
    /// <param name="database">The codes; may be empty.</param>
    /// <param name="k">Neighbours wanted, at least 1; may exceed the database's size.</param>
    /// <param name="queryBlock">The most queries of one call of the backend.</param>
    /// <exception cref="ArgumentOutOfRangeException">k or queryBlock is under 1.</exception>
    /// <exception cref="InsufficientMemoryException">The device cannot hold the database.</exception>
    public HammingSearcher(IBackend backend, PackedCodes database, int k, int queryBlock = 256)
    {
        (_backend, K) = (backend, Guard.Positive(k));
        _queryBlock = Math.Min(Guard.Positive(queryBlock), Math.Max(1, MostResults / k));
        (_bits, _words, _count) = (database.Bits, database.Words, database.Count);
        int results = Guard.Elements("results", _queryBlock, k);
        _queries = backend.Allocate<ulong>(_queryBlock * _words);
        _distances = backend.Allocate<int>(results);
        _rows = backend.Allocate<int>(results);
        _upload = backend.StageUpload<ulong>(_queryBlock * _words);
        _distanceDownload = backend.StageDownload<int>(results);
        _rowDownload = backend.StageDownload<int>(results);
        if (_count == 0) return;
        _database = backend.Allocate<ulong>(database.Data.Length);
        backend.Upload(database.Data, _database.As<ulong>());
    }

    /// <summary>Neighbours of a result.</summary>
    public int K { get; }

    /// <summary>Searches for every query; distances and rows beyond the database's size are -1.</summary>
    /// <exception cref="ArgumentException">The queries have other bits than the database.</exception>
    public SearchResult<int> Search(PackedCodes queries)
    {
        if (queries.Bits != _bits)
            throw new ArgumentException($"the queries have {queries.Bits} bits; the database has {_bits}.", nameof(queries));
        int results = Guard.Elements("results", queries.Count, K);
        var result = new SearchResult<int>(K, new int[results], new int[results]);
        Search(queries.Data, result.Distances, result.Rows);
        return result;
    }

    /// <summary>Searches into the caller's memory.</summary>
    /// <param name="queries">Words <c>[Q,words]</c>, unused bits zero.</param>
    /// <param name="distances">[Q,K], overwritten.</param>
    /// <param name="rows">[Q,K], overwritten.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Search(ReadOnlySpan<ulong> queries, Span<int> distances, Span<int> rows)
    {
        int count = queries.Length / _words;
        Guard.Length(queries.Length, count * _words);
        Guard.Length(distances.Length, count * K);
        Guard.Length(rows.Length, count * K);
        if (_database is null)
        {
            distances.Fill(-1);
            rows.Fill(-1);
            return;
        }
        if (count > 0) StartQueries(queries, 0);
        for (int start = 0; start < count; start += _queryBlock)
        {
            int block = Math.Min(_queryBlock, count - start), results = block * K;
            var problem = new HammingProblem(block, _count, _bits, K);
            DeviceSpan<ulong> deviceQueries = _queries.Slice<ulong>(0, block * _words);
            DeviceSpan<int> deviceDistances = _distances.Slice<int>(0, results), deviceRows = _rows.Slice<int>(0, results);
            _upload.Place(deviceQueries);
            _backend.HammingTopK(problem, deviceQueries, _database.As<ulong>(), deviceDistances, deviceRows);
            if (start + block < count) StartQueries(queries, start + block);
            if (start > 0) Finish(distances, rows, start - _queryBlock, _queryBlock);
            _distanceDownload.Start(deviceDistances);
            _rowDownload.Start(deviceRows);
            if (start + block == count) Finish(distances, rows, start, block);
        }
    }

    /// <summary>Frees the device memory.</summary>
    public void Dispose()
    {
        _database?.Dispose();
        _queries.Dispose();
        _distances.Dispose();
        _rows.Dispose();
        _upload.Dispose();
        _distanceDownload.Dispose();
        _rowDownload.Dispose();
    }

    private void StartQueries(ReadOnlySpan<ulong> queries, int start) =>
        _upload.Start(queries.Slice(start * _words, Math.Min(_queryBlock * _words, queries.Length - start * _words)));

    private void Finish(Span<int> distances, Span<int> rows, int start, int block)
    {
        _distanceDownload.Finish(distances.Slice(start * K, block * K));
        _rowDownload.Finish(rows.Slice(start * K, block * K));
    }
}
