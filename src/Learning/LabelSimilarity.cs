using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>
/// Similarity of label rows on a backend, its device memory kept between calls: the matrix of a batch for the loss, or a block for mining.
/// Training takes the similarity of two empty label sets as 0, so that an image without labels is never a positive.
/// </summary>
public sealed class LabelSimilarity : IDisposable
{
    private readonly IBackend _backend;
    private readonly LabelMatrix _labels;
    private readonly SimilarityKind _kind;
    private readonly float _emptyValue;
    private readonly DeviceBuffer _rows;
    private readonly DeviceBuffer _similarity;
    private readonly int[] _counts;
    private readonly ulong[] _bits;

    /// <summary>Allocates for matrices of up to <paramref name="capacity"/> x capacity.</summary>
    /// <param name="backend">Where it is computed.</param>
    /// <param name="labels">All labels.</param>
    /// <param name="kind">Which similarity.</param>
    /// <param name="capacity">Rows of the largest matrix.</param>
    /// <param name="emptyValue">The similarity of two empty label sets.</param>
    public LabelSimilarity(IBackend backend, LabelMatrix labels, SimilarityKind kind, int capacity, float emptyValue = 0f)
    {
        (_backend, _labels, _kind, _emptyValue) = (backend, labels, kind, emptyValue);
        var problem = new SimilarityProblem(kind, capacity, capacity, labels.Classes, emptyValue);
        _counts = new int[problem.UsesBitSets ? 0 : capacity * labels.Classes];
        _bits = new ulong[problem.UsesBitSets ? capacity * problem.Words : 0];
        _rows = problem.UsesBitSets ? backend.Allocate<ulong>(_bits.Length) : backend.Allocate<int>(_counts.Length);
        _similarity = backend.Allocate<float>(problem.LengthSimilarity);
    }

    /// <summary>The similarity [n,n] of the rows named, on the device; valid until the next call.</summary>
    public DeviceSpan<float> Matrix(ReadOnlySpan<int> rows)
    {
        int n = rows.Length, classes = _labels.Classes, words = _labels.Words;
        var problem = new SimilarityProblem(_kind, n, n, classes, _emptyValue);
        DeviceSpan<float> similarity = _similarity.Slice<float>(0, problem.LengthSimilarity);
        if (problem.UsesBitSets)
        {
            for (int i = 0; i < n; i++) _labels.Bits.Slice(rows[i] * words, words).CopyTo(_bits.AsSpan(i * words));
            DeviceSpan<ulong> operand = _rows.Slice<ulong>(0, n * words);
            _backend.Upload<ulong>(_bits.AsSpan(0, n * words), operand);
            _backend.SetSimilarity(problem, operand, operand, similarity);
        }
        else
        {
            for (int i = 0; i < n; i++) _labels.Row(rows[i]).CopyTo(_counts.AsSpan(i * classes));
            DeviceSpan<int> operand = _rows.Slice<int>(0, n * classes);
            _backend.Upload<int>(_counts.AsSpan(0, n * classes), operand);
            _backend.CountSimilarity(problem, operand, operand, similarity);
        }
        return similarity;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        _similarity.Dispose();
    }
}
