using JaccardKernels.Host;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Host;

public class LookupWithinTests
{
    private const int Codewords = 256;

    [Test]
    public void ItemsWithinADistanceAreFoundInTheirOrder([Values(1, 3, 8, 64)] int codebooks, [Values(0, 1, 64, 511, 512, 2048, 7001)] int count, [Values] bool near)
    {
        var random = new Random(codebooks * 10_000 + count);
        float[] table = [.. Enumerable.Range(0, codebooks * Codewords).Select(_ => (float)random.NextDouble() * 3 - (near ? 1 : 0))];
        byte[] codes = new byte[count * codebooks];
        random.NextBytes(codes);
        float[] terms = [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() * 5)];
        float[] all = new float[count];
        using var team = new ThreadTeam(1);
        if (count > 0) LookupDistance.Run(new LookupProblem(1, count, codebooks, Codewords, terms: true), table, codes, terms, all, team);
        float[] sorted = [.. all.Order()];
        float[] limits = [float.NegativeInfinity, float.MinValue, -1e6f, 0, .. sorted.Take(3), .. sorted.Skip(count / 10).Take(1), .. sorted.TakeLast(1), 1e6f, float.PositiveInfinity, float.NaN];
        foreach (float limit in limits)
        {
            int[] positions = new int[count + 1];
            float[] distances = new float[count + 1];
            (positions[count], distances[count]) = (-7, -7);
            int found = Run(table, codes, terms, limit, positions, distances);
            int[] expected = [.. Enumerable.Range(0, count).Where(i => all[i] <= limit)];
            Assert.That(positions[..found], Is.EqualTo(expected), $"limit {limit}");
            Assert.That(distances[..found], Is.EqualTo(expected.Select(i => all[i])), $"limit {limit}");
            Assert.That((positions[count], distances[count]), Is.EqualTo((-7, -7f)), "nothing is written behind the items");
        }
    }

    [Test]
    public void NumbersThatAreNoneHideNoOthers([Values(float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3e38f)] float odd, [Values] bool inTable)
    {
        const int Count = 600;
        float[] table = [.. Enumerable.Range(0, 2 * Codewords).Select(i => (float)(i % 17))], terms = new float[Count];
        byte[] codes = [.. Enumerable.Range(0, 2 * Count).Select(i => (byte)(i * 7))];
        if (inTable) table[300] = odd;
        else terms[20] = odd;
        float[] all = [.. Enumerable.Range(0, Count).Select(i => terms[i] + table[codes[2 * i]] + table[256 + codes[2 * i + 1]])];
        int[] positions = new int[Count];
        int found = Run(table, codes, terms, 9, positions, new float[Count]);
        Assert.That(positions[..found], Is.EqualTo(Enumerable.Range(0, Count).Where(i => all[i] <= 9)));
        Assert.That(found, Is.GreaterThan(20));
    }

    [Test]
    public void LengthsThatDoNotFitAreRefused()
    {
        float[] table = new float[2 * Codewords];
        Assert.That(() => Run(table, new byte[5], new float[2], 1, new int[2], new float[2]), Throws.ArgumentException.With.Message.Contains("codes has 5"));
        Assert.That(() => Run(table, new byte[4], new float[2], 1, new int[1], new float[2]), Throws.ArgumentException.With.Message.Contains("2 items"));
        Assert.That(() => Run(table, new byte[32770], new float[16385], 1, new int[20000], new float[20000]), Throws.ArgumentException.With.Message.Contains("16385 items"));
        Assert.That(() => Run(new float[300], new byte[4], new float[2], 1, new int[2], new float[2]), Throws.ArgumentException);
    }

    private static int Run(float[] table, byte[] codes, float[] terms, float limit, int[] positions, float[] distances) => LookupWithin.Run(
        table, codes, terms, limit, positions, distances, new byte[LookupWithin.ScratchLength(table.Length / Codewords)]);
}
