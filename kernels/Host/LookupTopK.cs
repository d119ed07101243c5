using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// The K nearest items of each query by look-up tables, exactly, as a <see cref="SimilaritySearch{TSource}"/> whose similarities are negated
/// distances. See <see cref="LookupFilter"/> for how most items are passed over.
/// </summary>
public sealed unsafe class LookupTopK
{
    private const int Sums = 1, Bounds = 2;

    private readonly ThreadTeam _team;

    /// <summary>Prepares the operation.</summary>
    public LookupTopK(ThreadTeam team)
    {
        _team = team;
        Ladder = new KernelLadder<LookupProblem>("LookupTopK",
        [
            new(Sums, "sums", "every distance from the table in the first-level cache, four items at a time") { Traffic = (p, _) => p.Bytes },
            new(Bounds, "bounds", "tables of bytes in registers bound 64 distances at once from below; sums of those alone that may be near enough")
            {
                WhyNot = _ => LookupFilter.WhyNot, Traffic = (p, _) => p.Bytes,
            },
        ])
        {
            Rule = p => new KernelChoice(LookupFilter.WhyNot is null ? Bounds : Sums),
            Class = p => $"q{p.Queries}n{p.Count}m{p.Codebooks}w{p.Codewords}k{p.K}",
        };
    }

    /// <summary>The ways to compute it.</summary>
    public KernelLadder<LookupProblem> Ladder { get; }

    /// <summary>distances[Q,K] and rows[Q,K] in order of (distance, row), infinite and -1 beyond N. Overwrites both.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's, or its K is 0.</exception>
    public void Run(
        in LookupProblem problem, ReadOnlySpan<float> tables, ReadOnlySpan<byte> codes, ReadOnlySpan<float> terms,
        Span<float> distances, Span<int> rows)
    {
        problem.RequireSearch(wanted: true);
        problem.Check(tables.Length, codes.Length, terms.Length, distances.Length, rows.Length);
        var size = new SearchSize(problem.Queries, problem.Count, problem.K, float.NegativeInfinity);
        fixed (float* t = tables, s = terms)
        fixed (byte* c = codes)
        {
            var scan = new LookupScan { Codes = c, Terms = s, Codebooks = problem.Codebooks, Codewords = problem.Codewords };
            if (Ladder.Choose(problem).Variant == Sums)
            {
                var source = new SumSource { Scan = scan, Tables = t, TableLength = problem.TableLength };
                SimilaritySearch<SumSource>.Run(size, source, distances, rows, [], _team);
            }
            else
            {
                var source = new LookupBounds { Filter = new LookupFilter { Scan = scan }, Tables = t, TableLength = problem.TableLength, Team = _team };
                SimilaritySearch<LookupBounds>.Run(size, source, distances, rows, [], _team);
            }
        }
        for (int i = 0; i < distances.Length; i++) distances[i] = rows[i] < 0 ? float.PositiveInfinity : 0f - distances[i];
    }

    private struct SumSource : ISimilaritySource
    {
        // Codes, terms and distances of so many stay in the first-level cache between queries.
        private const int BlockItems = 1024;

        public LookupScan Scan;
        public float* Tables;
        public int TableLength;

        public static int BlockRows => LookupBounds.BlockRows;

        public static int PartColumns => LookupBounds.PartColumns;

        public readonly void Offer(int row, int rows, int column, int columns, in SelectionBlock selections, int worker)
        {
            float* similarities = stackalloc float[BlockItems];
            for (int first = column; first < column + columns; first += BlockItems)
            {
                int count = Math.Min(BlockItems, column + columns - first);
                for (int i = 0; i < rows; i++)
                {
                    Scan.Run(Tables + (nint)(row + i) * TableLength, first, count, -1f, similarities);
                    selections[i].Offer(similarities, count, first);
                }
            }
        }
    }
}
