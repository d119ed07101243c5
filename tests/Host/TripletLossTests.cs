using JaccardKernels.Host;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Host;

/// <summary>The two forms of the triplet loss against each other, and what they refuse.</summary>
[TestFixture]
public class TripletLossTests
{
    [TestCase(TripletReduction.MeanOfAll)]
    [TestCase(TripletReduction.MeanOfActive)]
    public void BatchAllEqualsTheListOfItsTriplets(TripletReduction reduction)
    {
        const int batch = 41, dimensions = 23;
        const float margin = 3f, delta = 0.1f;
        var e = new float[batch * dimensions];
        for (int i = 0; i < e.Length; i++) e[i] = 2 * CounterRandom.Uniform(CounterRandom.Key(1, 0), i) - 1;
        var j = new float[batch * batch];
        for (int i = 0; i < j.Length; i++)
        {
            int mirrored = i % batch * batch + i / batch;
            j[i] = i == mirrored ? 1 : CounterRandom.Bits(CounterRandom.Key(2, 0), Math.Min(i, mirrored)) % 21 / 20f;
        }
        // What is no number, with either sign, compares with nothing, and only its own triplets are missing.
        (j[5], j[6], j[7 * batch + 3]) = (float.NaN, BitConverter.UInt32BitsToSingle(0xFFC00000), float.NaN);
        List<int> triplets = [];
        List<float> margins = [];
        for (int a = 0; a < batch; a++)
        {
            for (int p = 0; p < batch; p++)
            {
                for (int n = 0; n < batch; n++)
                {
                    double difference = (double)j[a * batch + p] - j[a * batch + n];
                    if (a == p || a == n || p == n || !(difference > delta)) continue;
                    triplets.AddRange([a, p, n]);
                    margins.Add((float)(margin * difference));
                }
            }
        }
        float[] fromList = new float[e.Length], fromAll = new float[e.Length], listStatistics = new float[3], allStatistics = new float[3];
        long[] listCounts = new long[2], allCounts = new long[2];
        var list = new TripletProblem(batch, dimensions, margins.Count, reduction);
        var all = new BatchAllTripletProblem(batch, dimensions, margin, delta, reduction);
        using var team = new ThreadTeam(3);
        TripletLoss.Run(list, e, triplets.ToArray(), margins.ToArray(), fromList, listStatistics, listCounts, team);
        BatchAllTripletLoss.Run(all, e, j, fromAll, allStatistics, allCounts, team);
        Assert.That(allCounts, Is.EqualTo(listCounts));
        Assert.That(listCounts[1], Is.GreaterThan(1000).And.LessThan(listCounts[0]), "both kinds of triplets occur");
        Assert.That(allStatistics, Is.EqualTo(listStatistics).Within(1e-6).Percent);
        Assert.That(fromAll, Is.EqualTo(fromList).Within(1e-6));
    }

    // More positives of one similarity than a byte counts, and more rows than are sorted by counting; every vector has negatives of two kinds.
    [TestCase(700, 2)]
    [TestCase(300, 300)]
    [TestCase(190, 3)]
    public void BatchAllOfMoreRowsEqualsTheReference(int batch, int similarities)
    {
        const int dimensions = 3;
        var e = new float[batch * dimensions];
        for (int i = 0; i < e.Length; i++) e[i] = 2 * CounterRandom.Uniform(CounterRandom.Key(3, 0), i) - 1;
        var j = new float[batch * batch];
        for (int i = 0; i < j.Length; i++) j[i] = CounterRandom.Bits(CounterRandom.Key(4, 0), i) % (uint)similarities / (similarities - 1f);
        var problem = new BatchAllTripletProblem(batch, dimensions, 0.5f, 0);
        float[] gradient = new float[e.Length], statistics = new float[3];
        double[] expectedGradient = new double[e.Length], expectedStatistics = new double[3];
        long[] counts = new long[2], expectedCounts = new long[2];
        using var team = new ThreadTeam(2);
        BatchAllTripletLoss.Run(problem, e, j, gradient, statistics, counts, team);
        JaccardKernels.Reference.BatchAllTripletLoss.Run(
            problem, Array.ConvertAll(e, x => (double)x), Array.ConvertAll(j, x => (double)x), expectedGradient, expectedStatistics, expectedCounts);
        Assert.That(counts, Is.EqualTo(expectedCounts));
        Assert.That(counts[1], Is.GreaterThan(batch).And.LessThan(counts[0]), "both kinds of triplets occur");
        Assert.That(statistics, Is.EqualTo(expectedStatistics).Within(1e-5).Percent);
        Assert.That(gradient, Is.EqualTo(expectedGradient).Within(1e-6));
    }

    [Test]
    public void ARowThatIsNotThereIsNamed()
    {
        using var team = new ThreadTeam(1);
        Assert.That(
            () => TripletLoss.Run(new TripletProblem(2, 1, 1), [0f, 1f], [0, 1, 2], [0f], new float[2], new float[3], new long[2], team),
            Throws.ArgumentException.With.Message.Contains("triplets[0] names row 2; the rows are 0 to 1"));
    }
}
