using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Inverted dropout with the mask of <see cref="CounterRandom"/>, the same bits as on every backend; a thread an element. y may be x.
/// </summary>
public sealed class Dropout
{
    private readonly Kernel<Operands> _mask;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public Dropout(GpuQueue queue) => _mask = new(queue, Mask);

    /// <summary>Queues y = x masked and scaled. Overwrites y.</summary>
    public void Run(in DropoutProblem problem, ArrayView<float> x, ArrayView<float> y) => _mask.LaunchThreads(
        problem.Length,
        new Operands { X = x, Y = y, Key = problem.Key, Threshold = problem.Threshold, Scale = problem.Scale, Length = problem.Length });

    [GpuKernel]
    internal static void Mask(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        o.Y[i] = CounterRandom.Bits(o.Key, i) >= o.Threshold ? o.X[i] * o.Scale : 0f;
    }

    internal struct Operands
    {
        public ArrayView<float> X, Y;
        public ulong Key;
        public uint Threshold;
        public float Scale;
        public int Length;
    }
}
