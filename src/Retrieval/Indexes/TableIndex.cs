using System.Runtime.InteropServices;
using JaccardKernels.Engine;
using JaccardKernels.Host;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Codes that stand for sums of codewords (composite, product, sign codes), searched by embeddings: a query has a table of distances, and every code takes an
/// entry a byte (<see cref="LookupProblem"/>). Distances are squared Euclidean, from the query to what a code stands for, or with <see cref="Rerank"/> to the
/// embedding itself. In a file all codes are in one list (<see cref="IndexStructure.Tables"/>) or in lists around centroids
/// (<see cref="IndexStructure.InvertedFile"/>), of which <see cref="Probes"/> are searched; what was added since is always searched. Results are exact, but
/// for the lists that are not searched; distances by codes are rounded, and may be a little below 0. Where there is nothing to be found distances are infinite.
/// </summary>
public sealed class TableIndex : StoredIndex, IIndex<float, float>, ISearch<float, float>
{
    /// <summary>The most lists of an inverted file.</summary>
    public const int MostLists = 1 << 20;

    private readonly IndexSearcher<float, float> _searcher;
    private readonly TableParts _parts;
    private readonly NearestCentroids? _centroids;
    private readonly int _embeddings;

    internal TableIndex(ItemStore store, int threads)
        : base(store)
    {
        _parts = store.Layout.Tables!;
        _centroids = _parts.Lists == 1 ? null : new NearestCentroids(_parts.Centroids, QueryLength);
        _embeddings = store.Layout.Find(SectionKind.Embeddings);
        _searcher = new IndexSearcher<float, float>(store, QueryLength, threads, this);
    }

    /// <summary>Dimensions of an embedding, D.</summary>
    public int QueryLength => _parts.Codebooks.Dimensions;

    /// <summary>What codes stand for.</summary>
    public AdditiveCodebooks Codebooks => _parts.Codebooks;

    /// <summary>The quantizer, a safetensors file.</summary>
    public ReadOnlySpan<byte> Quantizer => _parts.Quantizer;

    /// <summary>It keeps the embeddings themselves.</summary>
    public bool KeepsEmbeddings => _embeddings >= 0;

    /// <summary>Lists of the file; 1 where all codes are in one.</summary>
    public int Lists => _parts.Lists;

    /// <summary>The centroids of the lists, [G,D]; none where all codes are in one.</summary>
    public ReadOnlySpan<float> Centroids => _parts.Centroids;

    /// <summary>The lists that a search looks into, those of the centroids nearest to the query; 0 means all, which is exact. To be set before searches begin.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int Probes
    {
        get;
        set => field = Guard.AtLeast(value, 0);
    }

    /// <summary>
    /// Items, nearest by their codes, of which the distances of the embeddings themselves decide; at least k are. 0 means that codes decide. Range searches
    /// go by codes. To be set before searches begin.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    /// <exception cref="InvalidOperationException">The index keeps no embeddings.</exception>
    public int Rerank
    {
        get;
        set => field = value == 0 || KeepsEmbeddings
            ? Guard.AtLeast(value, 0)
            : throw new InvalidOperationException("the index keeps no embeddings to decide by.");
    }

    /// <summary>Makes codes of embeddings, by the quantizer; needed to add embeddings.</summary>
    public TableEncoder? Encoder { get; set; }

    /// <inheritdoc/>
    float ISearch<float, float>.Missing => float.PositiveInfinity;

    /// <summary>An empty index in memory.</summary>
    /// <param name="content">What it keeps.</param>
    /// <param name="threads">Threads of one search; 0 means one for each processor. Searches at a time have threads of their own.</param>
    public static TableIndex Create(TableContent content, int threads = 0) => new(ItemStore.InMemory(content.Layout(IndexStructure.Tables)), threads);

