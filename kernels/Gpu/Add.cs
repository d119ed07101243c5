using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Elementwise sum. The output may be an input.</summary>
public sealed class Add
{
    private readonly Elementwise<Sum> _sum;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public Add(GpuQueue queue) => _sum = new(queue);

    /// <summary>Queues y = a + b. Overwrites y.</summary>
    public void Run(in ElementwiseProblem problem, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y) =>
        _sum.Launch(problem.Length, Alignment.AreVectors(a, b, y), new Sum { A = a, B = b, Y = y });

    internal struct Sum : IElementwise
    {
        public ArrayView<float> A, B, Y;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.Store(Y, i, TLanes.Load(A, i) + TLanes.Load(B, i));
    }
}
