using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Asymmetric distances by look-up tables, a thread a pair: neighbours take neighbouring items, and share the table of a query in the cache.</summary>
public sealed class LookupDistance
{
    private readonly Kernel<LookupOperands> _matrix;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public LookupDistance(GpuQueue queue) => _matrix = new(queue, Matrix);

    /// <summary>Queues distances[Q,N]. Overwrites distances.</summary>
    public void Run(in LookupProblem problem, ArrayView<float> tables, ArrayView<byte> codes, ArrayView<float> terms, ArrayView<float> distances) =>
        _matrix.LaunchThreads(problem.LengthResult, LookupOperands.Of(problem, tables, codes, terms) with { Distances = distances });

    [GpuKernel]
    internal static void Matrix(LookupOperands o)
    {
        int index = Threads.Index;
        if (Threads.Beyond(index, o.QueryCount * o.Count)) return;
        int query = index / o.Count;
        o.Distances[index] = o.DistanceOf(query, index - query * o.Count);
    }
}
