using System.Numerics.Tensors;
using JaccardKernels.Engine;
using JaccardKernels.Host;

namespace JaccardKernels.Retrieval;

/// <summary>What a search by tables works in besides the rest: tables of a block of queries, the lists they look into, rows of what was found.</summary>
internal sealed class TableWorkspace(int threads)
{
    private readonly NearestSelection _lists = new();
    private float[] _tables = [], _nearness = [], _difference = [];
    private uint[] _probing = [];
    private Dictionary<long, long>[] _rows = [];
    private Memory[] _memory = [];

    /// <summary>What exact distances put in order.</summary>
    public NearestSelection Refined { get; } = new();

    /// <summary>Floats of a table.</summary>
    public int Length { get; private set; }

    /// <summary>Queries of the block.</summary>
    public int Queries { get; private set; }

    /// <summary>Rows of what is found are kept.</summary>
    public bool KeepsRows { get; private set; }

    /// <summary>Makes room for some queries.</summary>
    /// <returns>Their tables, to be filled.</returns>
    public Span<float> Prepare(int queries, int length, bool keepsRows)
    {
        (Queries, Length, KeepsRows) = (queries, length, keepsRows);
        Grow(ref _tables, queries * length);
        if (_memory.Length == 0)
        {
            int scratch = LookupWithin.ScratchLength(length / AdditiveCodebooks.Codewords);
            _memory = [.. Enumerable.Range(0, threads).Select(_ => new Memory(new int[LookupWithin.BlockItems], new float[LookupWithin.BlockItems], new byte[scratch]))];
        }
        if (keepsRows && _rows.Length == 0) _rows = [.. Enumerable.Range(0, threads * SearchWorkspace.QueryBlock).Select(_ => new Dictionary<long, long>())];
        foreach (Dictionary<long, long> rows in _rows) rows.Clear();
        return _tables.AsSpan(0, queries * length);
    }

    /// <summary>The table of a query.</summary>
    public ReadOnlySpan<float> Table(int query) => _tables.AsSpan(query * Length, Length);

    /// <summary>Memory for a worker's scans.</summary>
    public Memory Of(int worker) => _memory[worker];

    /// <summary>The queries that look into a list, a bit each; all look into what belongs to none.</summary>
    public uint Probing(int list) => list < 0 ? uint.MaxValue : _probing[list];

    /// <summary>All queries look into all lists.</summary>
    public void ChooseAll(int lists, int queries)
    {
        Grow(ref _probing, lists);
        _probing.AsSpan(0, lists).Fill(uint.MaxValue >> (SearchWorkspace.QueryBlock - queries));
    }

    /// <summary>Each query looks into some lists, those of the nearest centroids.</summary>
    public void Choose(NearestCentroids centroids, ReadOnlySpan<float> queries, int lists, int probes, ThreadTeam team)
    {
        int count = queries.Length / centroids.Dimensions;
        Grow(ref _nearness, lists);
        Grow(ref _probing, lists);
        Array.Clear(_probing);
        for (int query = 0; query < count; query++)
        {
            // One after the other: products of many at once are rounded in another order, and a query is to look into the same lists in any batch.
            centroids.Rate(queries.Slice(query * centroids.Dimensions, centroids.Dimensions), _nearness.AsSpan(0, lists), team);
            _lists.Clear(probes);
            for (int list = 0; list < lists; list++) _lists.Offer(OrderedFloat.KeyOf(-_nearness[list]), list);
            foreach (UInt128 entry in _lists.Finish()) _probing[(int)(ulong)entry] |= 1u << query;
        }
    }

    /// <summary>Keeps the row of what a worker has found for a query.</summary>
    public void SetRow(int worker, int query, long id, long row) => _rows[worker * SearchWorkspace.QueryBlock + query][id] = row;

    /// <summary>The row of what was found for a query.</summary>
    public long RowOf(int query, long id)
    {
        for (int worker = 0; worker < threads; worker++)
            if (_rows[worker * SearchWorkspace.QueryBlock + query].TryGetValue(id, out long row)) return row;
        throw new InvalidOperationException($"id {id} was not found.");
    }

    /// <summary>The squared Euclidean distance.</summary>
    public float SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Grow(ref _difference, a.Length);
        Span<float> difference = _difference.AsSpan(0, a.Length);
        TensorPrimitives.Subtract(a, b, difference);
        return TensorPrimitives.SumOfSquares<float>(difference);
    }

    /// <summary>What a worker scans into.</summary>
    internal readonly record struct Memory(int[] Positions, float[] Distances, byte[] Scratch);

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length) array = new T[length];
    }
}
