using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JaccardKernels.Host;

/// <summary>
/// A search by tables that passes over what cannot be among the K nearest, after Andre, Kermarrec, Le Scouarnec ("Quicker ADC", 2019). Every entry of
/// a query's table is rounded down to a byte, in steps of a 253rd of the way from the least distance there can be to the query's K-th so far; sums of
/// bytes that saturate bound 64 distances at once from below. A column of 256 bytes is four vectors, so an entry for each of 64 codes is two
/// permutations and a choice. What the bound does not exclude, some K-th's worth of items, is summed exactly, so the result is exact. The term of
/// an item is one more byte of its code: its place between the least and the largest term of the part.
/// </summary>
internal unsafe struct LookupBounds : ISimilaritySource
{
    private const int Entries = 256, Vector = 64;

    // Columns of codes, and the columns' sums, of so many items stay in the first-level cache while a query goes over them.
    private const int BlockItems = 2048;

    // Once the K-th has come down to so many steps, a finer table is worth its making.
    private const int CoarseLevel = 128;

    // The highest sum that is not yet saturated.
    private const int HighestLevel = 254;

    public LookupScan Scan;
    public float* Tables;
    public int TableLength;
    public ThreadTeam Team;

    /// <summary>Why this machine cannot, as the end of a sentence, or null.</summary>
    public static string? WhyNot =>
        Vector512.IsHardwareAccelerated && Avx512Vbmi.IsSupported && Avx512BW.IsSupported
            ? null
            : "it needs the permutations of bytes of AVX-512 VBMI";

    // Queries for which codes are turned once; their tables of bytes stay in the first-level cache too.
    public static int BlockRows => 8;

    // Long enough for the first items, which are all summed, and for the first tables.
    public static int PartColumns => 65536;

    private readonly int Columns => Scan.Codebooks + (Scan.Terms == null ? 0 : 1);

    public readonly void Offer(int row, int rows, int column, int columns, in SelectionBlock selections, int worker)
    {
        int tableBytes = Columns * Entries;
        byte* tables = Team.Scratch(worker).Get<byte>((long)rows * tableBytes + (long)Columns * BlockItems + sizeof(float) * BlockItems);
        byte* block = tables + (nint)rows * tableBytes;
        float* similarities = (float*)(block + Columns * BlockItems);
        QueryBounds* queries = stackalloc QueryBounds[BlockRows];
        float leastTerm = Scan.Terms == null ? 0f : TensorPrimitives.Min(new ReadOnlySpan<float>(Scan.Terms + column, columns));
        float largestTerm = Scan.Terms == null ? 0f : TensorPrimitives.Max(new ReadOnlySpan<float>(Scan.Terms + column, columns));
        for (int i = 0; i < rows; i++) queries[i] = Survey(Tables + (nint)(row + i) * TableLength, leastTerm, largestTerm);
        for (int first = column; first < column + columns; first += BlockItems)
        {
            int count = Math.Min(BlockItems, column + columns - first);
            bool turned = false;
            for (int i = 0; i < rows; i++)
            {
                float* table = Tables + (nint)(row + i) * TableLength;
                SimilaritySelection selection = selections[i];
                if (float.IsNegativeInfinity(selection.Bound))
                {
                    Scan.Run(table, first, count, -1f, similarities);
                    selection.Offer(similarities, count, first);
                    continue;
                }
                if (!turned) Turn(first, count, leastTerm, largestTerm, block);
                turned = true;
                byte* bytes = tables + (nint)i * tableBytes;
                int level = queries[i].LevelOf(-selection.Bound);
                if (level < CoarseLevel)
                {
                    level = queries[i].Refine(-selection.Bound);
                    Round(table, leastTerm, largestTerm, queries[i].Step, bytes);
                }
                Filter(table, bytes, block, first, count, (byte)level, selection);
            }
        }
    }

    // What a table's sums lie between.
    private readonly QueryBounds Survey(float* table, float leastTerm, float largestTerm)
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

    // Entries of all columns, in steps from the least of each; what there is no entry for is never near.
    private readonly void Round(float* table, float leastTerm, float largestTerm, float step, byte* bytes)
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

    // Codes of a block of items as columns, and the places of their terms as one more.
    private readonly void Turn(int first, int count, float leastTerm, float largestTerm, byte* block)
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

    // Sums exactly, and offers, the items of a block whose bytes sum to no more than the level.
    private readonly void Filter(float* table, byte* bytes, byte* block, int first, int count, byte level, SimilaritySelection selection)
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
            Offer(Vector512.LessThanOrEqual(sum0, highest), table, first, i, count, selection);
            Offer(Vector512.LessThanOrEqual(sum1, highest), table, first, i + Vector, count, selection);
            Offer(Vector512.LessThanOrEqual(sum2, highest), table, first, i + 2 * Vector, count, selection);
            Offer(Vector512.LessThanOrEqual(sum3, highest), table, first, i + 3 * Vector, count, selection);
        }
    }

    // Of each code its entry among 256: the lower seven bits choose within a half, the highest one the half.
    private static Vector512<byte> Entry(Vector512<byte> codes, Vector512<byte> t0, Vector512<byte> t1, Vector512<byte> t2, Vector512<byte> t3)
    {
        Vector512<byte> low = Avx512Vbmi.PermuteVar64x8x2(t0, codes, t1), high = Avx512Vbmi.PermuteVar64x8x2(t2, codes, t3);
        return Vector512.ConditionalSelect(Vector512.LessThan(codes.AsSByte(), Vector512<sbyte>.Zero).AsByte(), high, low);
    }

    private readonly void Offer(Vector512<byte> near, float* table, int first, int i, int count, SimilaritySelection selection)
    {
        ulong mask = near.ExtractMostSignificantBits();
        for (; mask != 0; mask &= mask - 1)
        {
            int item = i + BitOperations.TrailingZeroCount(mask);
            if (item >= count) return;
            selection.Offer(-Scan.One(table, first + item), first + item);
        }
    }

    // Distances from the least there can be to the K-th, in steps.
    private struct QueryBounds
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
