using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Sign codes, bit d = (e_d >= 0), least significant bit first; a thread a word.</summary>
public sealed class SignQuantization
{
    private readonly Kernel<Operands> _pack;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public SignQuantization(GpuQueue queue) => _pack = new(queue, Pack);

    /// <summary>Queues codes. Overwrites codes.</summary>
    public void Run(in SignQuantizationProblem problem, ArrayView<float> embeddings, ArrayView<ulong> codes) =>
        _pack.LaunchThreads(problem.LengthCodes, new Operands
        {
            Embeddings = embeddings, Codes = codes, Dimensions = problem.Dimensions, Words = problem.Words, Length = problem.LengthCodes,
        });

    [GpuKernel]
    internal static void Pack(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        int row = i / o.Words, first = i % o.Words * 64, bits = IntrinsicMath.Min(64, o.Dimensions - first);
        ulong word = 0;
        for (int bit = 0; bit < bits; bit++)
        {
            if (o.Embeddings[row * o.Dimensions + first + bit] >= 0f) word |= 1UL << bit;
        }
        o.Codes[i] = word;
    }

    internal struct Operands
    {
        public ArrayView<float> Embeddings;
        public ArrayView<ulong> Codes;
        public int Dimensions, Words, Length;
    }
}
