using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>A copy; a thread an element.</summary>
public sealed class Copy
{
    private readonly Kernel<Operands> _assign;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public Copy(GpuQueue queue) => _assign = new(queue, Assign);

    /// <summary>Queues destination[i] = source[i]. Overwrites destination.</summary>
    public void Run(in ElementwiseProblem problem, ArrayView<float> source, ArrayView<float> destination) =>
        _assign.LaunchThreads(problem.Length, new Operands { Source = source, Destination = destination, Length = problem.Length });

    [GpuKernel]
    internal static void Assign(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        o.Destination[i] = o.Source[i];
    }

    internal struct Operands
    {
        public ArrayView<float> Source, Destination;
        public int Length;
    }
}