    /// <inheritdoc cref="HammingIndex.Open"/>
    public static TableIndex Open(string path, bool writable = false, int threads = 0) =>
        new(ItemStore.Open(path, writable, IndexStructure.Tables, IndexStructure.InvertedFile), threads);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There is no <see cref="Encoder"/>.</exception>
    public void Add(ReadOnlySpan<long> ids, ReadOnlySpan<float> codes, ReadOnlySpan<string> names = default, ReadOnlySpan<int> labels = default)
    {
        Guard.Length(codes.Length, Guard.Elements("embeddings", ids.Length, QueryLength));
        RequireFinite(codes);
        TableEncoder encoder = Encoder ?? throw new InvalidOperationException("there is no encoder to make codes of embeddings.");
        AddCodes(ids, encoder(codes), KeepsEmbeddings ? codes : default, names, labels);
    }

    /// <summary>Adds items whose codes are there already.</summary>
    /// <param name="ids">Their ids, 0 or more, not there yet.</param>
    /// <param name="codes">[N,M], of the quantizer.</param>
    /// <param name="embeddings">[N,D], where the index keeps them.</param>
    /// <param name="names">[N], where it keeps names.</param>
    /// <param name="labels">[N,C] counts, where it keeps labels.</param>
    /// <inheritdoc cref="IIndex{TQuery, TDistance}.Add" path="/exception"/>
    public void AddCodes(
        ReadOnlySpan<long> ids, ReadOnlySpan<byte> codes, ReadOnlySpan<float> embeddings = default, ReadOnlySpan<string> names = default,
        ReadOnlySpan<int> labels = default)
    {
        Guard.Length(codes.Length, Guard.Elements("codes", ids.Length, Codebooks.Count));
        Guard.Length(embeddings.Length, KeepsEmbeddings ? Guard.Elements("embeddings", ids.Length, QueryLength) : 0);
        RequireFinite(embeddings);
        Add(ids, codes, names, labels, Codebooks.Terms(codes, EmbeddingDistance.SquaredEuclidean), embeddings);
    }

    /// <summary>The embedding of an id, or where it is not kept, what its code stands for.</summary>
    /// <inheritdoc cref="IIndex{TQuery, TDistance}.TryReconstruct"/>
    public bool TryReconstruct(long id, Span<float> code)
    {
        Guard.Length(code.Length, QueryLength);
        if (KeepsEmbeddings) return Read(id, _embeddings, MemoryMarshal.AsBytes(code));
        Span<byte> bytes = stackalloc byte[Codebooks.Count];
        if (!Read(id, 0, bytes)) return false;
        Codebooks.Reconstruct(bytes, code);
        return true;
    }

    /// <inheritdoc/>
    public void Search(
        ReadOnlySpan<float> queries, int k, Span<float> distances, Span<long> ids, IdFilter? filter = null, CancellationToken cancellation = default) =>
        _searcher.Search(queries, k, distances, ids, filter, cancellation);

    /// <inheritdoc/>
    public void SearchRange(
        ReadOnlySpan<float> query, float limit, List<Found<float>> results, IdFilter? filter = null, CancellationToken cancellation = default) =>
        _searcher.SearchRange(query, limit, results, filter, cancellation);

    /// <inheritdoc/>
    public void Save(string path, StoreProgress? progress = null, CancellationToken cancellation = default) =>
        Save(path, Store.Layout, progress, cancellation);

    /// <summary>Writes the items as an index file of so many lists, in place of whatever has its name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lists">Lists, around means of the items; 1 puts all codes in one, without centroids.</param>
    /// <param name="seed">Where the means start; the same seed gives the same lists.</param>
    /// <param name="progress">Told of.</param>
    /// <param name="cancellation">Ends it early; nothing is written.</param>
    /// <exception cref="ArgumentException">There are fewer items than lists, or the lists are out of range, 1 to 2^20.</exception>
    /// <exception cref="IOException">It cannot be written; what was there is as it was.</exception>
    public void Save(string path, int lists, int seed = 1, StoreProgress? progress = null, CancellationToken cancellation = default)
    {
        Guard.InRange(lists, 1, MostLists);
        float[] centroids = [];
        if (lists > 1)
        {
            using var team = new ThreadTeam();
            float[] sample = TableSample.Of(this, (long)lists * NearestCentroids.SamplePerCentroid, seed);
            centroids = NearestCentroids.Learn(sample, QueryLength, lists, team, progress, cancellation);
        }
        IndexStructure structure = lists > 1 ? IndexStructure.InvertedFile : IndexStructure.Tables;
        Save(path, Store.Layout with { Structure = structure, Tables = new TableParts(_parts.Quantizer, centroids, path) }, progress, cancellation);
    }

