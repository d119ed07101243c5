using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Distances of a block of queries to the whole database, computed by a backend and brought to host memory; all memory is
/// reused.
/// </summary>
internal sealed class EmbeddingDistanceBlock : IDisposable
{
    private readonly IBackend _backend;
    private readonly EmbeddingDistance _distance;
    private readonly int _dimensions, _count;
    private readonly DeviceBuffer _database, _queries, _distances;
    private readonly float[] _host;

    public EmbeddingDistanceBlock(IBackend backend, EmbeddingMatrix database, EmbeddingDistance distance, int block)
    {
        (_backend, _distance, _dimensions, _count) = (backend, distance, database.Dimensions, Guard.Positive(database.Count));
        int elements = Guard.Elements("distances", block, _count);
        _database = backend.Allocate<float>(database.Values.Length);
        _queries = backend.Allocate<float>(Guard.Elements("queries", block, _dimensions));
        _distances = backend.Allocate<float>(elements);
        _host = new float[elements];
        backend.Upload(database.Values, _database.As<float>());
    }

    /// <summary>Computes the distances of some queries <c>[Q,D]</c>.</summary>
    /// <returns>float <c>[Q,N]</c>, valid until the next call.</returns>
    public ReadOnlyMemory<float> Compute(ReadOnlySpan<float> queries)
    {
        int rows = queries.Length / _dimensions;
        DeviceSpan<float> x = _queries.Slice<float>(0, queries.Length), result = _distances.Slice<float>(0, rows * _count);
        _backend.Upload(queries, x);
        if (_distance == EmbeddingDistance.SquaredEuclidean)
            _backend.SquaredDistance(new SquaredDistanceProblem(rows, _count, _dimensions), x, _database.As<float>(), result);
        else
            _backend.Gemm(new GemmProblem(rows, _count, _dimensions, transposeB: true), x, _database.As<float>(), default, result);
        _backend.Download(result, _host.AsSpan(0, rows * _count));
        return _host.AsMemory(0, rows * _count);
    }

    public void Dispose()
    {
        _database.Dispose();
        _queries.Dispose();
        _distances.Dispose();
    }
}
