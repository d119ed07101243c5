using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Inverted dropout with the mask of <see cref="CounterRandom"/>, the same bits as on every backend. y may be x.
/// </summary>
public sealed class Dropout
{
    private readonly Elementwise<Mask> _mask;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public Dropout(GpuQueue queue) => _mask = new(queue);

    /// <summary>Queues y = x masked and scaled. Overwrites y.</summary>
    public void Run(in DropoutProblem problem, ArrayView<float> x, ArrayView<float> y) => _mask.Launch(
        problem.Length, Alignment.AreVectors(x, y), new Mask { X = x, Y = y, Key = problem.Key, Threshold = problem.Threshold, Scale = problem.Scale });

    internal struct Mask : IElementwise, IUnary
    {
        public ArrayView<float> X, Y;
        public ulong Key;
        public uint Threshold;
        public float Scale;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.Store(Y, i, TLanes.Map(this, i, TLanes.Load(X, i)));

        public readonly float Of(int i, float x) => CounterRandom.Bits(Key, i) >= Threshold ? x * Scale : 0f;
    }
}
