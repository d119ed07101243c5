using System.Numerics;
using System.Runtime.Intrinsics.X86;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Exact search by tables of substrings, a query a task (Norouzi, Punjani, Fleet 2014, section 3). Of m substrings, those of two codes at a distance of
/// m r + t differ by at most r in one of the first t + 1, or by less than r in one of the others. So the tables are asked for ever larger distances, one after the
/// other, until the k-th that was found is no farther than what they have been asked for.
/// <para>
/// Nearly all of the time is waiting for memory: values, items and codes are fetched ahead, a batch at a time. An item found in two tables is told by its
/// distances: the table and distance at which it comes first is the one that counts.
/// </para>
/// </summary>
internal unsafe struct SubstringSearch : ISearchTasks
{
    // Values looked up, and items compared, at a time: as many loads as a core keeps under way, and a few more.
    private const int Batch = 64;

    // What looking up a value and comparing an item cost, where a word of a scanned code costs 1 (some 0.45 ns): most of either waits for memory. Where
    // tables would take longer than a scan, the scan is done. Set so that random codes, of which tables find nothing, take little longer than a scan.
    private const long CostOfValue = 50, CostOfItem = 50;

    public SearchWorkspace Workspace;
    public Snapshot Snapshot;
    public SubstringTables Tables;
    public IdFilter? Filter;
    public CancellationToken Cancellation;
    public ulong* Queries;

    /// <summary>Queries of the block: as many threads search, where a scan would have all of them.</summary>
    public int Count;

    /// <inheritdoc/>
    public readonly void Run(int task, int worker)
    {
        var search = new OneQuery(this, task, Workspace.Found(worker, task));
        bool isFound = search.Run();
        Workspace.SetFound(task, isFound);
        // What a scan will find again must not be there twice.
        if (!isFound) search.Found.Restart();
    }

    private struct OneQuery
    {
        private readonly SubstringSearch _search;
        private readonly StoredItems _items;
        private readonly ulong* _query;
        private readonly int _words;
        private long _left;

        public OneQuery(in SubstringSearch search, int query, NearestSelection found)
        {
            (_search, Found) = (search, found);
            _items = search.Snapshot.Stored!;
            Substring[] substrings = search.Tables.Substrings;
            _words = SimilarityProblem.WordsOf(substrings[^1].First + substrings[^1].Bits);
            _query = search.Queries + query * _words;
            int threads = search.Workspace.Team.Threads;
            _left = _items.Count * _words / threads * Math.Min(search.Count, threads);
        }

        public NearestSelection Found { get; }

        /// <summary>Searches.</summary>
        /// <returns>All has been found; else a scan is cheaper.</returns>
        public bool Run()
        {
            Substring[] substrings = _search.Tables.Substrings;
            int deepest = 0;
            foreach (Substring substring in substrings) deepest = Math.Max(deepest, substring.Bits);
            for (int radius = 0; radius <= deepest; radius++)
            {
                for (int table = 0; table < substrings.Length; table++)
                {
                    if (radius <= substrings[table].Bits && !LookUp(table, radius)) return false;
                    ulong reached = (ulong)(radius * substrings.Length + table);
                    if (Found.HasAllWithin(reached) || Found.BoundKey <= reached) return true;
                }
            }
            return true;
        }

        // Values of a substring at exactly a distance from the query's, in rising order of what differs (Gosper; Knuth, The Art of Computer Programming 4A,
        // 7.2.1.3).
        private bool LookUp(int table, int radius)
        {
            Substring substring = _search.Tables.Substrings[table];
            if (Expected(substring.Bits, radius) > _left) return false;
            uint own = substring.Of(_query);
            ulong end = 1UL << substring.Bits, mask = (1UL << radius) - 1;
            uint* values = stackalloc uint[Batch];
            int filled = 0;
            while (mask < end)
            {
                values[filled++] = own ^ (uint)mask;
                if (filled == Batch)
                {
                    if (!Values(table, radius, values, filled)) return false;
                    filled = 0;
                }
                if (mask == 0) break;
                ulong lowest = mask & (0 - mask), carried = mask + lowest;
                mask = carried | (mask ^ carried) / lowest >> 2;
            }
            return Values(table, radius, values, filled);
        }

        // Of all values at a distance, with as many items as there are on the average.
        private readonly double Expected(int bits, int radius)
        {
            double values = 1;
            for (int i = 0; i < radius; i++) values = values * (bits - i) / (i + 1);
            return values * (CostOfValue + CostOfItem * _items.Count / (double)(1L << bits));
        }

        private bool Values(int table, int radius, uint* values, int count)
        {
            if (_search.Workspace.IsEnded(_search.Cancellation)) return true;
            _left -= count * CostOfValue;
            if (_left < 0) return false;
            for (int i = 0; i < count; i++) Fetch(_search.Tables.StartOf(table, values[i]));
            uint** lists = stackalloc uint*[count];
            uint* lengths = stackalloc uint[count];
            for (int i = 0; i < count; i++)
            {
                lists[i] = _search.Tables.Items(table, values[i], out lengths[i]);
                Fetch(lists[i]);
            }
            uint* items = stackalloc uint[Batch];
            int filled = 0;
            for (int i = 0; i < count; i++)
            {
                _left -= lengths[i] * CostOfItem;
                if (_left < 0) return false;
                for (uint j = 0; j < lengths[i]; j++)
                {
                    items[filled++] = lists[i][j];
                    if (filled < Batch) continue;
                    Compare(table, radius, items, filled);
                    filled = 0;
                }
            }
            Compare(table, radius, items, filled);
            return true;
        }

        private void Compare(int table, int radius, uint* items, int count)
        {
            for (int i = 0; i < count; i++) Fetch(_items.Unchecked(0, RequireItem(items[i])));
            bool isWhole = _search.Snapshot.IsWhole;
            for (int i = 0; i < count; i++)
            {
                ulong* code = (ulong*)_items.Column(0, items[i], 1);
                int distance = 0;
                for (int word = 0; word < _words; word++) distance += BitOperations.PopCount(code[word] ^ _query[word]);
                if ((ulong)distance > Found.BoundKey || !IsFirst(code, table, radius)) continue;
                if (!isWhole && !_search.Snapshot.IsLive(items[i])) continue;
                long id = _items.IdOf(items[i]);
                if (_search.Filter is null || _search.Filter.Admits(id)) Found.Offer((ulong)distance, id);
            }
        }

        // No table asked before leads to the code.
        private readonly bool IsFirst(ulong* code, int table, int radius)
        {
            Substring[] substrings = _search.Tables.Substrings;
            for (int other = 0; other < substrings.Length; other++)
            {
                if (other == table) continue;
                int asked = other < table ? radius : radius - 1;
                if (BitOperations.PopCount(substrings[other].Of(code) ^ substrings[other].Of(_query)) <= asked) return false;
            }
            return true;
        }

        private readonly uint RequireItem(uint item) => item < _items.Count
            ? item
            : throw new InvalidDataException($"{_search.Snapshot.File!.Path}: a substring leads to item {item} of {_items.Count}.");

        private static void Fetch(void* address)
        {
            if (Sse.IsSupported) Sse.Prefetch0(address);
        }
    }
}
