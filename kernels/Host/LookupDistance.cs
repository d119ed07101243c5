using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Asymmetric distances by look-up tables, in parallel over queries and blocks of items.</summary>
public static unsafe class LookupDistance
{
    // Items of a task: their codes stay in the second-level cache for the next query.
    private const int BlockItems = 16384;

    /// <summary>distances[q,n] = terms[n] + sum over m of tables[q,m,codes[n,m]]. Overwrites distances.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's, or its K is not 0.</exception>
    public static void Run(
        in LookupProblem problem, ReadOnlySpan<float> tables, ReadOnlySpan<byte> codes, ReadOnlySpan<float> terms, Span<float> distances, ThreadTeam team)
    {
        problem.RequireSearch(wanted: false);
        problem.Check(tables.Length, codes.Length, terms.Length, distances.Length, 0);
        fixed (float* t = tables, s = terms, d = distances)
        fixed (byte* c = codes)
        {
            var body = new Body
            {
                Scan = new LookupScan { Codes = c, Terms = s, Codebooks = problem.Codebooks, Codewords = problem.Codewords },
                Tables = t, Distances = d, TableLength = problem.TableLength, Queries = problem.Queries, Count = problem.Count,
            };
            team.For(checked(((problem.Count - 1) / BlockItems + 1) * problem.Queries), ref body);
        }
    }

    private struct Body : IParallelBody
    {
        public LookupScan Scan;
        public float* Tables, Distances;
        public int TableLength, Queries, Count;

        public readonly void Run(int task, int worker)
        {
            nint query = task % Queries, first = (nint)(task / Queries) * BlockItems;
            Scan.Run(Tables + query * TableLength, first, Math.Min(BlockItems, Count - first), 1f, Distances + query * Count + first);
        }
    }
}
