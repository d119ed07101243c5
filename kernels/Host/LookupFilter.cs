using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JaccardKernels.Host;

/// <summary>What takes the items that a <see cref="LookupFilter"/> lets pass.</summary>
internal interface ILookupSink
{
    /// <summary>Takes an item's exact distance; it need not be near enough.</summary>
    void Offer(float distance, int item);
}

/// <summary>
/// Passes over items that cannot be within a distance of a query, after Andre, Kermarrec, Le Scouarnec ("Quicker ADC", 2019). Every entry of
/// a query's table is rounded down to a byte, in steps of a 253rd of the way from the least distance there can be to the one that is wanted; sums of
/// bytes that saturate bound 64 distances at once from below. A column of 256 bytes is four vectors, so an entry for each of 64 codes is two
/// permutations and a choice. What the bound does not exclude is summed exactly. The term of an item is one more byte of its code: its place between the
/// least and the largest term of the items.
/// </summary>
internal unsafe struct LookupFilter
{
    /// <summary>Bytes of a column of a table.</summary>
    public const int Entries = 256;

    /// <summary>Items that are let through at a time: their columns, and the columns' sums, stay in the first-level cache while a query goes over them.</summary>
    public const int BlockItems = 2048;

    private const int Vector = 64;

    // The highest sum that is not yet saturated.
    private const int HighestLevel = 254;

    public LookupScan Scan;

    /// <summary>Why this machine cannot, as the end of a sentence, or null.</summary>
    public static string? WhyNot =>
        Vector512.IsHardwareAccelerated && Avx512Vbmi.IsSupported && Avx512BW.IsSupported
            ? null
            : "it needs the permutations of bytes of AVX-512 VBMI";

    /// <summary>Columns of codes: bytes, and the place of a term.</summary>
    public readonly int Columns => Scan.Codebooks + (Scan.Terms == null ? 0 : 1);

    /// <summary>What a table's sums lie between.</summary>
    public readonly QueryBounds Survey(float* table, float leastTerm, float largestTerm)
    {
        double least = leastTerm, magnitude = Math.Max(Math.Abs(leastTerm), Math.Abs(largestTerm));
        for (int m = 0; m < Scan.Codebooks; m++)
        {
            var column = new ReadOnlySpan<float>(table + (nint)m * Scan.Codewords, Scan.Codewords);
            least += TensorPrimitives.Min(column);
            magnitude += Math.Abs(TensorPrimitives.MaxMagnitude(column));
        }
        // Each addition in float is off by half a unit in the last place of the magnitude, and the place of a term by a few; twice that.
        return new QueryBounds { Least = least, Slack = magnitude * (Scan.Codebooks + 4) / (1 << 22) };
    }

    /// <summary>Entries of all columns, in steps from the least of each; what there is no entry for is never near.</summary>
    public readonly void Round(float* table, float leastTerm, float largestTerm, float step, byte* bytes)
    {
        for (int m = 0; m < Scan.Codebooks; m++, bytes += Entries, table += Scan.Codewords)
        {
            RoundDown(table, Scan.Codewords, TensorPrimitives.Min(new ReadOnlySpan<float>(table, Scan.Codewords)), step, bytes);
            new Span<byte>(bytes + Scan.Codewords, Entries - Scan.Codewords).Fill(255);
        }
        if (Scan.Terms == null) return;
        float* places = stackalloc float[Entries];
        for (int i = 0; i < Entries; i++) places[i] = i * TermStep(leastTerm, largestTerm);
        RoundDown(places, Entries, 0f, step, bytes);
    }

    /// <summary>Codes of a block of items as columns, and the places of their terms as one more.</summary>
    public readonly void Turn(int first, int count, float leastTerm, float largestTerm, byte* block)
    {
        LookupColumns.Turn(Scan.Codes + (nint)first * Scan.Codebooks, Scan.Codebooks, count, block, BlockItems);
        if (Scan.Terms != null)
            RoundDown(Scan.Terms + first, count, leastTerm, TermStep(leastTerm, largestTerm), block + (nint)Scan.Codebooks * BlockItems);
    }

    private static float TermStep(float least, float largest) => Math.Max((largest - least) / 255f, QueryBounds.LeastStep);

