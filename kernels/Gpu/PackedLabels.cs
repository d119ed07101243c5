using ILGPU;
using ILGPU.Runtime;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Two operands, packed: words [Words,Stride] with a row of labels a column, so that neighbouring threads read neighbouring words.</summary>
internal struct PackedPair
{
    public ArrayView<uint> A, B;

    /// <summary>Each row's sum of counts, of their squares, or of bits.</summary>
    public ArrayView<long> SumsA, SumsB;

    /// <summary>1 if a count exceeds a byte: what is packed is then not the labels.</summary>
    public ArrayView<int> Exceeded;

    public int Words, StrideA, StrideB;
}

/// <summary>
/// Packs labels for kernels that compare words: four counts of a byte each, or 32 bits of a set. Rows are padded to whole tiles of zeros,
/// so that tiles are loaded without a check. Counts over 255 raise a flag on the device; kernels read it there, and nobody waits for it.
/// </summary>
internal sealed class PackedLabels(GpuQueue queue)
{
    // The widest tile of results: a stride is a multiple of it, hence vectors of four words never straddle the end.
    private const int RowsOfTile = 64;

    private readonly Kernel<Operands> _packCounts = new(queue, PackCounts);
    private readonly Kernel<Operands> _packSets = new(queue, PackSets);

    /// <summary>Words of a row of counts.</summary>
    public static int WordsOfCounts(int classes) => (classes + 3) / 4;

    /// <summary>Words of a row of bits.</summary>
    public static int WordsOfSets(int classes) => (classes + 31) / 32;

    /// <summary>Bytes of scratch memory that a pair takes.</summary>
    public static long Bytes(int m, int n, int words) =>
        ScratchMemory.Padded(4L * words * Stride(m), 4L * words * Stride(n), 8L * Stride(m), 8L * Stride(n), sizeof(int));

    /// <summary>Two operands are one, so that one is packed and half of a matrix says all.</summary>
    public static bool AreSame<TView>(TView a, TView b)
        where TView : struct, IContiguousArrayView => a.Buffer == b.Buffer && a.IndexInBytes == b.IndexInBytes && a.Length == b.Length;

    /// <summary>Packs counts, with the sums of their squares if <paramref name="squares"/>, else of the counts.</summary>
    public PackedPair Counts(int m, int n, int classes, ArrayView<int> a, ArrayView<int> b, bool squares)
    {
        var operands = new Operands { Length = classes, Squares = squares ? 1 : 0 };
        return Pack(_packCounts, operands, m, n, WordsOfCounts(classes), a.Cast<uint>(), b.Cast<uint>());
    }

    /// <summary>Packs bit sets of 64-bit words.</summary>
    public PackedPair Sets(int m, int n, int classes, ArrayView<ulong> a, ArrayView<ulong> b)
    {
        var operands = new Operands { Length = 2 * SimilarityProblem.WordsOf(classes) };
        return Pack(_packSets, operands, m, n, WordsOfSets(classes), a.Cast<uint>(), b.Cast<uint>());
    }

    private static int Stride(int rows) => Blocks.Covering(rows, RowsOfTile) * RowsOfTile;

    private PackedPair Pack(Kernel<Operands> kernel, Operands operands, int m, int n, int words, ArrayView<uint> a, ArrayView<uint> b)
    {
        ScratchMemory scratch = queue.Scratch;
        var pair = new PackedPair { Words = words, StrideA = Stride(m), StrideB = Stride(n), Exceeded = scratch.Take<int>(1) };
        pair.Exceeded.MemSetToZero(queue.Stream);
        (operands.Words, operands.Exceeded) = (words, pair.Exceeded);
        (pair.A, pair.SumsA) = Pack(kernel, operands, m, pair.StrideA, a);
        (pair.B, pair.SumsB) = AreSame(a, b) ? (pair.A, pair.SumsA) : Pack(kernel, operands, n, pair.StrideB, b);
        return pair;
    }

    private (ArrayView<uint> Words, ArrayView<long> Sums) Pack(
        Kernel<Operands> kernel, Operands operands, int rows, int stride, ArrayView<uint> source)
    {
        (operands.Source, operands.Rows, operands.Stride) = (source, rows, stride);
        (operands.Packed, operands.Sums) = (queue.Scratch.Take<uint>((long)operands.Words * stride), queue.Scratch.Take<long>(stride));
        kernel.LaunchThreads(stride, operands);
        return (operands.Packed, operands.Sums);
    }

    /// <summary>A thread a row, those of the padding included.</summary>
    [GpuKernel]
    internal static void PackCounts(Operands o)
    {
        int row = Threads.Index;
        if (Threads.Beyond(row, o.Stride)) return;
        long sum = 0;
        uint all = 0;
        for (int word = 0; word < o.Words; word++)
        {
            uint packed = 0;
            for (int c = 4 * word; c < IntrinsicMath.Min(4 * word + 4, o.Length); c++)
            {
                uint count = row < o.Rows ? o.Source[row * o.Length + c] : 0;
                sum += o.Squares != 0 ? (long)count * count : count;
                all |= count;
                packed |= (count & 0xFF) << (8 * (c & 3));
            }
            o.Packed[word * o.Stride + row] = packed;
        }
        o.Sums[row] = sum;
        if (all > 0xFF) o.Exceeded[0] = 1;
    }

    /// <summary>A thread a row, those of the padding included.</summary>
    [GpuKernel]
    internal static void PackSets(Operands o)
    {
        int row = Threads.Index;
        if (Threads.Beyond(row, o.Stride)) return;
        int size = 0;
        for (int word = 0; word < o.Words; word++)
        {
            uint bits = row < o.Rows ? o.Source[row * o.Length + word] : 0;
            size += IntrinsicMath.PopCount(bits);
            o.Packed[word * o.Stride + row] = bits;
        }
        o.Sums[row] = size;
    }

    internal struct Operands
    {
        public ArrayView<uint> Source, Packed;
        public ArrayView<long> Sums;
        public ArrayView<int> Exceeded;
        public int Rows, Stride, Length, Words, Squares;
    }
}