    void ISearch<float, float>.Check(ReadOnlySpan<float> queries) => RequireFinite(queries);

    int ISearch<float, float>.Candidates(int k) => Math.Max(k, Rerank);

    void ISearch<float, float>.Find(
        SearchWorkspace workspace, Snapshot snapshot, ReadOnlySpan<float> queries, int k, IdFilter? filter, CancellationToken cancellation)
    {
        int count = queries.Length / QueryLength;
        TableWorkspace tables = workspace.Tables;
        Span<float> values = tables.Prepare(count, Codebooks.Count * AdditiveCodebooks.Codewords, keepsRows: Rerank > 0 && k < int.MaxValue);
        // One after the other: products of many at once are rounded in another order, and a query is to find the same in any batch.
        int length = values.Length / count;
        for (int query = 0; query < count; query++)
            Codebooks.Tables(queries.Slice(query * QueryLength, QueryLength), values.Slice(query * length, length), workspace.Team);
        workspace.Parts.Clear();
        workspace.AddAddedParts(snapshot);
        if (_centroids is not null && Probes > 0 && Probes < Lists) tables.Choose(_centroids, queries, Lists, Probes, workspace.Team);
        else tables.ChooseAll(Lists, count);
        for (int list = 0; list < Lists; list++)
            if (tables.Probing(list) != 0) workspace.AddStoredParts(snapshot, list);
        var scanner = new TableScanner
        {
            Workspace = workspace, Snapshot = snapshot, Filter = filter, Tables = tables, Terms = Store.Layout.Find(SectionKind.Terms),
        };
        workspace.Run(workspace.Parts.Count, ref scanner, cancellation);
    }

    unsafe ReadOnlySpan<UInt128> ISearch<float, float>.Refine(
        SearchWorkspace workspace, Snapshot snapshot, ReadOnlySpan<float> query, int place, ReadOnlySpan<UInt128> found)
    {
        if (Rerank == 0 || found.IsEmpty) return found;
        NearestSelection refined = workspace.Tables.Refined;
        refined.Clear(found.Length);
        foreach (UInt128 entry in found)
        {
            long id = (long)(ulong)entry;
            (Items items, long item) = snapshot.Locate(workspace.Tables.RowOf(place, id));
            var embedding = new ReadOnlySpan<float>(items.Column(_embeddings, item, 1), QueryLength);
            refined.Offer(OrderedFloat.KeyOf(workspace.Tables.SquaredDistance(query, embedding)), id);
        }
        return refined.Finish();
    }

    ulong? ISearch<float, float>.LimitOf(float limit) => float.IsNaN(limit) ? null : OrderedFloat.KeyOf(limit);

    float ISearch<float, float>.DistanceOf(ulong key) => OrderedFloat.Of((uint)key);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _searcher.Dispose();
        base.Dispose(disposing);
    }

    private void RequireFinite(ReadOnlySpan<float> embeddings)
    {
        int bad = StoredArray.IndexOfNonFinite(embeddings);
        if (bad >= 0)
            throw new ArgumentException($"embedding {bad / QueryLength}, dimension {bad % QueryLength} is {embeddings[bad]}; finite numbers are needed.", nameof(embeddings));
    }
}

/// <summary>Makes codes uint8 [N,M] of embeddings [N,D].</summary>
public delegate byte[] TableEncoder(ReadOnlySpan<float> embeddings);
