using System.Numerics;
using JaccardKernels.Cases;
using JaccardKernels.Problems;
using JaccardKernels.Reference;

namespace JaccardKernels.Tests.Reference;

public class CodeReferenceTests
{
    [Test]
    public void SignBitsStartAtTheLeastSignificant()
    {
        double[] embeddings = [.. Enumerable.Repeat(-1.0, 65)];
        (embeddings[0], embeddings[3], embeddings[63], embeddings[64]) = (0.0, 0.1, -0.0, 5);
        var codes = new ulong[2];
        SignQuantization.Run(new SignQuantizationProblem(1, 65), embeddings, codes);
        Assert.That(codes, Is.EqualTo([0x8000000000000009, 1UL]));
    }

    [Test]
    public void DistanceCountsDifferingBits()
    {
        var distances = new int[2];
        HammingDistance.Run(new HammingProblem(1, 2, 128), [0xFF, 1], [0x0F, 3, 0xFF, 1], distances);
        Assert.That(distances, Is.EqualTo([5, 0]));
    }

    [TestCase("q3n200b9k20")]
    [TestCase("q2n7b70k9")]
    [TestCase("q1n50b64k50")]
    public void TopKIsAStableSortByDistance(string text)
    {
        HammingProblem p = HammingProblem.Parse(text);
        ReferenceValues values = CaseCatalog.Find("HammingTopK").Parse(text).Fill(4, FillMode.Random);
        ulong[] queries = ((ReadOnlySpan<ulong>)values["queries"]).ToArray(), database = ((ReadOnlySpan<ulong>)values["database"]).ToArray();
        int[] distances = new int[p.LengthResult], rows = new int[p.LengthResult];
        HammingTopK.Run(p, queries, database, distances, rows);
        (int Distance, int Row)[] expected = [.. queries.Chunk(p.Words).SelectMany(query => database.Chunk(p.Words)
            .Select((code, row) => (Distance: code.Zip(query).Sum(pair => BitOperations.PopCount(pair.First ^ pair.Second)), Row: row))
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Row).Concat(Enumerable.Repeat((-1, -1), p.K)).Take(p.K))];
        Assert.That(distances.Zip(rows), Is.EqualTo(expected));
    }
}