    private static void RoundDown(float* values, int count, float least, float step, byte* bytes)
    {
        float scale = 1f / step;
        int i = 0;
        for (; i <= count - 16; i += 16)
        {
            Vector512<float> steps = Vector512.Min((Vector512.Load(values + i) - Vector512.Create(least)) * scale, Vector512.Create(255f));
            Avx512F.ConvertToVector128Byte(Vector512.ConvertToInt32Native(steps)).Store(bytes + i);
        }
        for (; i < count; i++) bytes[i] = (byte)Math.Min((values[i] - least) * scale, 255f);
    }

    /// <summary>Sums exactly, and offers, the items of a block whose bytes sum to no more than the level.</summary>
    public readonly void Run<TSink>(float* table, byte* bytes, byte* block, int first, int count, byte level, ref TSink sink)
        where TSink : struct, ILookupSink
    {
        for (int i = 0; i < count; i += 4 * Vector)
        {
            Vector512<byte> sum0 = Vector512<byte>.Zero, sum1 = sum0, sum2 = sum0, sum3 = sum0;
            byte* codes = block + i, entries = bytes;
            for (int m = 0; m < Columns; m++, codes += BlockItems, entries += Entries)
            {
                Vector512<byte> t0 = Vector512.Load(entries), t1 = Vector512.Load(entries + Vector);
                Vector512<byte> t2 = Vector512.Load(entries + 2 * Vector), t3 = Vector512.Load(entries + 3 * Vector);
                sum0 = Avx512BW.AddSaturate(sum0, Entry(Vector512.Load(codes), t0, t1, t2, t3));
                sum1 = Avx512BW.AddSaturate(sum1, Entry(Vector512.Load(codes + Vector), t0, t1, t2, t3));
                sum2 = Avx512BW.AddSaturate(sum2, Entry(Vector512.Load(codes + 2 * Vector), t0, t1, t2, t3));
                sum3 = Avx512BW.AddSaturate(sum3, Entry(Vector512.Load(codes + 3 * Vector), t0, t1, t2, t3));
            }
            Vector512<byte> highest = Vector512.Create(level);
            Vector512<byte> lowest = Vector512.Min(Vector512.Min(sum0, sum1), Vector512.Min(sum2, sum3));
            if (!Vector512.LessThanOrEqualAny(lowest, highest)) continue;
            Offer(Vector512.LessThanOrEqual(sum0, highest), table, first, i, count, ref sink);
            Offer(Vector512.LessThanOrEqual(sum1, highest), table, first, i + Vector, count, ref sink);
            Offer(Vector512.LessThanOrEqual(sum2, highest), table, first, i + 2 * Vector, count, ref sink);
            Offer(Vector512.LessThanOrEqual(sum3, highest), table, first, i + 3 * Vector, count, ref sink);
        }
    }

    // Of each code its entry among 256: the lower seven bits choose within a half, the highest one the half.
    private static Vector512<byte> Entry(Vector512<byte> codes, Vector512<byte> t0, Vector512<byte> t1, Vector512<byte> t2, Vector512<byte> t3)
    {
        Vector512<byte> low = Avx512Vbmi.PermuteVar64x8x2(t0, codes, t1), high = Avx512Vbmi.PermuteVar64x8x2(t2, codes, t3);
        return Vector512.ConditionalSelect(Vector512.LessThan(codes.AsSByte(), Vector512<sbyte>.Zero).AsByte(), high, low);
    }

    private readonly void Offer<TSink>(Vector512<byte> near, float* table, int first, int i, int count, ref TSink sink)
        where TSink : struct, ILookupSink
    {
        ulong mask = near.ExtractMostSignificantBits();
        for (; mask != 0; mask &= mask - 1)
        {
            int item = i + BitOperations.TrailingZeroCount(mask);
            if (item >= count) return;
            sink.Offer(Scan.One(table, first + item), first + item);
        }
    }

    /// <summary>Distances from the least there can be to the one that is wanted, in steps.</summary>
    public struct QueryBounds
    {
        public const float LeastStep = 1e-30f;

        public double Least, Slack;
        public float Step;

        // Sums of bytes up to this may belong to distances below the K-th: each entry, rounded down, may be a little more than it should.
        public readonly int LevelOf(float kth) => Step == 0 ? 0 : (int)Math.Min((kth - Least + Slack) / Step + 1, HighestLevel);

        public int Refine(float kth)
        {
            Step = Math.Max((float)((kth - Least + Slack) / (HighestLevel - 1)), LeastStep);
            return LevelOf(kth);
        }
    }
}
