using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Cli.Verbs;

/// <summary>The most similar rows of labels for each of some, in blocks of rows: device memory for the other labels and one block.</summary>
internal sealed class SimilarRows
{
    // Places of a block's lists, 8 MB of results: large enough to hide the cost of a call, small enough to be told of and to be stopped between.
    private const int BlockElements = 1 << 20;

    private readonly int _k;

    public SimilarRows(int count, int k)
    {
        _k = k;
        Similarities = new float[Guard.Elements("similarities", count, k)];
        (Rows, Counts) = (new int[Similarities.Length], new int[count]);
        Rows.AsSpan().Fill(-1);
    }

    /// <summary>[M,K], 0 beyond what there is.</summary>
    public float[] Similarities { get; }

    /// <summary>[M,K], -1 beyond what there is.</summary>
    public int[] Rows { get; }

    /// <summary>[M], how many rows reach the least similarity.</summary>
    public int[] Counts { get; }

    /// <summary>Searches; tells of each block before it starts.</summary>
    public void Search(IBackend backend, SimilarityKind kind, float least, float empty, LabelMatrix a, LabelMatrix b, Action<int> starts)
    {
        if (a.Count == 0 || b.Count == 0) return;
        int block = Math.Clamp(BlockElements / _k, 1, a.Count);
        var problem = new SimilarityTopKProblem(kind, block, b.Count, a.Classes, _k, least, empty);
        using DeviceBuffer similarities = backend.Allocate<float>(problem.LengthResult), rows = backend.Allocate<int>(problem.LengthResult);
        using DeviceBuffer counts = backend.Allocate<int>(block);
        using DeviceBuffer deviceA = Allocate(backend, problem, block), deviceB = Allocate(backend, problem, b.Count);
        if (problem.UsesBitSets) backend.Upload(b.Bits, deviceB.As<ulong>());
        else backend.Upload(b.Counts, deviceB.As<int>());
        for (int row = 0; row < a.Count; row += block)
        {
            starts(row);
            int size = Math.Min(block, a.Count - row);
            var part = new SimilarityTopKProblem(kind, size, b.Count, a.Classes, _k, least, empty);
            (int first, int length) = (row * part.RowLength, size * part.RowLength);
            (DeviceSpan<float> partSimilarities, DeviceSpan<int> partRows, DeviceSpan<int> partCounts) =
                (similarities.Slice<float>(0, part.LengthResult), rows.Slice<int>(0, part.LengthResult), counts.Slice<int>(0, size));
            if (part.UsesBitSets)
            {
                backend.Upload(a.Bits.Slice(first, length), deviceA.Slice<ulong>(0, length));
                backend.SetSimilarityTopK(part, deviceA.Slice<ulong>(0, length), deviceB.As<ulong>(), partSimilarities, partRows, partCounts);
            }
            else
            {
                backend.Upload(a.Counts.Slice(first, length), deviceA.Slice<int>(0, length));
                backend.CountSimilarityTopK(part, deviceA.Slice<int>(0, length), deviceB.As<int>(), partSimilarities, partRows, partCounts);
            }
            backend.Download(partSimilarities, Similarities.AsSpan(row * _k, part.LengthResult));
            backend.Download(partRows, Rows.AsSpan(row * _k, part.LengthResult));
            backend.Download(partCounts, Counts.AsSpan(row, size));
        }
    }

    private static DeviceBuffer Allocate(IBackend backend, in SimilarityTopKProblem problem, int rows) =>
        problem.UsesBitSets ? backend.Allocate<ulong>(rows * problem.Words) : backend.Allocate<int>(rows * problem.Classes);
}
