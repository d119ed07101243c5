using JaccardKernels.Cli.Training;
using JaccardKernels.Engine;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary>The index that is searched, or several as if they were one: of codes of the same bits, made by the same model, under different ids.</summary>
internal sealed class SearchedIndexes : IDisposable
{
    private readonly List<StoredIndex> _indexes = [];

    /// <summary>Opens them.</summary>
    /// <exception cref="ArgumentException">They do not go together.</exception>
    /// <exception cref="InvalidDataException">One is damaged.</exception>
    public SearchedIndexes(IReadOnlyList<string> paths, int threads)
    {
        Path = string.Join(", ", paths);
        try
        {
            foreach (string path in paths)
            {
                StoredIndex index = StoredIndex.OpenAny(path, threads: threads);
                _indexes.Add(index);
                StoredIndex first = _indexes[0];
                if (index.Bits != first.Bits || index.Classes != first.Classes || index.Origin != first.Origin || DistanceOf(index) != DistanceOf(first)
                    || (index as TableIndex)?.QueryLength != (first as TableIndex)?.QueryLength)
                    throw new ArgumentException($"{path}: does not go with {paths[0]}: bits, distance, classes and what made the codes must be the same.");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The files, for messages.</summary>
    public string Path { get; }

    /// <summary>Bits of a code.</summary>
    public int Bits => _indexes[0].Bits;

    /// <summary>Classes of the labels, or 0.</summary>
    public int Classes => _indexes[0].Classes;

    /// <summary>What made the codes; empty if unknown.</summary>
    public string Origin => _indexes[0].Origin;

    /// <summary>Codes in all.</summary>
    public long Count => _indexes.Sum(index => index.Count);

    /// <summary>The name of an id; null where there is none.</summary>
    public string? NameOf(long id) => _indexes.Select(index => index.NameOf(id)).FirstOrDefault(name => name is not null);

    /// <summary>The labels of an id.</summary>
    public bool TryGetLabels(long id, int[] counts) => _indexes.Any(index => index.TryGetLabels(id, counts));

    /// <summary>Dimensions of the embeddings that are searched for; null where codes are.</summary>
    public int? Dimensions => (_indexes[0] as TableIndex)?.QueryLength;

    /// <summary>Says how indexes of tables are searched.</summary>
    /// <exception cref="ArgumentException">They are not, or keep no embeddings.</exception>
    public void Tune(int? probes, int? rerank)
    {
        foreach (StoredIndex index in _indexes)
        {
            if (probes is null && rerank is null) continue;
            TableIndex tables = index as TableIndex ?? throw new ArgumentException($"{Path}: is searched by codes; --probes and --rerank go with tables.");
            tables.Tune(Path, probes ?? 0, rerank ?? 0);
        }
    }

    /// <summary>Searches all, and merges what was found.</summary>
    public SearchHits Find(IBackend backend, SearchQueries queries, int k, IdFilter? filter, CancellationToken cancellation)
    {
        SearchHits[] hits = [.. _indexes.Select(index => SearchHits.Find(index, backend, queries, k, filter, cancellation))];
        if (hits.Length == 1) return hits[0];
        long[] ids = new long[hits[0].Ids.Length];
        double[] distances = new double[ids.Length];
        ShardMerge.Merge(
            hits.Length, queries.Count, k, [.. hits.SelectMany(hit => hit.Distances)], [.. hits.SelectMany(hit => hit.Ids)], distances, ids,
            hits[0].IsHamming ? -1 : double.PositiveInfinity);
        return hits[0] with { Ids = ids, Distances = distances };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (StoredIndex index in _indexes) index.Dispose();
    }

    private static Type DistanceOf(StoredIndex index) => index.GetType();
}
