using JaccardKernels.Retrieval;

namespace JaccardKernels.Tests.Retrieval.Indexes;

public class ShardMergeTests
{
    [Test]
    public void ShardsTogetherFindWhatOneIndexFinds([Values(1, 3, 300)] int shards, [Values(1, 10, 400)] int k)
    {
        const int Count = 350, Queries = 4;
        var model = new IndexModel(16, seed: 9);
        using HammingIndex whole = HammingIndex.Create(new IndexContent(16), threads: 1);
        HammingIndex[] parts = [.. Enumerable.Range(0, shards).Select(_ => HammingIndex.Create(new IndexContent(16), threads: 1))];
        long[] ids = model.NewIds(Count, 1 << 20);
        for (int i = 0; i < Count; i++)
        {
            ulong[] code = model.Code(clustered: true);
            whole.Add([ids[i]], code);
            parts[i % shards].Add([ids[i]], code);
            // A copy in another shard is found once.
            if (i % 10 == 0 && shards > 1) parts[(i + 1) % shards].Add([ids[i]], code);
        }
        ulong[] queries = [.. Enumerable.Range(0, Queries).SelectMany(_ => model.Code(clustered: true))];
        int[] expected = new int[Queries * k], found = new int[shards * expected.Length], merged = new int[expected.Length];
        long[] expectedIds = new long[expected.Length], foundIds = new long[found.Length], mergedIds = new long[expected.Length];
        whole.Search(queries, k, expected, expectedIds);
        for (int shard = 0; shard < shards; shard++)
            parts[shard].Search(queries, k, found.AsSpan(shard * expected.Length, expected.Length), foundIds.AsSpan(shard * expected.Length, expected.Length));
        ShardMerge.Merge<int>(shards, Queries, k, found, foundIds, merged, mergedIds, missing: -1);
        Assert.That(mergedIds, Is.EqualTo(expectedIds));
        Assert.That(merged, Is.EqualTo(expected));
        foreach (HammingIndex part in parts) part.Dispose();
    }

    [Test]
    public void LengthsThatDoNotFitAreRefused() => Assert.That(
        () => ShardMerge.Merge<int>(2, 1, 2, new int[4], new long[3], new int[2], new long[2], -1), Throws.ArgumentException.With.Message.Contains("ids has 3"));
}
