using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JaccardKernels.Host;

/// <summary>
/// Distances of one query to many codes. Bits are counted in bytes through a table of nibbles, a vector at a time (.NET 10 has no VPOPCNTDQ): of codes of
/// 64, 128, 256 and 512 bits with AVX-512 eight codes at once (<see cref="HammingVectors"/>), of codes from 1024 bits on one by one. The others by the
/// population count instruction.
/// </summary>
internal static unsafe class HammingScan
{
    // Words from which the table wins: below, adding up the lanes of a vector costs more than the counts of its words.
    private const int LongCode = 16;

    /// <summary>distances[i] = the bits in which code i of <paramref name="codes"/> differs from the query.</summary>
    public static void Run(ulong* query, ulong* codes, int words, nint count, int* distances)
    {
        if (HammingVectors.Serves(words))
        {
            nint done = HammingVectors.Run(query, codes, words, count, distances);
            codes += done * words;
            distances += done;
            count -= done;
        }
        switch (words)
        {
            case 1:
                One(query[0], codes, count, distances);
                break;
            case 2:
                Two(query[0], query[1], codes, count, distances);
                break;
            case 4:
                Four(query, codes, count, distances);
                break;
            default:
                for (nint i = 0; i < count; i++, codes += words)
                    distances[i] = words < LongCode ? Words(query, codes, words) : Long(query, codes, words);
                break;
        }
    }

    private static void One(ulong q, ulong* codes, nint count, int* distances)
    {
        nint i = 0;
        for (; i <= count - 4; i += 4)
        {
            distances[i] = BitOperations.PopCount(q ^ codes[i]);
            distances[i + 1] = BitOperations.PopCount(q ^ codes[i + 1]);
            distances[i + 2] = BitOperations.PopCount(q ^ codes[i + 2]);
            distances[i + 3] = BitOperations.PopCount(q ^ codes[i + 3]);
        }
        for (; i < count; i++) distances[i] = BitOperations.PopCount(q ^ codes[i]);
    }

    private static void Two(ulong q0, ulong q1, ulong* codes, nint count, int* distances)
    {
        for (nint i = 0; i < count; i++, codes += 2) distances[i] = BitOperations.PopCount(q0 ^ codes[0]) + BitOperations.PopCount(q1 ^ codes[1]);
    }

    private static void Four(ulong* query, ulong* codes, nint count, int* distances)
    {
        (ulong q0, ulong q1, ulong q2, ulong q3) = (query[0], query[1], query[2], query[3]);
        for (nint i = 0; i < count; i++, codes += 4)
        {
            distances[i] = BitOperations.PopCount(q0 ^ codes[0]) + BitOperations.PopCount(q1 ^ codes[1])
                + (BitOperations.PopCount(q2 ^ codes[2]) + BitOperations.PopCount(q3 ^ codes[3]));
        }
    }

    private static int Words(ulong* query, ulong* code, int words)
    {
        int even = 0, odd = 0, w = 0;
        for (; w < words - 1; w += 2)
        {
            even += BitOperations.PopCount(query[w] ^ code[w]);
            odd += BitOperations.PopCount(query[w + 1] ^ code[w + 1]);
        }
        return w < words ? even + odd + BitOperations.PopCount(query[w] ^ code[w]) : even + odd;
    }

    private static int Long(ulong* query, ulong* code, int words)
    {
        int w = 0;
        ulong sum = 0;
        if (Avx512BW.IsSupported && Vector512.IsHardwareAccelerated)
        {
            Vector512<byte> table = BitCounts.Table512;
            Vector512<ulong> total = Vector512<ulong>.Zero;
            while (w <= words - 8)
            {
                int end = w + 8 * Math.Min(BitCounts.VectorsPerSum, (words - w) / 8);
                Vector512<byte> bytes = Vector512<byte>.Zero;
                for (; w < end; w += 8) bytes += BitCounts.Of((Vector512.Load(query + w) ^ Vector512.Load(code + w)).AsByte(), table);
                total += Avx512BW.SumAbsoluteDifferences(bytes, Vector512<byte>.Zero).AsUInt64();
            }
            sum = Vector512.Sum(total);
        }
        else if (Avx2.IsSupported)
        {
            Vector256<byte> table = BitCounts.Table256;
            Vector256<ulong> total = Vector256<ulong>.Zero;
            while (w <= words - 4)
            {
                int end = w + 4 * Math.Min(BitCounts.VectorsPerSum, (words - w) / 4);
                Vector256<byte> bytes = Vector256<byte>.Zero;
                for (; w < end; w += 4) bytes += BitCounts.Of((Vector256.Load(query + w) ^ Vector256.Load(code + w)).AsByte(), table);
                total += Avx2.SumAbsoluteDifferences(bytes, Vector256<byte>.Zero).AsUInt64();
            }
            sum = Vector256.Sum(total);
        }
        return (int)sum + Words(query + w, code + w, words - w);
    }
}
