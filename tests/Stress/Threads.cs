using System.Diagnostics;
using JaccardKernels.Problems;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Stress;

/// <summary>
/// Many threads search an index file while one adds, removes and compacts. The items that change lie near the queries, and the writer keeps what they were after
/// each of its last changes, so that each answer can be compared with every state there was between the start of the search and its end.
/// </summary>
internal static class Threads
{
    private const int Still = 200_000, Changing = 64, K = 20, Kept = 1 << 12;
    private const ulong Query = 0x0123_4567_89AB_CDEF;

    public static int Run(double seconds, int searchers, int seed)
    {
        string folder = Directory.CreateTempSubdirectory("jk-threads-").FullName, path = Path.Combine(folder, "i.jkx");
        try
        {
            using (HammingIndex made = HammingIndex.Create(new IndexContent(64)))
            {
                // Far from the query: all bits of it turned over, but for some of the upper half.
                made.Add([.. Enumerable.Range(0, Still).Select(i => 1_000_000L + i)], [.. Enumerable.Range(0, Still).Select(i => ~Query ^ (CounterRandom.Mix((ulong)i) << 40))]);
                made.Save(path, IndexStructure.Flat);
            }
            using HammingIndex index = HammingIndex.Open(path, writable: true, threads: 1);
            return new Trial(index, seconds, seed).Go(searchers);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Trial(HammingIndex index, double seconds, int seed)
    {
        // What is there of the changing items after each change, by its number, modulo what is kept.
        private readonly (ulong Code, bool IsThere)[][] _states = new (ulong, bool)[Kept][];
        private readonly long _end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        private long _begun, _done, _searches, _wrong, _late, _compactions;

        public int Go(int searchers)
        {
            _states[0] = new (ulong, bool)[Changing];
            Thread[] threads = [.. Enumerable.Range(0, searchers).Select(i => new Thread(Search))];
            foreach (Thread thread in threads) thread.Start();
            long half = 0;
            var random = new Random(seed);
            while (Stopwatch.GetTimestamp() < _end)
            {
                Change(random);
                if (_done % 2000 == 0)
                {
                    index.Compact();
                    _compactions++;
                }
                if (half == 0 && Stopwatch.GetTimestamp() > _end - (long)(seconds / 2 * Stopwatch.Frequency)) half = GC.GetTotalMemory(forceFullCollection: true);
            }
            foreach (Thread thread in threads) thread.Join();
            long whole = GC.GetTotalMemory(forceFullCollection: true);
            // Blocks of added items since the last compaction are part of either.
            bool grown = whole - half > 16 << 20;
            Console.WriteLine(
                $"{searchers} threads, {seconds:0} s: {_searches} answers right for a state between their start and their end, {_wrong} wrong, {_late} not told (too many changes in " +
                $"between), {_done} changes, {_compactions} compactions; managed memory {half >> 10} KiB at half time, {whole >> 10} KiB at the end");
            return _wrong == 0 && !grown && _searches > 0 && _late <= _searches / 100 ? 0 : 1;
        }

        private void Change(Random random)
        {
            var state = ((ulong Code, bool IsThere)[])_states[_done % Kept].Clone();
            var ids = new List<long>();
            bool add = random.Next(2) == 0;
            for (int i = 0; i < 4; i++)
            {
                int item = random.Next(Changing);
                if (state[item].IsThere == add) continue;
                ids.Add(item);
                state[item] = (add ? Query ^ Few(random) : 0, add);
            }
            _states[(_done + 1) % Kept] = state;
            Volatile.Write(ref _begun, _done + 1);
            if (add) index.Add([.. ids], [.. ids.Select(id => state[id].Code)]);
            else index.Remove([.. ids]);
            Volatile.Write(ref _done, _done + 1);
        }

        private void Search()
        {
            int[] distances = new int[K];
            long[] ids = new long[K];
            while (Stopwatch.GetTimestamp() < _end)
            {
                long first = Volatile.Read(ref _done);
                index.Search([Query], K, distances, ids);
                long last = Volatile.Read(ref _begun);
                bool right = false;
                for (long change = last; change >= first && !right; change--) right = IsRight(_states[change % Kept], distances, ids);
                if (Volatile.Read(ref _begun) - first >= Kept - 1) Interlocked.Increment(ref _late);
                else Interlocked.Increment(ref right ? ref _searches : ref _wrong);
            }
        }

        private static bool IsRight((ulong Code, bool IsThere)[] state, int[] distances, long[] ids)
        {
            (int, long)[] expected = [.. state.Index().Where(item => item.Item.IsThere)
                .Select(item => (System.Numerics.BitOperations.PopCount(item.Item.Code ^ Query), (long)item.Index)).Order().Take(K)];
            for (int i = 0; i < K; i++)
            {
                // Behind those that change come those that do not.
                if (i < expected.Length ? (distances[i], ids[i]) != expected[i] : ids[i] < 1_000_000) return false;
            }
            return true;
        }

        private static ulong Few(Random random) => (1UL << random.Next(64)) | (1UL << random.Next(64)) | (1UL << random.Next(64));
    }
}
