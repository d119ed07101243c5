using System.Numerics;
using System.Numerics.Tensors;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Items within a distance of a query by its look-up table: what an index scans its codes with. The distances are those of
/// <see cref="LookupProblem"/>, the same bits. Where the machine can, a <see cref="LookupFilter"/> passes over most items; else all are summed.
/// </summary>
public static unsafe class LookupWithin
{
    /// <summary>The most items to scan at a time: enough for a query's table of bytes, which is made anew for each scan, to be little of the work.</summary>
    public const int BlockItems = 1 << 14;

    /// <summary>Items to scan at a time as long as nothing bounds the distance, so that something soon does.</summary>
    public const int FirstItems = LookupFilter.BlockItems;

    // For fewer, tables of bytes take longer than sums: some 1.7 us against 4 ns an item, measured on Zen 4.
    private const int LeastFiltered = 512;

    private const int Codewords = CompositeEncodingProblem.MaxCodewords;

    /// <summary>Bytes that a scan of codes of so many codebooks works in.</summary>
    public static int ScratchLength(int codebooks) => (codebooks + 1) * (LookupFilter.Entries + LookupFilter.BlockItems);

    /// <summary>Finds the items at most <paramref name="limit"/> away, in their order; those whose distance is NaN never are.</summary>
    /// <param name="table">The query's table, [M,256].</param>
    /// <param name="codes">[N,M], N up to <see cref="BlockItems"/>.</param>
    /// <param name="terms">What each item adds to its distance, [N].</param>
    /// <param name="limit">The largest distance wanted.</param>
    /// <param name="positions">[N] or longer: where they are among the items. Overwritten, also beyond what is found.</param>
    /// <param name="distances">[N] or longer: their distances. Overwritten, also beyond what is found.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> bytes or more.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="ArgumentException">The codes are not whole, too many, or there is not room for as many.</exception>
    public static int Run(
        ReadOnlySpan<float> table, ReadOnlySpan<byte> codes, ReadOnlySpan<float> terms, float limit, Span<int> positions, Span<float> distances,
        Span<byte> scratch)
    {
        int codebooks = table.Length / Codewords, count = terms.Length;
        Guard.Length(table.Length, Guard.Positive(codebooks) * Codewords);
        Guard.Length(codes.Length, Guard.Elements("codes", count, codebooks));
        if (count > Math.Min(BlockItems, Math.Min(positions.Length, distances.Length)) || scratch.Length < ScratchLength(codebooks))
            throw new ArgumentException($"{count} items of {codebooks} codebooks are more than {positions.Length} positions, {distances.Length} distances and {scratch.Length} bytes serve.");
        fixed (float* t = table, s = terms, d = distances)
        fixed (byte* c = codes, room = scratch)
        fixed (int* p = positions)
        {
            var scan = new LookupScan { Codes = c, Terms = s, Codebooks = codebooks, Codewords = Codewords };
            if (LookupFilter.WhyNot is null && float.IsFinite(limit) && TryFilter(scan, t, count, limit, p, d, room, out int found)) return found;
            scan.Run(t, 0, count, 1f, d);
            return Gather(d, count, limit, p);
        }
    }

    // Not where a number is none, or the sums lie so far apart that rounding says nothing.
    private static bool TryFilter(LookupScan scan, float* table, int count, float limit, int* positions, float* distances, byte* scratch, out int found)
    {
        found = 0;
        if (count < LeastFiltered) return false;
        var filter = new LookupFilter { Scan = scan };
        var terms = new ReadOnlySpan<float>(scan.Terms, count);
        (float least, float largest) = (TensorPrimitives.Min(terms), TensorPrimitives.Max(terms));
        LookupFilter.QueryBounds bounds = filter.Survey(table, least, largest);
        if (!double.IsFinite(bounds.Least + bounds.Slack)) return false;
        // Nothing is as near.
        if (limit < bounds.Least - bounds.Slack) return true;
        byte* columns = scratch + filter.Columns * LookupFilter.Entries;
        int level = bounds.Refine(limit);
        filter.Round(table, least, largest, bounds.Step, scratch);
        var sink = new Sink { Limit = limit, Positions = positions, Distances = distances };
        for (int first = 0; first < count; first += LookupFilter.BlockItems)
        {
            int some = Math.Min(LookupFilter.BlockItems, count - first);
            filter.Turn(first, some, least, largest, columns);
            filter.Run(table, scratch, columns, first, some, (byte)level, ref sink);
        }
        found = sink.Found;
        return true;
    }

    // What is found is written no farther than where it is read.
    private static int Gather(float* distances, int count, float limit, int* positions)
    {
        var sink = new Sink { Limit = limit, Positions = positions, Distances = distances };
        int i = 0;
        var limits = new Vector<float>(limit);
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            if (!Vector.LessThanOrEqualAny(Vector.Load(distances + i), limits)) continue;
            for (int j = i; j < i + Vector<float>.Count; j++) sink.Offer(distances[j], j);
        }
        for (; i < count; i++) sink.Offer(distances[i], i);
        return sink.Found;
    }

    private struct Sink : ILookupSink
    {
        public float Limit;
        public int* Positions;
        public float* Distances;
        public int Found;

        public void Offer(float distance, int item)
        {
            if (!(distance <= Limit)) return;
            (Positions[Found], Distances[Found]) = (item, distance);
            Found++;
        }
    }
}
