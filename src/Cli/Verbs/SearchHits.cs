using JaccardKernels.Cli.Training;
using JaccardKernels.Engine;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary>What a search of an index found, whatever its distance.</summary>
/// <param name="K">Neighbours wanted.</param>
/// <param name="Ids">[Q,K], -1 beyond what there is.</param>
/// <param name="Distances">[Q,K].</param>
/// <param name="IsHamming">The distances are numbers of bits.</param>
internal sealed record SearchHits(int K, long[] Ids, double[] Distances, bool IsHamming)
{
    /// <summary>Queries.</summary>
    public int Queries => Ids.Length / K;

    /// <summary>Searches: Hamming distances on a device, if there is one and all ids may be found; else the index on the host.</summary>
    public static SearchHits Find(StoredIndex index, IBackend backend, SearchQueries queries, int k, IdFilter? filter, CancellationToken cancellation)
    {
        long[] ids = new long[Problems.Guard.Elements("results", queries.Count, k)];
        switch (index)
        {
            case JaccardIndex jaccard:
                float[] similar = new float[ids.Length];
                jaccard.Search(queries.Codes!.Data, k, similar, ids, filter, cancellation);
                return new SearchHits(k, ids, [.. similar.Select(d => (double)d)], IsHamming: false);
            case TableIndex tables:
                float[] away = new float[ids.Length];
                tables.Search(queries.Embeddings!.Values, k, away, ids, filter, cancellation);
                return new SearchHits(k, ids, [.. away.Select(d => (double)d)], IsHamming: false);
            case HammingIndex hamming when backend is HostBackend || filter is not null:
                int[] distances = new int[ids.Length];
                hamming.Search(queries.Codes!.Data, k, distances, ids, filter, cancellation);
                return new SearchHits(k, ids, [.. distances.Select(d => (double)d)], IsHamming: true);
            default:
                return OnDevice((BinaryIndex)index, backend, queries.Codes!, k);
        }
    }

    /// <summary>Writes the distances as .npy: int32 of bits, else float32.</summary>
    public void WriteDistances(string path)
    {
        if (IsHamming) NpyFile.Write<int>(path, [.. Distances.Select(d => (int)d)], Queries, K);
        else NpyFile.Write<float>(path, [.. Distances.Select(d => (float)d)], Queries, K);
    }

    private static SearchHits OnDevice(BinaryIndex index, IBackend backend, PackedCodes queries, int k)
    {
        using ItemCursor items = index.Items();
        int count = Problems.Guard.Elements("codes", items.Count, index.QueryLength) / index.QueryLength;
        long[] ids = new long[count];
        ulong[] codes = new ulong[count * index.QueryLength];
        _ = items.Read(ids, codes);
        using var searcher = new HammingSearcher(backend, new PackedCodes(index.Bits, codes), k);
        SearchResult<int> found = searcher.Search(queries);
        return new SearchHits(k, [.. found.Rows.Select(row => row < 0 ? -1 : ids[row])], [.. found.Distances.Select(d => (double)d)], IsHamming: true);
    }
}
