using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Similarities of a block of queries' labels to the whole database's, of several kinds, computed by a backend; all memory is
/// reused.
/// </summary>
internal sealed class LabelSimilarityBlock : IDisposable
{
    private readonly IBackend _backend;
    private readonly LabelMatrix _queries, _database;
    private readonly SimilarityKind[] _kinds;
    private readonly float _emptyValue;
    private readonly DeviceBuffer? _databaseCounts, _databaseBits, _queryCounts, _queryBits;
    private readonly DeviceBuffer _similarity;
    private readonly float[][] _host;

    public LabelSimilarityBlock(IBackend backend, LabelMatrix queries, LabelMatrix database, SimilarityKind[] kinds, float emptyValue, int block)
    {
        (_backend, _queries, _database, _kinds, _emptyValue) = (backend, queries, database, kinds, emptyValue);
        int elements = Guard.Elements("similarity", block, database.Count);
        _similarity = backend.Allocate<float>(elements);
        _host = [.. kinds.Select(_ => new float[elements])];
        // The kinds from set Jaccard on read bit sets, the ones before counts.
        if (kinds.Any(kind => kind < SimilarityKind.SetJaccard))
        {
            _databaseCounts = backend.Allocate<int>(database.Counts.Length);
            _queryCounts = backend.Allocate<int>(block * queries.Classes);
            backend.Upload(database.Counts, _databaseCounts.As<int>());
        }
        if (kinds.Any(kind => kind >= SimilarityKind.SetJaccard))
        {
            _databaseBits = backend.Allocate<ulong>(database.Bits.Length);
            _queryBits = backend.Allocate<ulong>(block * queries.Words);
            backend.Upload(database.Bits, _databaseBits.As<ulong>());
        }
    }

    /// <summary>Which index of <see cref="Row"/> a kind has.</summary>
    public int IndexOf(SimilarityKind kind) => Array.IndexOf(_kinds, kind);

    /// <summary>Computes the similarities of queries start..start+rows-1.</summary>
    public void Compute(int start, int rows)
    {
        int classes = _queries.Classes, words = _queries.Words;
        DeviceSpan<float> similarity = _similarity.Slice<float>(0, rows * _database.Count);
        DeviceSpan<int> counts = default;
        DeviceSpan<ulong> bits = default;
        if (_queryCounts is not null)
            _backend.Upload(_queries.Counts.Slice(start * classes, rows * classes), counts = _queryCounts.Slice<int>(0, rows * classes));
        if (_queryBits is not null)
            _backend.Upload(_queries.Bits.Slice(start * words, rows * words), bits = _queryBits.Slice<ulong>(0, rows * words));
        for (int i = 0; i < _kinds.Length; i++)
        {
            var problem = new SimilarityProblem(_kinds[i], rows, _database.Count, classes, _emptyValue);
            if (problem.UsesBitSets) _backend.SetSimilarity(problem, bits, _databaseBits!.As<ulong>(), similarity);
            else _backend.CountSimilarity(problem, counts, _databaseCounts!.As<int>(), similarity);
            _backend.Download(similarity, _host[i].AsSpan(0, rows * _database.Count));
        }
    }

    /// <summary>The similarities <c>[N]</c> of one query of the block.</summary>
    public ReadOnlySpan<float> Row(int kindIndex, int queryOfBlock) => _host[kindIndex].AsSpan(queryOfBlock * _database.Count, _database.Count);

    public void Dispose()
    {
        _similarity.Dispose();
        _databaseCounts?.Dispose();
        _databaseBits?.Dispose();
        _queryCounts?.Dispose();
        _queryBits?.Dispose();
    }
}
