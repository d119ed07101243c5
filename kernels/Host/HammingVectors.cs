using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JaccardKernels.Host;

/// <summary>
/// Distances of one query to eight codes of 64, 128, 256 or 512 bits at a time, with AVX-512: counts of bytes are added up across codes, vectors as they lie,
/// until each word holds those of one code; one sum of its bytes is the distance.
/// </summary>
internal static unsafe class HammingVectors
{
    private const int Codes = 8;

    // Bytes fetched ahead: a core alone does not ask for enough lines at a time to be as fast as memory.
    private const int Ahead = 2048, Line = 64;

    // Groups whose distances are looked at together: nearly always none of them is near enough.
    private const int Together = 4;

    /// <summary>Codes of so many words are computed here on this machine.</summary>
    public static bool Serves(int words) => Avx512BW.IsSupported && Vector512.IsHardwareAccelerated && words is (1 or 2 or 4 or 8);

    /// <summary>A group of eight codes of some length.</summary>
    private interface IGroup
    {
        /// <summary>Words of a code.</summary>
        static abstract int Words { get; }

        /// <summary>The distances of eight codes, in their order.</summary>
        static abstract Vector512<ulong> Distances(Vector512<ulong> query, ulong* codes, Vector512<byte> table);
    }

    /// <summary>Computes the distances of as many codes as there are whole groups of eight.</summary>
    /// <param name="query">The query.</param>
    /// <param name="codes">The codes.</param>
    /// <param name="words">Words of a code: 1, 2, 4 or 8.</param>
    /// <param name="count">Codes.</param>
    /// <param name="distances">Overwritten.</param>
    /// <returns>How many.</returns>
    public static nint Run(ulong* query, ulong* codes, int words, nint count, int* distances) => words switch
    {
        1 => Run<OneWord>(Repeat(query, words), codes, count, distances),
        2 => Run<TwoWords>(Repeat(query, words), codes, count, distances),
        4 => Run<FourWords>(Repeat(query, words), codes, count, distances),
        _ => Run<EightWords>(Repeat(query, words), codes, count, distances),
    };

    /// <summary>Finds the codes within a distance, of as many as there are whole groups of 32.</summary>
    /// <param name="query">The query.</param>
    /// <param name="codes">The codes.</param>
    /// <param name="words">Words of a code: 1, 2, 4 or 8.</param>
    /// <param name="count">Codes.</param>
    /// <param name="limit">The largest distance, 0 or more.</param>
    /// <param name="positions">Where those are that were found.</param>
    /// <param name="distances">Their distances.</param>
    /// <param name="found">How many.</param>
    /// <returns>How many were looked at.</returns>
    public static int Within(ulong* query, ulong* codes, int words, int count, int limit, int* positions, int* distances, out int found) => words switch
    {
        1 => Within<OneWord>(Repeat(query, words), codes, count, limit, positions, distances, out found),
        2 => Within<TwoWords>(Repeat(query, words), codes, count, limit, positions, distances, out found),
        4 => Within<FourWords>(Repeat(query, words), codes, count, limit, positions, distances, out found),
        _ => Within<EightWords>(Repeat(query, words), codes, count, limit, positions, distances, out found),
    };

    private static nint Run<TGroup>(Vector512<ulong> query, ulong* codes, nint count, int* distances)
        where TGroup : struct, IGroup
    {
        Vector512<byte> table = BitCounts.Table512;
        nint groups = count / Codes;
        for (nint group = 0; group < groups; group++, codes += TGroup.Words * Codes, distances += Codes)
        {
            Fetch(codes, TGroup.Words);
            Avx512F.ConvertToVector256Int32(TGroup.Distances(query, codes, table)).Store(distances);
        }
        return groups * Codes;
    }

    private static int Within<TGroup>(Vector512<ulong> query, ulong* codes, int count, int limit, int* positions, int* distances, out int found)
        where TGroup : struct, IGroup
    {
        Vector512<byte> table = BitCounts.Table512;
        Vector512<ulong> limits = Vector512.Create((ulong)limit);
        int looked = count - count % (Together * Codes), near = 0, step = TGroup.Words * Codes;
        for (int at = 0; at < looked; at += Together * Codes, codes += Together * step)
        {
            Fetch(codes, Together * TGroup.Words);
            Vector512<ulong> a = TGroup.Distances(query, codes, table), b = TGroup.Distances(query, codes + step, table);
            Vector512<ulong> c = TGroup.Distances(query, codes + 2 * step, table), d = TGroup.Distances(query, codes + 3 * step, table);
            Vector512<ulong> least = Vector512.Min(Vector512.Min(a, b), Vector512.Min(c, d));
            if (!Vector512.LessThanOrEqualAny(least, limits)) continue;
            near = Take(a, limits, at, positions, distances, near);
            near = Take(b, limits, at + Codes, positions, distances, near);
            near = Take(c, limits, at + 2 * Codes, positions, distances, near);
            near = Take(d, limits, at + 3 * Codes, positions, distances, near);
        }
        found = near;
        return looked;
    }

