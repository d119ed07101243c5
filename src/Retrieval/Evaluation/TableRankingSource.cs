using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>Codes by look-up tables.</summary>
internal sealed class TableRankingSource : IRankingSource
{
    private readonly IBackend _backend;
    private readonly ReadOnlyMemory<float> _queryTables;
    private readonly TableCodes _codes;
    private readonly DeviceBuffer _database, _terms, _tables, _distances;
    private readonly float[] _host;

    public TableRankingSource(IBackend backend, ReadOnlyMemory<float> tables, TableCodes database, int block)
    {
        (_backend, _queryTables, _codes, Queries) = (backend, tables, database, database.QueriesOf(tables.Span));
        int elements = Guard.Elements("distances", block, Database);
        _database = backend.Allocate<byte>(database.Data.Length);
        _terms = backend.Allocate<float>(database.Terms.Length);
        _tables = backend.Allocate<float>(Guard.Elements("tables", block, database.TableLength));
        _distances = backend.Allocate<float>(elements);
        _host = new float[elements];
        backend.Upload(database.Data, _database.As<byte>());
        backend.Upload(database.Terms, _terms.As<float>());
    }

    public int Queries { get; }

    public int Database => _codes.Count;

    public string Description => $"look-up tables, {8 * _codes.Codebooks} bits";

    public void Compute(int start, int rows)
    {
        int length = _codes.TableLength;
        DeviceSpan<float> tables = _tables.Slice<float>(0, rows * length), distances = _distances.Slice<float>(0, rows * Database);
        _backend.Upload(_queryTables.Span.Slice(start * length, rows * length), tables);
        _backend.LookupDistance(_codes.ProblemOf(rows, k: 0), tables, _database.As<byte>(), _terms.As<float>(), distances);
        _backend.Download(distances, _host.AsSpan(0, rows * Database));
    }

    public void Rank(int queryOfBlock, QueryRanking ranking, int top, int excluded) =>
        ranking.RankBySelection(_host.AsSpan(queryOfBlock * Database, Database), largestFirst: false, top, excluded);

    public void Dispose()
    {
        _database.Dispose();
        _terms.Dispose();
        _tables.Dispose();
        _distances.Dispose();
    }
}
