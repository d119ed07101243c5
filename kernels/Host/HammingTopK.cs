using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// The exact K nearest codes of each query, in parallel over groups of queries, which share what is read of the database, and, where the
/// queries are few, over parts of the database, whose lists are then merged.
/// </summary>
public static unsafe class HammingTopK
{
    // Codes scanned at a time: their distances stay in the first-level cache between the scan and the selection.
    private const int BlockCodes = 2048;

    private const int GroupQueries = 8;

    // Queries are grouped as far as this many tasks are left for the threads.
    private const int LeastTasks = 64;

    // State above which queries are not grouped: it would leave the second-level cache.
    private const long GroupBytes = 1 << 20;

    // A part of the database is worth a task of its own from here on; the merge looks at the head of every part for every neighbour.
    private const int PartCodes = 65536;
    private const int MaxParts = 32;

    /// <summary>distances[Q,K] and rows[Q,K], ascending by (distance, row), -1 beyond N. Overwrites both.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's, or its K is 0.</exception>
    public static void Run(
        in HammingProblem problem, ReadOnlySpan<ulong> queries, ReadOnlySpan<ulong> database, Span<int> distances, Span<int> rows, ThreadTeam team)
    {
        if (problem.K == 0) throw new ArgumentException("k is 0; the least is 1.", nameof(problem));
        problem.Check(queries.Length, database.Length, distances.Length, rows.Length);
        var search = new Search { Problem = problem };
        long partCodes = Math.Max(Math.Max(PartCodes, 8L * problem.K), ((long)problem.Count - 1) / MaxParts + 1);
        // Enough tasks for any machine without parts: leave the database whole.
        search.PartCodes = problem.Queries >= MaxParts * GroupQueries ? problem.Count : (int)Math.Min(partCodes, problem.Count);
        search.Parts = (problem.Count - 1) / search.PartCodes + 1;
        search.Capacity = HammingSelection.CapacityFor(problem.K, search.PartCodes);
        search.StateLength = HammingSelection.Length(problem.Bits, search.Capacity);
        search.Group = search.StateLength * sizeof(int) * GroupQueries > GroupBytes ? 1
            : (int)Math.Clamp((long)problem.Queries * search.Parts / LeastTasks, 1, GroupQueries);
        int groups = (problem.Queries - 1) / search.Group + 1;
        long states = team.Threads * search.StateLength * search.Group;
        long lists = search.Parts > 1 ? (long)problem.Queries * search.Parts * problem.K : 0;
        // No task asks for scratch memory, so worker 0's serves all.
        search.States = team.Scratch(0).Get<int>(states + 2 * lists);
        fixed (ulong* q = queries, b = database)
        fixed (int* d = distances, r = rows)
        {
            search.Queries = q;
            search.Database = b;
            search.Distances = search.Parts > 1 ? search.States + states : d;
            search.Rows = search.Parts > 1 ? search.States + states + lists : r;
            team.For(checked(groups * search.Parts), ref search);
            if (search.Parts == 1) return;
            for (nint query = 0; query < problem.Queries; query++)
            {
                nint list = query * search.Parts * problem.K;
                Merge(search.Distances + list, search.Rows + list, search.Parts, problem.K, d + query * problem.K, r + query * problem.K);
            }
        }
    }

    // Parts hold rising rows, so of equal distances the earliest part's comes first.
    private static void Merge(int* distances, int* rows, int parts, int k, int* mergedDistances, int* mergedRows)
    {
        int* heads = stackalloc int[MaxParts];
        new Span<int>(heads, MaxParts).Clear();
        for (int i = 0; i < k; i++)
        {
            int best = -1, bestDistance = int.MaxValue;
            for (int part = 0; part < parts; part++)
            {
                if (heads[part] == k) continue;
                int distance = distances[(nint)part * k + heads[part]];
                if (distance >= 0 && distance < bestDistance) (best, bestDistance) = (part, distance);
            }
            (mergedDistances[i], mergedRows[i]) = best < 0 ? (-1, -1) : (bestDistance, rows[(nint)best * k + heads[best]]);
            if (best >= 0) heads[best]++;
        }
    }

    private struct Search : IParallelBody
    {
        public HammingProblem Problem;
        public int PartCodes, Parts, Capacity, Group;
        public long StateLength;
        public int* States;
        public ulong* Queries, Database;
        public int* Distances, Rows;

        public readonly void Run(int task, int worker)
        {
            int k = Problem.K, words = Problem.Words, part = task % Parts;
            nint query = (nint)(task / Parts) * Group, queries = Math.Min(Group, Problem.Queries - query);
            nint start = (nint)part * PartCodes, end = Math.Min(start + PartCodes, Problem.Count);
            int* distances = stackalloc int[BlockCodes], positions = stackalloc int[BlockCodes];
            for (nint i = 0; i < queries; i++) Selection(worker, i).Clear();
            for (nint code = start; code < end; code += BlockCodes)
            {
                int count = (int)Math.Min(BlockCodes, end - code);
                for (nint i = 0; i < queries; i++)
                {
                    ulong* of = Queries + (query + i) * words, codes = Database + code * words;
                    HammingSelection selection = Selection(worker, i);
                    // Of several queries, all but the first find the codes in the first-level cache, where to write distances costs less than to look ahead.
                    if (queries > 1 || selection.TakesAll)
                    {
                        HammingScan.Run(of, codes, words, count, distances);
                        selection.Offer(distances, count, (int)code);
                        continue;
                    }
                    // Nearly all codes are too far by now: with AVX-512 their distances are not written anywhere.
                    int found = HammingWithin.Run(of, codes, words, count, selection.Limit, positions, distances);
                    selection.Offer(positions, distances, found, (int)code);
                }
            }
            for (nint i = 0; i < queries; i++)
            {
                nint list = ((query + i) * Parts + part) * k;
                Selection(worker, i).Finish(Distances + list, Rows + list);
            }
        }

        private readonly HammingSelection Selection(int worker, nint query) =>
            new(States + (worker * Group + query) * (nint)StateLength, Problem.Bits, Problem.K, Capacity);
    }
}
