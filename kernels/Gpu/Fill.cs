using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>One value everywhere.</summary>
public sealed class Fill
{
    private readonly Elementwise<Assign> _assign;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public Fill(GpuQueue queue) => _assign = new(queue);

    /// <summary>Queues destination[i] = value. Overwrites destination.</summary>
    public void Run(in ElementwiseProblem problem, float value, ArrayView<float> destination) =>
        _assign.Launch(problem.Length, Alignment.AreVectors(destination), new Assign { Destination = destination, Value = value });

    internal struct Assign : IElementwise
    {
        public ArrayView<float> Destination;
        public float Value;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.Store(Destination, i, TLanes.Splat(Value));
    }
}
