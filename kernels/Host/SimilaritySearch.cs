using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>The selections of a block of rows.</summary>
internal unsafe struct SelectionBlock
{
    public long* States;
    public long StateLength;
    public int K, Capacity;
    public float Least;

    public readonly SimilaritySelection this[int row] => new(States + row * StateLength, K, Capacity, Least);
}

/// <summary>What similarities come from.</summary>
internal interface ISimilaritySource
{
    /// <summary>Offers each row of a block its similarities with some columns, in rising order; they begin where a tile does.</summary>
    void Offer(int row, int rows, int column, int columns, in SelectionBlock selections, int worker);
}

/// <summary>How a search for the most similar rows is cut into tasks, and their lists become one. Which worker runs a task decides nothing.</summary>
internal unsafe struct SimilaritySearch<TSource> : IParallelBody
    where TSource : struct, ISimilaritySource
{
    // The rows of a tile of counts, and a multiple of both kinds of tiles' columns that is worth a task of its own.
    private const int BlockRows = 128;
    private const int PartColumns = 4096;

    // Tasks that keep any machine busy.
    private const int WantedTasks = 64;

    private TSource _source;
    private SelectionBlock _selections;
    private long* _lists;
    private int* _reached;
    private int _m, _n, _parts, _partColumns;

    /// <summary>Searches; the operands are checked.</summary>
    public static void Run(
        in SimilarityTopKProblem problem, TSource source, Span<float> similarities, Span<int> rows, Span<int> counts, ThreadTeam team)
    {
        int blocks = (problem.M - 1) / BlockRows + 1, columns = (problem.N - 1) / PartColumns + 1;
        int parts = Math.Min(columns, (WantedTasks - 1) / blocks + 1), partColumns = ((columns - 1) / parts + 1) * PartColumns;
        parts = (problem.N - 1) / partColumns + 1;
        int capacity = SimilaritySelection.CapacityFor(problem.K, Math.Min(partColumns, problem.N));
        long stateLength = SimilaritySelection.Length(capacity), states = team.Threads * BlockRows * stateLength, lists = (long)problem.M * parts;
        // The tiles pack into the workers' own scratch memory.
        long* memory = team.SharedPacking.Get<long>(states + lists * problem.K + lists);
        var search = new SimilaritySearch<TSource>
        {
            _source = source, _lists = memory + states, _reached = (int*)(memory + states + lists * problem.K),
            _selections = new SelectionBlock
            {
                States = memory, StateLength = stateLength, K = problem.K, Capacity = capacity, Least = problem.Least,
            },
            _m = problem.M, _n = problem.N, _parts = parts, _partColumns = partColumns,
        };
        team.For(checked(blocks * parts), ref search);
        for (int row = 0; row < problem.M; row++)
        {
            Span<int> places = rows.Slice(row * problem.K, problem.K);
            counts[row] = search.Merge(row, similarities.Slice(row * problem.K, problem.K), places);
        }
    }

    /// <inheritdoc/>
    public readonly void Run(int task, int worker)
    {
        int part = task % _parts, row = task / _parts * BlockRows, rows = Math.Min(BlockRows, _m - row);
        int column = part * _partColumns, columns = Math.Min(_partColumns, _n - column);
        SelectionBlock selections = _selections;
        selections.States += worker * BlockRows * selections.StateLength;
        for (int i = 0; i < rows; i++) selections[i].Clear();
        _source.Offer(row, rows, column, columns, selections, worker);
        for (int i = 0; i < rows; i++)
        {
            long list = (long)(row + i) * _parts + part;
            selections[i].Finish(_lists + list * selections.K);
            _reached[list] = selections[i].Reached;
        }
    }

    // The lists of all parts lie together: in order of key they are one. Returns how many reached the least.
    private readonly int Merge(int row, Span<float> similarities, Span<int> rows)
    {
        long first = (long)row * _parts;
        var keys = new Span<long>(_lists + first * rows.Length, _parts * rows.Length);
        if (_parts > 1) keys.Sort();
        for (int i = 0; i < rows.Length; i++)
            (similarities[i], rows[i]) = keys[i] == long.MaxValue ? (0f, -1) : (SimilaritySelection.SimilarityOf(keys[i]), (int)keys[i]);
        int reached = 0;
        for (int part = 0; part < _parts; part++) reached += _reached[first + part];
        return reached;
    }
}
