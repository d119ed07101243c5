using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>A copy.</summary>
public sealed class Copy
{
    private readonly Elementwise<Assign> _assign;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public Copy(GpuQueue queue) => _assign = new(queue);

    /// <summary>Queues destination[i] = source[i]. Overwrites destination.</summary>
    public void Run(in ElementwiseProblem problem, ArrayView<float> source, ArrayView<float> destination) =>
        _assign.Launch(problem.Length, Alignment.AreVectors(source, destination), new Assign { Source = source, Destination = destination });

    internal struct Assign : IElementwise
    {
        public ArrayView<float> Source, Destination;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.Store(Destination, i, TLanes.Load(Source, i));
    }
}
