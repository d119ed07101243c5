using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using JaccardKernels.Host;

namespace JaccardKernels.Benchmarks;

/// <summary>Multiply-adds in twelve chains: more than latency (4 cycles) times throughput (2 a cycle) of any current core.</summary>
internal unsafe struct MultiplyAddLoop<TLanes> : IHostLoop
    where TLanes : struct, ILanes<TLanes, float>
{
    private const int Chains = 12, Steps = 1024;

    /// <summary>Takes a cache line of each worker's, so that the sums are of use to someone.</summary>
    public float* Sink;

    public int Passes { get; set; }

    public readonly double Work => 2.0 * Chains * Steps * TLanes.Count;

    public readonly void Run(int task, int worker)
    {
        // The factors keep every chain near 1: no overflow, no denormal.
        TLanes factor = TLanes.All(0.999f), addend = TLanes.All(0.001f);
        TLanes a = TLanes.All(1.01f), b = TLanes.All(1.02f), c = TLanes.All(1.03f), d = TLanes.All(1.04f), e = TLanes.All(1.05f);
        TLanes f = TLanes.All(1.06f), g = TLanes.All(1.07f), h = TLanes.All(1.08f), i = TLanes.All(1.09f), j = TLanes.All(1.11f);
        TLanes k = TLanes.All(1.12f), l = TLanes.All(1.13f);
        for (long step = (long)Steps * Passes; step > 0; step--)
        {
            a = TLanes.MultiplyAdd(a, factor, addend);
            b = TLanes.MultiplyAdd(b, factor, addend);
            c = TLanes.MultiplyAdd(c, factor, addend);
            d = TLanes.MultiplyAdd(d, factor, addend);
            e = TLanes.MultiplyAdd(e, factor, addend);
            f = TLanes.MultiplyAdd(f, factor, addend);
            g = TLanes.MultiplyAdd(g, factor, addend);
            h = TLanes.MultiplyAdd(h, factor, addend);
            i = TLanes.MultiplyAdd(i, factor, addend);
            j = TLanes.MultiplyAdd(j, factor, addend);
            k = TLanes.MultiplyAdd(k, factor, addend);
            l = TLanes.MultiplyAdd(l, factor, addend);
        }
        Sink[16 * task] = TLanes.Sum(a + b + c + (d + e + f) + (g + h + i) + (j + k + l));
    }
}

/// <summary>Exclusive-or, count and sum of words in the nearest cache, by the population count instruction.</summary>
internal unsafe struct WordCountLoop : IHostLoop
{
    /// <summary>Words that are counted; their operations are three each.</summary>
    public const int Words = 2048;

    public ulong* Source;
    public float* Sink;

    public int Passes { get; set; }

    public readonly double Work => 3.0 * Words;

    public readonly void Run(int task, int worker)
    {
        long a = 0, b = 0, c = 0, d = 0;
        for (int pass = 0; pass < Passes; pass++)
        {
            ulong query = (ulong)pass;
            for (ulong* p = Source, end = p + Words; p < end; p += 4)
            {
                a += BitOperations.PopCount(query ^ p[0]);
                b += BitOperations.PopCount(query ^ p[1]);
                c += BitOperations.PopCount(query ^ p[2]);
                d += BitOperations.PopCount(query ^ p[3]);
            }
        }
        Sink[16 * task] = a + b + c + d;
    }
}

/// <summary>The same by a table of nibbles, 512 bits at a time, where the processor has AVX-512BW.</summary>
internal unsafe struct NibbleTableLoop : IHostLoop
{
    // Each adds at most 8 to a byte: 128 in all, which a byte holds.
    private const int VectorsPerSum = 16;

    public ulong* Source;
    public float* Sink;

    public int Passes { get; set; }

    public readonly double Work => 3.0 * WordCountLoop.Words;

    public readonly void Run(int task, int worker)
    {
        Vector128<byte> nibbles = Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
        Vector512<byte> table = Vector512.Create(Vector256.Create(nibbles, nibbles), Vector256.Create(nibbles, nibbles));
        Vector512<ulong> total = Vector512<ulong>.Zero;
        for (int pass = 0; pass < Passes; pass++)
        {
            Vector512<ulong> query = Vector512.Create((ulong)pass);
            for (int w = 0; w < WordCountLoop.Words; w += 8 * VectorsPerSum)
            {
                Vector512<byte> even = Vector512<byte>.Zero, odd = Vector512<byte>.Zero;
                for (ulong* p = Source + w, end = p + 8 * VectorsPerSum; p < end; p += 16)
                {
                    even += Counts(table, query ^ Vector512.Load(p));
                    odd += Counts(table, query ^ Vector512.Load(p + 8));
                }
                total += Avx512BW.SumAbsoluteDifferences(even + odd, Vector512<byte>.Zero).AsUInt64();
            }
        }
        Sink[16 * task] = Vector512.Sum(total);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Counts(Vector512<byte> table, Vector512<ulong> v)
    {
        Vector512<byte> low = Vector512.Create((byte)15);
        return Avx512BW.Shuffle(table, v.AsByte() & low) + Avx512BW.Shuffle(table, Vector512.ShiftRightLogical(v, 4).AsByte() & low);
    }
}
