using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Elementwise sum; a thread an element. The output may be an input.</summary>
public sealed class Add
{
    private readonly Kernel<Operands> _sum;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public Add(GpuQueue queue) => _sum = new(queue, Sum);

    /// <summary>Queues y = a + b. Overwrites y.</summary>
    public void Run(in ElementwiseProblem problem, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y) =>
        _sum.LaunchThreads(problem.Length, new Operands { A = a, B = b, Y = y, Length = problem.Length });

    [GpuKernel]
    internal static void Sum(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        o.Y[i] = o.A[i] + o.B[i];
    }

    internal struct Operands
    {
        public ArrayView<float> A, B, Y;
        public int Length;
    }
}
