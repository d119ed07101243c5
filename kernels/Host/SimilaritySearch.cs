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

/// <summary>The sizes of a search: M rows that it is for, N rows to be found, K of them wanted, whose similarity is at least Least.</summary>
internal readonly record struct SearchSize(int M, int N, int K, float Least);

/// <summary>What similarities come from.</summary>
internal interface ISimilaritySource
{
    /// <summary>The most rows of a block, which share what is made of the columns.</summary>
    static abstract int BlockRows { get; }

    /// <summary>Columns that are worth a task of their own, and where tiles may begin.</summary>
    static abstract int PartColumns { get; }

    /// <summary>Offers each row of a block its similarities with some columns, in rising order; they begin where a tile does.</summary>
    void Offer(int row, int rows, int column, int columns, in SelectionBlock selections, int worker);
}

/// <summary>How a search for the most similar rows is cut into tasks, and their lists become one. Which worker runs a task decides nothing.</summary>
internal unsafe struct SimilaritySearch<TSource> : IParallelBody
    where TSource : struct, ISimilaritySource
{
    // Tasks that keep any machine busy.
    private const int WantedTasks = 64;

    private TSource _source;
    private SelectionBlock _selections;
    private long* _lists;
    private int* _reached;
    private int _m, _n, _parts, _partColumns;

    /// <summary>Searches; the operands are checked. Beyond what there is, similarities are 0 and rows -1.</summary>
    /// <param name="size">The sizes.</param>
    /// <param name="source">What similarities come from.</param>
    /// <param name="similarities">[M,K].</param>
    /// <param name="rows">[M,K].</param>
    /// <param name="counts">How many reach the least, [M], or empty.</param>
    /// <param name="team">Threads.</param>
    public static void Run(SearchSize size, TSource source, Span<float> similarities, Span<int> rows, Span<int> counts, ThreadTeam team)
    {
        int blocks = (size.M - 1) / TSource.BlockRows + 1, columns = (size.N - 1) / TSource.PartColumns + 1;
        int parts = Math.Min(columns, (WantedTasks - 1) / blocks + 1), partColumns = ((columns - 1) / parts + 1) * TSource.PartColumns;
        parts = (size.N - 1) / partColumns + 1;
        int capacity = SimilaritySelection.CapacityFor(size.K, Math.Min(partColumns, size.N));
        long stateLength = SimilaritySelection.Length(capacity), states = team.Threads * TSource.BlockRows * stateLength;
        long lists = (long)size.M * parts;
        // The tiles pack into the workers' own scratch memory.
        long* memory = team.SharedPacking.Get<long>(states + lists * size.K + lists);
        var search = new SimilaritySearch<TSource>
        {
            _source = source, _lists = memory + states, _reached = (int*)(memory + states + lists * size.K),
            _selections = new SelectionBlock
            {
                States = memory, StateLength = stateLength, K = size.K, Capacity = capacity, Least = size.Least,
            },
            _m = size.M, _n = size.N, _parts = parts, _partColumns = partColumns,
        };
        team.For(checked(blocks * parts), ref search);
        for (int row = 0; row < size.M; row++)
        {
            Span<int> places = rows.Slice(row * size.K, size.K);
            int reached = search.Merge(row, similarities.Slice(row * size.K, size.K), places);
            if (!counts.IsEmpty) counts[row] = reached;
        }
    }

    /// <inheritdoc/>
    public readonly void Run(int task, int worker)
    {
        int part = task % _parts, row = task / _parts * TSource.BlockRows, rows = Math.Min(TSource.BlockRows, _m - row);
        int column = part * _partColumns, columns = Math.Min(_partColumns, _n - column);
        SelectionBlock selections = _selections;
        selections.States += worker * TSource.BlockRows * selections.StateLength;
        for (int i = 0; i < rows; i++) selections[i].Clear();
        _source.Offer(row, rows, column, columns, selections, worker);
        for (int i = 0; i < rows; i++)
        {
            long list = (long)(row + i) * _parts + part;
            selections[i].Finish(_lists + list * selections.K);
            _reached[list] = selections[i].Reached;
        }
    }

    // The lists of all parts, each in order of key, become one. Returns how many reached the least.
    private readonly int Merge(int row, Span<float> similarities, Span<int> rows)
    {
        long first = (long)row * _parts;
        long** heads = stackalloc long*[WantedTasks];
        for (int part = 0; part < _parts; part++) heads[part] = _lists + (first + part) * rows.Length;
        for (int i = 0; i < rows.Length; i++)
        {
            int best = 0;
            for (int part = 1; part < _parts; part++)
            {
                if (*heads[part] < *heads[best]) best = part;
            }
            // A list ends with the last key wanted, or with places without a key, of which the first serves for all.
            long key = *heads[best];
            (similarities[i], rows[i]) = key == long.MaxValue ? (0f, -1) : (SimilaritySelection.SimilarityOf(key), (int)key);
            if (key != long.MaxValue && i < rows.Length - 1) heads[best]++;
        }
        int reached = 0;
        for (int part = 0; part < _parts; part++) reached += _reached[first + part];
        return reached;
    }
}
