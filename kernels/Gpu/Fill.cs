using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>One value everywhere; a thread an element.</summary>
public sealed class Fill
{
    private readonly Kernel<Operands> _assign;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public Fill(GpuQueue queue) => _assign = new(queue, Assign);

    /// <summary>Queues destination[i] = value. Overwrites destination.</summary>
    public void Run(in ElementwiseProblem problem, float value, ArrayView<float> destination) =>
        _assign.LaunchThreads(problem.Length, new Operands { Destination = destination, Value = value, Length = problem.Length });

    [GpuKernel]
    internal static void Assign(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        o.Destination[i] = o.Value;
    }

    internal struct Operands
    {
        public ArrayView<float> Destination;
        public float Value;
        public int Length;
    }
}
