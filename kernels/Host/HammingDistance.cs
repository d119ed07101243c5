using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Hamming distances of all pairs of codes.</summary>
public static unsafe class HammingDistance
{
    // Codes and queries of a task: the codes are read once and stay in the second-level cache for the queries.
    private const int BlockCodes = 4096;
    private const int BlockQueries = 16;

    /// <summary>distances[Q,N] of queries[Q,words] against database[N,words]; unused bits are zero. Overwrites distances.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's, or its K is not 0.</exception>
    public static void Run(in HammingProblem problem, ReadOnlySpan<ulong> queries, ReadOnlySpan<ulong> database, Span<int> distances, ThreadTeam team)
    {
        if (problem.K != 0) throw new ArgumentException($"k is {problem.K}; a distance matrix has k 0.", nameof(problem));
        problem.Check(queries.Length, database.Length, distances.Length, 0);
        fixed (ulong* q = queries, b = database)
        fixed (int* d = distances)
        {
            var body = new Blocks
            {
                Queries = q, Database = b, Distances = d, QueryCount = problem.Queries, Count = problem.Count, Words = problem.Words,
                QueryBlocks = (problem.Queries - 1) / BlockQueries + 1,
            };
            team.For(checked(((problem.Count - 1) / BlockCodes + 1) * body.QueryBlocks), ref body);
        }
    }

    private struct Blocks : IParallelBody
    {
        public ulong* Queries, Database;
        public int* Distances;
        public int QueryCount, Count, Words, QueryBlocks;

        public readonly void Run(int task, int worker)
        {
            nint code = (nint)(task / QueryBlocks) * BlockCodes, query = (nint)(task % QueryBlocks) * BlockQueries;
            nint codes = Math.Min(BlockCodes, Count - code), end = Math.Min(query + BlockQueries, QueryCount);
            for (; query < end; query++)
                HammingScan.Run(Queries + query * Words, Database + code * Words, Words, codes, Distances + query * Count + code);
        }
    }
}
