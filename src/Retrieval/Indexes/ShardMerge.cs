using System.Numerics;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Puts together what searches of several indexes found, as if all items were in one: for collections that are spread over files or machines. Each index finds the k
/// nearest of its own items, and the k nearest of all are among these.
/// </summary>
public static class ShardMerge
{
    /// <summary>Merges.</summary>
    /// <param name="shards">Indexes, S.</param>
    /// <param name="queries">Queries, Q.</param>
    /// <param name="k">Neighbours of each query in every list, and in the result.</param>
    /// <param name="distances">[S,Q,k], each list as a search wrote it: in order of (distance, id).</param>
    /// <param name="ids">[S,Q,k], -1 beyond what there is. An id that several indexes found at the same distance is taken once.</param>
    /// <param name="merged">[Q,k], overwritten; beyond what there is, <paramref name="missing"/>.</param>
    /// <param name="mergedIds">[Q,k], overwritten; -1 beyond what there is.</param>
    /// <param name="missing">The distance where there is nothing: -1 of Hamming distances, infinite of others.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void Merge<T>(
        int shards, int queries, int k, ReadOnlySpan<T> distances, ReadOnlySpan<long> ids, Span<T> merged, Span<long> mergedIds, T missing)
        where T : unmanaged, INumber<T>
    {
        Guard.Length(distances.Length, Guard.Elements("distances", Guard.Positive(shards), Guard.AtLeast(queries, 0), Guard.Positive(k)));
        Guard.Length(ids.Length, distances.Length);
        Guard.Length(merged.Length, Guard.Elements("merged", queries, k));
        Guard.Length(mergedIds.Length, merged.Length);
        Span<int> heads = shards <= 256 ? stackalloc int[shards] : new int[shards];
        for (int query = 0; query < queries; query++)
        {
            heads.Clear();
            Span<T> d = merged.Slice(query * k, k);
            Span<long> i = mergedIds.Slice(query * k, k);
            int found = 0;
            while (found < k)
            {
                int best = -1, at = 0;
                for (int shard = 0; shard < shards; shard++)
                {
                    int place = (shard * queries + query) * k + heads[shard];
                    if (heads[shard] == k || ids[place] < 0) continue;
                    if (best < 0 || distances[place] < distances[at] || (distances[place] == distances[at] && ids[place] < ids[at])) (best, at) = (shard, place);
                }
                if (best < 0) break;
                heads[best]++;
                if (found > 0 && i[found - 1] == ids[at] && d[found - 1] == distances[at]) continue;
                (d[found], i[found++]) = (distances[at], ids[at]);
            }
            d[found..].Fill(missing);
            i[found..].Fill(-1);
        }
    }
}
