using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>A similarity matrix [M,N] in blocks of rows, device and host memory for one block only.</summary>
public sealed class SimilarityBlocks : IDisposable
{
    // 16 MB of similarities at a time: large enough to hide the cost of a call and of a write.
    private const int BlockElements = 4 << 20;

    private readonly IBackend _backend;
    private readonly SimilarityKind _kind;
    private readonly float _empty;
    private readonly LabelMatrix _a, _b;
    private readonly bool _bitSets;
    private readonly DeviceBuffer? _aRows, _bRows, _similarity;
    private readonly float[] _host = [];

    /// <summary>Allocates for one block, and uploads the labels of the columns.</summary>
    /// <param name="backend">Where it is computed.</param>
    /// <param name="kind">Which similarity.</param>
    /// <param name="empty">The similarity of two empty label sets.</param>
    /// <param name="a">Labels of the M rows.</param>
    /// <param name="b">Labels of the N columns, as many classes.</param>
    public SimilarityBlocks(IBackend backend, SimilarityKind kind, float empty, LabelMatrix a, LabelMatrix b)
    {
        (_backend, _kind, _empty, _a, _b) = (backend, kind, empty, a, b);
        Rows = Math.Clamp(BlockElements / Math.Max(b.Count, 1), 1, Math.Max(a.Count, 1));
        if (a.Count == 0 || b.Count == 0) return;
        var problem = new SimilarityProblem(kind, Rows, b.Count, a.Classes, empty);
        _bitSets = problem.UsesBitSets;
        if (_bitSets)
        {
            (_aRows, _bRows) = (backend.Allocate<ulong>(Rows * a.Words), backend.Allocate<ulong>(b.Bits.Length));
            backend.Upload(b.Bits, _bRows.As<ulong>());
        }
        else
        {
            (_aRows, _bRows) = (backend.Allocate<int>(Rows * a.Classes), backend.Allocate<int>(b.Counts.Length));
            backend.Upload(b.Counts, _bRows.As<int>());
        }
        _similarity = backend.Allocate<float>(problem.LengthSimilarity);
        _host = new float[problem.LengthSimilarity];
    }

    /// <summary>Rows of a block; the last one may have fewer.</summary>
    public int Rows { get; }

    /// <summary>The block that begins at a row; valid until the next call.</summary>
    public ReadOnlySpan<float> Compute(int row)
    {
        int rows = Math.Min(Rows, _a.Count - row);
        if (_similarity is null || rows <= 0) return [];
        var problem = new SimilarityProblem(_kind, rows, _b.Count, _a.Classes, _empty);
        DeviceSpan<float> similarity = _similarity.Slice<float>(0, problem.LengthSimilarity);
        if (_bitSets)
        {
            DeviceSpan<ulong> operand = _aRows!.Slice<ulong>(0, rows * _a.Words);
            _backend.Upload(_a.Bits.Slice(row * _a.Words, rows * _a.Words), operand);
            _backend.SetSimilarity(problem, operand, _bRows!.As<ulong>(), similarity);
        }
        else
        {
            DeviceSpan<int> operand = _aRows!.Slice<int>(0, rows * _a.Classes);
            _backend.Upload(_a.Counts.Slice(row * _a.Classes, rows * _a.Classes), operand);
            _backend.CountSimilarity(problem, operand, _bRows!.As<int>(), similarity);
        }
        Span<float> host = _host.AsSpan(0, problem.LengthSimilarity);
        _backend.Download(similarity, host);
        return host;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _aRows?.Dispose();
        _bRows?.Dispose();
        _similarity?.Dispose();
    }
}
