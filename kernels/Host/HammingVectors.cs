using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JaccardKernels.Host;

/// <summary>
/// Distances of one query to eight codes of 64, 128 or 256 bits at a time, with AVX-512: counts of bytes are added up across codes, vectors as they lie,
/// until each word holds those of one code; one sum of its bytes is the distance.
/// </summary>
internal static unsafe class HammingVectors
{
    private const int Codes = 8;

    // Bytes fetched ahead: a core alone does not ask for enough lines at a time to be as fast as memory.
    private const int Ahead = 2048, Line = 64;

    /// <summary>Computes the distances of as many codes as there are whole groups of eight.</summary>
    /// <param name="query">The query.</param>
    /// <param name="codes">The codes.</param>
    /// <param name="words">Words of a code: 1, 2 or 4.</param>
    /// <param name="count">Codes.</param>
    /// <param name="distances">Overwritten.</param>
    /// <returns>How many.</returns>
    public static nint Run(ulong* query, ulong* codes, int words, nint count, int* distances)
    {
        nint groups = count / Codes;
        switch (words)
        {
            case 1:
                One(Vector512.Create(query[0]), codes, groups, distances);
                break;
            case 2:
                var pair = Vector256.Create(Vector128.Load(query), Vector128.Load(query));
                Two(Vector512.Create(pair, pair), codes, groups, distances);
                break;
            default:
                Four(Vector512.Create(Vector256.Load(query), Vector256.Load(query)), codes, groups, distances);
                break;
        }
        return groups * Codes;
    }

    private static void One(Vector512<ulong> query, ulong* codes, nint groups, int* distances)
    {
        Vector512<byte> table = BitCounts.Table512;
        for (; groups > 0; groups--, codes += Codes, distances += Codes)
        {
            Fetch(codes, 1);
            Store(Bits(query, codes, table), distances);
        }
    }

    private static void Two(Vector512<ulong> query, ulong* codes, nint groups, int* distances)
    {
        Vector512<byte> table = BitCounts.Table512;
        Vector512<ulong> order = Vector512.Create(0UL, 2, 4, 6, 1, 3, 5, 7);
        for (; groups > 0; groups--, codes += 2 * Codes, distances += Codes)
        {
            Fetch(codes, 2);
            // Codes 0 4 1 5 2 6 3 7.
            Store(AddHalves(Bits(query, codes, table), Bits(query, codes + 8, table)), order, distances);
        }
    }

    private static void Four(Vector512<ulong> query, ulong* codes, nint groups, int* distances)
    {
        Vector512<byte> table = BitCounts.Table512;
        Vector512<ulong> order = Vector512.Create(0UL, 2, 1, 3, 4, 6, 5, 7);
        for (; groups > 0; groups--, codes += 4 * Codes, distances += Codes)
        {
            Fetch(codes, 4);
            // Codes 0 2, 0 2, 1 3, 1 3, and the same of 4 to 7.
            Vector512<ulong> low = AddHalves(Bits(query, codes, table), Bits(query, codes + 8, table)).AsUInt64();
            Vector512<ulong> high = AddHalves(Bits(query, codes + 16, table), Bits(query, codes + 24, table)).AsUInt64();
            Store(Avx512F.Shuffle4x128(low, high, 0b10_00_10_00).AsByte() + Avx512F.Shuffle4x128(low, high, 0b11_01_11_01).AsByte(), order, distances);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Bits(Vector512<ulong> query, ulong* codes, Vector512<byte> table) =>
        BitCounts.Of((query ^ Vector512.Load(codes)).AsByte(), table);

    // The two words of each 128 bits, first a's, then b's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> AddHalves(Vector512<byte> a, Vector512<byte> b) =>
        Avx512F.UnpackLow(a.AsUInt64(), b.AsUInt64()).AsByte() + Avx512F.UnpackHigh(a.AsUInt64(), b.AsUInt64()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<byte> counts, int* distances) =>
        Avx512F.ConvertToVector256Int32(Avx512BW.SumAbsoluteDifferences(counts, Vector512<byte>.Zero).AsUInt64()).Store(distances);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<byte> counts, Vector512<ulong> order, int* distances)
    {
        Vector512<ulong> sums = Avx512BW.SumAbsoluteDifferences(counts, Vector512<byte>.Zero).AsUInt64();
        Avx512F.ConvertToVector256Int32(Avx512F.PermuteVar8x64(sums, order)).Store(distances);
    }

    // Beyond the end it does nothing.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(ulong* codes, int lines)
    {
        for (int line = 0; line < lines; line++) Sse.Prefetch0((byte*)codes + Ahead + line * Line);
    }
}
