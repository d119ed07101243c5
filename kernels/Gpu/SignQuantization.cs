using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Sign codes, bit d = (e_d >= 0), least significant bit first. A thread takes the four signs of one 128-bit word, so that neighbours read
/// neighbours; sixteen threads' signs meet in shared memory and make a word of the code.
/// </summary>
public sealed class SignQuantization
{
    private const int WordThreads = 16;

    private readonly Kernel<Operands> _pack;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public SignQuantization(GpuQueue queue) => _pack = new(queue, Pack);

    /// <summary>Queues codes. Overwrites codes.</summary>
    public void Run(in SignQuantizationProblem problem, ArrayView<float> embeddings, ArrayView<ulong> codes) =>
        _pack.LaunchThreads((long)problem.LengthCodes * WordThreads, new Operands
        {
            Embeddings = embeddings, Codes = codes, Dimensions = problem.Dimensions, Words = new(problem.Words), Length = problem.LengthCodes,
            Vectorised = problem.Dimensions % Float4.Count == 0 && Alignment.AreVectors(embeddings) ? 1 : 0,
        });

    [GpuKernel]
    internal static void Pack(Operands o)
    {
        ArrayView<int> signs = SharedMemory.Allocate<int>(GroupReduce.MaxGroupSize);
        int thread = Group.IdxX, words = Group.DimX / WordThreads, first = Grid.IdxX * words, word = first + thread / WordThreads;
        signs[thread] = word < o.Length ? Signs(o, word, thread % WordThreads * Float4.Count) : 0;
        Group.Barrier();
        if (thread >= words || first + thread >= o.Length) return;
        ulong code = 0;
        for (int i = 0; i < WordThreads; i++) code |= (ulong)(uint)signs[thread * WordThreads + i] << (Float4.Count * i);
        o.Codes[first + thread] = code;
    }

    private static int Signs(Operands o, int word, int bit)
    {
        int row = o.Words.Divide(word), dimension = (word - row * o.Words.Divisor) * 64 + bit, at = row * o.Dimensions + dimension;
        if (o.Vectorised == 0) return Sign(o, at, dimension, 0) | Sign(o, at, dimension, 1) | Sign(o, at, dimension, 2) | Sign(o, at, dimension, 3);
        if (dimension >= o.Dimensions) return 0;
        Float4 values = Float4.Load(o.Embeddings, at / Float4.Count);
        return (values.X >= 0f ? 1 : 0) | (values.Y >= 0f ? 2 : 0) | (values.Z >= 0f ? 4 : 0) | (values.W >= 0f ? 8 : 0);
    }

    private static int Sign(Operands o, int at, int dimension, int bit)
    {
        if (dimension + bit >= o.Dimensions) return 0;
        return o.Embeddings[at + bit] >= 0f ? 1 << bit : 0;
    }

    internal struct Operands
    {
        public ArrayView<float> Embeddings;
        public ArrayView<ulong> Codes;
        public FastDivision Words;
        public int Dimensions, Length, Vectorised;
    }
}
