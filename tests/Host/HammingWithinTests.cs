using System.Numerics;
using JaccardKernels.Host;

namespace JaccardKernels.Tests.Host;

public class HammingWithinTests
{
    [Test]
    public void CodesWithinADistanceAreFoundInTheirOrder([Values(1, 2, 3, 4, 5, 8, 16, 17)] int words, [Values(0, 1, 7, 32, 100, 2048)] int count)
    {
        var random = new Random(words * 10_000 + count);
        ulong[] query = Words(words), codes = Words(count * words);
        // Some are near: the query with a few bits turned over.
        for (int i = 0; i < count; i += 5)
        {
            query.CopyTo(codes, i * words);
            for (int turn = random.Next(6); turn > 0; turn--) codes[i * words + random.Next(words)] ^= 1UL << random.Next(64);
        }
        int[] all = [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, words).Sum(w => BitOperations.PopCount(query[w] ^ codes[i * words + w])))];
        foreach (int limit in (int[])[-1, 0, 3, 64 * words / 2, int.MaxValue])
        {
            int[] positions = new int[count + 1], distances = new int[count + 1];
            (positions[count], distances[count]) = (-7, -7);
            int found = HammingWithin.Run(query, codes, limit, positions, distances);
            int[] expected = [.. Enumerable.Range(0, count).Where(i => all[i] <= limit)];
            Assert.That(positions[..found], Is.EqualTo(expected), $"limit {limit}");
            Assert.That(distances[..found], Is.EqualTo(expected.Select(i => all[i])), $"limit {limit}");
            Assert.That((positions[count], distances[count]), Is.EqualTo((-7, -7)), "nothing is written behind the codes");
        }

        ulong[] Words(int length) => [.. Enumerable.Range(0, length).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue))];
    }

    [Test]
    public void LengthsThatDoNotFitAreRefused()
    {
        Assert.That(() => HammingWithin.Run([1, 2], [1, 2, 3], 1, new int[2], new int[2]), Throws.ArgumentException.With.Message.Contains("codes has 3"));
        Assert.That(() => HammingWithin.Run([1], [1, 2, 3], 1, new int[2], new int[3]), Throws.ArgumentException.With.Message.Contains("3 codes"));
        Assert.That(() => HammingWithin.Run([], [1], 1, new int[2], new int[3]), Throws.InstanceOf<ArgumentException>());
    }
}