    private static int Take(Vector512<ulong> of, Vector512<ulong> limits, int start, int* positions, int* distances, int found)
    {
        ulong mask = Vector512.LessThanOrEqual(of, limits).ExtractMostSignificantBits();
        for (; mask != 0; mask &= mask - 1)
        {
            int place = BitOperations.TrailingZeroCount(mask);
            positions[found] = start + place;
            distances[found++] = (int)of.GetElement(place);
        }
        return found;
    }

    // The query as often as a vector holds it.
    private static Vector512<ulong> Repeat(ulong* query, int words)
    {
        if (words == 1) return Vector512.Create(query[0]);
        if (words == 8) return Vector512.Load(query);
        Vector256<ulong> half = words == 2 ? Vector256.Create(Vector128.Load(query), Vector128.Load(query)) : Vector256.Load(query);
        return Vector512.Create(half, half);
    }

    private readonly struct OneWord : IGroup
    {
        public static int Words => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Distances(Vector512<ulong> query, ulong* codes, Vector512<byte> table) => Sum(Bits(query, codes, table));
    }

    private readonly struct TwoWords : IGroup
    {
        public static int Words => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Distances(Vector512<ulong> query, ulong* codes, Vector512<byte> table) => Avx512F.PermuteVar8x64(
            // Codes 0 4 1 5 2 6 3 7.
            Sum(AddHalves(Bits(query, codes, table), Bits(query, codes + 8, table))), Vector512.Create(0UL, 2, 4, 6, 1, 3, 5, 7));
    }

    private readonly struct FourWords : IGroup
    {
        public static int Words => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Distances(Vector512<ulong> query, ulong* codes, Vector512<byte> table)
        {
            // Codes 0 2, 0 2, 1 3, 1 3, and the same of 4 to 7.
            Vector512<byte> low = AddHalves(Bits(query, codes, table), Bits(query, codes + 8, table));
            Vector512<byte> high = AddHalves(Bits(query, codes + 16, table), Bits(query, codes + 24, table));
            return Avx512F.PermuteVar8x64(Sum(AddQuarters(low, high)), Vector512.Create(0UL, 2, 1, 3, 4, 6, 5, 7));
        }
    }

    private readonly struct EightWords : IGroup
    {
        public static int Words => 8;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Distances(Vector512<ulong> query, ulong* codes, Vector512<byte> table)
        {
            // Codes 0 1 four times, codes 2 3, 4 5, 6 7; then 0 1, 0 1, 2 3, 2 3 and the others; then each once, in order.
            Vector512<byte> a = AddHalves(Bits(query, codes, table), Bits(query, codes + 8, table));
            Vector512<byte> b = AddHalves(Bits(query, codes + 16, table), Bits(query, codes + 24, table));
            Vector512<byte> c = AddHalves(Bits(query, codes + 32, table), Bits(query, codes + 40, table));
            Vector512<byte> d = AddHalves(Bits(query, codes + 48, table), Bits(query, codes + 56, table));
            return Sum(AddQuarters(AddQuarters(a, b), AddQuarters(c, d)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Bits(Vector512<ulong> query, ulong* codes, Vector512<byte> table) =>
        BitCounts.Of((query ^ Vector512.Load(codes)).AsByte(), table);

    // The two words of each 128 bits, first a's, then b's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> AddHalves(Vector512<byte> a, Vector512<byte> b) =>
        Avx512F.UnpackLow(a.AsUInt64(), b.AsUInt64()).AsByte() + Avx512F.UnpackHigh(a.AsUInt64(), b.AsUInt64()).AsByte();

    // Neighbouring 128 bits, first a's, then b's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> AddQuarters(Vector512<byte> a, Vector512<byte> b) =>
        Avx512F.Shuffle4x128(a.AsUInt64(), b.AsUInt64(), 0b10_00_10_00).AsByte() + Avx512F.Shuffle4x128(a.AsUInt64(), b.AsUInt64(), 0b11_01_11_01).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Sum(Vector512<byte> counts) => Avx512BW.SumAbsoluteDifferences(counts, Vector512<byte>.Zero).AsUInt64();

    // Beyond the end it does nothing.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(ulong* codes, int lines)
    {
        for (int line = 0; line < lines; line++) Sse.Prefetch0((byte*)codes + Ahead + line * Line);
    }
}
