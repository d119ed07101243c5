using System.Numerics.Tensors;

namespace JaccardKernels.Host;

/// <summary>A search by tables that passes over what cannot be among the K nearest, by a <see cref="LookupFilter"/> for each query's K-th so far.</summary>
internal unsafe struct LookupBounds : ISimilaritySource
{
    // Once the K-th has come down to so many steps, a finer table is worth its making.
    private const int CoarseLevel = 128;

    public LookupFilter Filter;
    public float* Tables;
    public int TableLength;
    public ThreadTeam Team;

    // Queries for which codes are turned once; their tables of bytes stay in the first-level cache too.
    public static int BlockRows => 8;

    // Long enough for the first items, which are all summed, and for the first tables.
    public static int PartColumns => 65536;

    public readonly void Offer(int row, int rows, int column, int columns, in SelectionBlock selections, int worker)
    {
        LookupScan scan = Filter.Scan;
        int tableBytes = Filter.Columns * LookupFilter.Entries, blockBytes = Filter.Columns * LookupFilter.BlockItems;
        byte* tables = Team.Scratch(worker).Get<byte>((long)rows * tableBytes + blockBytes + sizeof(float) * LookupFilter.BlockItems);
        byte* block = tables + (nint)rows * tableBytes;
        float* similarities = (float*)(block + blockBytes);
        LookupFilter.QueryBounds* queries = stackalloc LookupFilter.QueryBounds[BlockRows];
        float leastTerm = scan.Terms == null ? 0f : TensorPrimitives.Min(new ReadOnlySpan<float>(scan.Terms + column, columns));
        float largestTerm = scan.Terms == null ? 0f : TensorPrimitives.Max(new ReadOnlySpan<float>(scan.Terms + column, columns));
        for (int i = 0; i < rows; i++) queries[i] = Filter.Survey(Tables + (nint)(row + i) * TableLength, leastTerm, largestTerm);
        for (int first = column; first < column + columns; first += LookupFilter.BlockItems)
        {
            int count = Math.Min(LookupFilter.BlockItems, column + columns - first);
            bool turned = false;
            for (int i = 0; i < rows; i++)
            {
                float* table = Tables + (nint)(row + i) * TableLength;
                var sink = new Sink(selections[i]);
                if (float.IsNegativeInfinity(sink.Selection.Bound))
                {
                    scan.Run(table, first, count, -1f, similarities);
                    sink.Selection.Offer(similarities, count, first);
                    continue;
                }
                if (!turned) Filter.Turn(first, count, leastTerm, largestTerm, block);
                turned = true;
                byte* bytes = tables + (nint)i * tableBytes;
                int level = queries[i].LevelOf(-sink.Selection.Bound);
                if (level < CoarseLevel)
                {
                    level = queries[i].Refine(-sink.Selection.Bound);
                    Filter.Round(table, leastTerm, largestTerm, queries[i].Step, bytes);
                }
                Filter.Run(table, bytes, block, first, count, (byte)level, ref sink);
            }
        }
    }

    private readonly struct Sink(SimilaritySelection selection) : ILookupSink
    {
        public SimilaritySelection Selection => selection;

        public void Offer(float distance, int item) => selection.Offer(-distance, item);
    }
}
