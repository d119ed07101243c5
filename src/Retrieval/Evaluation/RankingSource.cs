using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>What an evaluation ranks: distances of blocks of queries to the database, and how a row of them becomes a ranking.</summary>
internal interface IRankingSource : IDisposable
{
    /// <summary>Queries, Q.</summary>
    int Queries { get; }

    /// <summary>Database items, N.</summary>
    int Database { get; }

    /// <summary>The distance, in words.</summary>
    string Description { get; }

    /// <summary>Computes the distances of queries start..start+rows-1.</summary>
    void Compute(int start, int rows);

    /// <summary>Ranks for one query of the block; called by several threads at once, each with its own ranking.</summary>
    void Rank(int queryOfBlock, QueryRanking ranking, int top, int excluded);
}

/// <summary>Codes by Hamming distance.</summary>
internal sealed class HammingRankingSource : IRankingSource
{
    private readonly IBackend _backend;
    private readonly PackedCodes _queryCodes;
    private readonly int _bits, _words;
    private readonly DeviceBuffer _database, _queries, _distances;
    private readonly int[] _host;

    public HammingRankingSource(IBackend backend, PackedCodes queries, PackedCodes database, int block)
    {
        if (queries.Bits != database.Bits)
            throw new ArgumentException($"the queries have {queries.Bits} bits; the database has {database.Bits}.", nameof(queries));
        (_backend, _queryCodes, _bits, _words, Database) = (backend, queries, database.Bits, database.Words, database.Count);
        int elements = Guard.Elements("distances", block, Database);
        _database = backend.Allocate<ulong>(database.Data.Length);
        _queries = backend.Allocate<ulong>(block * _words);
        _distances = backend.Allocate<int>(elements);
        _host = new int[elements];
        backend.Upload(database.Data, _database.As<ulong>());
    }

    public int Queries => _queryCodes.Count;

    public int Database { get; }

    public string Description => $"Hamming, {_bits} bits";

    public void Compute(int start, int rows)
    {
        DeviceSpan<ulong> queries = _queries.Slice<ulong>(0, rows * _words);
        DeviceSpan<int> distances = _distances.Slice<int>(0, rows * Database);
        _backend.Upload(_queryCodes.Data.Slice(start * _words, rows * _words), queries);
        _backend.HammingDistance(new HammingProblem(rows, Database, _bits), queries, _database.As<ulong>(), distances);
        _backend.Download(distances, _host.AsSpan(0, rows * Database));
    }

    public void Rank(int queryOfBlock, QueryRanking ranking, int top, int excluded) =>
        ranking.RankByCounting(_host.AsSpan(queryOfBlock * Database, Database), _bits, top, excluded);

    public void Dispose()
    {
        _database.Dispose();
        _queries.Dispose();
        _distances.Dispose();
    }
}

/// <summary>Embeddings by squared Euclidean distance or inner product.</summary>
internal sealed class EmbeddingRankingSource : IRankingSource
{
    private readonly EmbeddingMatrix _queries;
    private readonly EmbeddingDistance _distance;
    private readonly EmbeddingDistanceBlock _block;
    private ReadOnlyMemory<float> _distances;

    public EmbeddingRankingSource(IBackend backend, EmbeddingMatrix queries, EmbeddingMatrix database, EmbeddingDistance distance, int block)
    {
        if (queries.Dimensions != database.Dimensions)
            throw new ArgumentException(
                $"the queries have {queries.Dimensions} dimensions; the database has {database.Dimensions}.", nameof(queries));
        (_queries, _distance, Database) = (queries, distance, database.Count);
        _block = new EmbeddingDistanceBlock(backend, database, distance, block);
    }

    public int Queries => _queries.Count;

    public int Database { get; }

    public string Description =>
        $"{(_distance == EmbeddingDistance.SquaredEuclidean ? "Euclidean" : "inner product")}, {_queries.Dimensions} dimensions";

    public void Compute(int start, int rows) =>
        _distances = _block.Compute(_queries.Values.Slice(start * _queries.Dimensions, rows * _queries.Dimensions));

    public void Rank(int queryOfBlock, QueryRanking ranking, int top, int excluded) =>
        ranking.RankBySelection(
            _distances.Span.Slice(queryOfBlock * Database, Database), _distance == EmbeddingDistance.InnerProduct, top, excluded);

    public void Dispose() => _block.Dispose();
}
