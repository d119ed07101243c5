namespace JaccardKernels.Retrieval;

/// <summary>
/// Binary codes as sets of bits, by their Jaccard distance 1 - |a and b| / |a or b|, exact; that of two empty sets is 0. In a file the codes are grouped by
/// the number of bits set, which bounds the similarity: |a and b| is at most the smaller number, |a or b| at least the larger one. In a group the Jaccard
/// distance rises with the Hamming distance h, for with p and q bits set it is 2 h / (p + q + h): so one scan serves both. Where there is
/// nothing to be found distances are infinite.
/// </summary>
public sealed class JaccardIndex : BinaryIndex<float>
{
    internal JaccardIndex(ItemStore store, int threads)
        : base(store, threads)
    {
    }

    /// <inheritdoc/>
    private protected override float Missing => float.PositiveInfinity;

    /// <inheritdoc cref="HammingIndex.Create"/>
    public static JaccardIndex Create(IndexContent content, int threads = 0) => new(ItemStore.InMemory(content.Layout(IndexStructure.Jaccard)), threads);

    /// <inheritdoc cref="HammingIndex.Open"/>
    public static JaccardIndex Open(string path, bool writable = false, int threads = 0) =>
        new(ItemStore.Open(path, writable, IndexStructure.Jaccard), threads);

    /// <inheritdoc/>
    private protected override unsafe void Find(
        SearchWorkspace workspace, Snapshot snapshot, ReadOnlySpan<ulong> queries, int k, IdFilter? filter, CancellationToken cancellation)
    {
        int count = queries.Length / QueryLength, sum = 0;
        workspace.Pending.Clear();
        for (int query = 0; query < count; query++)
        {
            workspace.Pending.Add(query);
            sum += workspace.BitCounts[query] = BitCount.Of(queries.Slice(query * QueryLength, QueryLength));
        }
        workspace.Parts.Clear();
        workspace.AddAddedParts(snapshot);
        // The groups nearest to what the queries have come first, so that the others are soon out of reach.
        int middle = sum / Math.Max(count, 1);
        for (int away = 0; snapshot.Stored is not null && away <= Bits; away++)
        {
            if (middle - away >= 0) workspace.AddStoredParts(snapshot, middle - away);
            if (away > 0 && middle + away <= Bits) workspace.AddStoredParts(snapshot, middle + away);
        }
        fixed (ulong* words = queries)
        {
            var scanner = new HammingScanner<JaccardRanking>
            {
                Workspace = workspace, Snapshot = snapshot, Ranking = new JaccardRanking(workspace.BitCounts, Bits), Filter = filter,
                Queries = words, Words = QueryLength,
            };
            workspace.Run(workspace.Parts.Count, ref scanner, cancellation);
        }
    }

    /// <inheritdoc/>
    private protected override ulong? LimitOf(float limit) => limit switch
    {
        >= 1 => JaccardRanking.KeyOf(limit),
        // All that is told as this distance, which is rounded: up to halfway to the next one.
        > 0 => JaccardRanking.KeyOf(((double)limit + MathF.BitIncrement(limit)) / 2),
        0 => 0,
        _ => null,
    };

    /// <inheritdoc/>
    private protected override float DistanceOf(ulong key) => (float)JaccardRanking.DistanceOf(key);
}

/// <summary>The key of a Hamming distance is the Jaccard distance, as the bits of a double, which rise with it.</summary>
/// <param name="set">Bits set in each query.</param>
/// <param name="bits">Bits of a code.</param>
internal readonly struct JaccardRanking(int[] set, int bits) : IHammingRanking
{
    public static ulong KeyOf(double distance) => BitConverter.DoubleToUInt64Bits(distance);

    public static double DistanceOf(ulong key) => BitConverter.UInt64BitsToDouble(key);

    public int Limit(int query, int group, ulong bound, bool isBelow)
    {
        // No bound yet, or one that every code reaches.
        if (bound >= KeyOf(1)) return int.MaxValue;
        double d = DistanceOf(bound);
        int q = set[query];
        // h <= d (p + q) / (2 - d); of codes added since, p is not known, but at most q + h, hence h <= d q / (1 - d).
        int limit = (int)Math.Min(bits, group >= 0 ? d * (group + q) / (2 - d) : d * q / (1 - d)) + 1;
        if (group < 0) return limit;
        while (limit >= 0 && (Key(q, group, limit) is var key && (isBelow ? key >= bound : key > bound))) limit--;
        return limit < Math.Abs(group - q) ? -1 : limit;
    }

    public unsafe ulong Key(int query, in ScanPart part, long item, int distance) => Key(
        set[query], part.Group >= 0 ? part.Group : BitCount.Of(new ReadOnlySpan<ulong>(part.Items.Column(0, item, 1), (bits + 63) / 64)), distance);

    private static ulong Key(int q, int p, int h) => h == 0 ? 0 : KeyOf(2.0 * h / ((double)p + q + h));
}
