using JaccardKernels.Retrieval;

namespace JaccardKernels.Tests.Retrieval;

public class AveragePrecisionTests
{
    [Test]
    public void EqualsTheMeanOverAllOrdersOfTies()
    {
        var random = new Random(1);
        int split = 0;
        for (int trial = 0; trial < 300; trial++)
        {
            int items = random.Next(1, 8), top = random.Next(1, items + 1);
            double[] distances = [.. Enumerable.Range(0, items).Select(_ => (double)random.Next(3))];
            bool[] relevant = [.. Enumerable.Range(0, items).Select(_ => random.Next(3) == 0)];
            double[] ones = [.. relevant.Select(r => r ? 1.0 : 0.0)];
            double[] grades = [.. Enumerable.Range(0, items).Select(_ => random.NextDouble())];
            foreach (bool listed in (bool[])[true, false])
            {
                List<int[]> orders = BruteForce.Orders(distances, listed);
                foreach (double[] grade in (double[][])[ones, grades])
                {
                    TieLevel[] levels = Levels(distances, listed, relevant, grade);
                    foreach (ApNormaliser normaliser in Enum.GetValues<ApNormaliser>())
                    {
                        QueryScore expected = BruteForce.Mean(orders, order => BruteForce.AveragePrecision(order, top, relevant, grade, normaliser));
                        QueryScore actual = AveragePrecision.Compute(levels, top, relevant.Count(r => r), normaliser);
                        Assert.That(
                            actual.Value,
                            Is.EqualTo(expected.Value).Within(1e-12),
                            $"trial {trial}, {normaliser}, top {top} of {items}");
                        Assert.That(actual.Weight, Is.EqualTo(expected.Weight).Within(1e-12));
                        if (expected.Weight is > 0 and < 1) split++;
                    }
                }
            }
        }
        Assert.That(split, Is.GreaterThan(20), "the trials should include cuts where the order decides whether AP is defined");
    }

    [TestCase(100, 2_000, 300, 700, 40)]
    [TestCase(0, 117_218, 3_000, 5_000, 0)]
    [TestCase(10, 500, 499, 250, 3)]
    [TestCase(10, 500, 1, 250, 0)]
    public void ACutThroughALargeLevelIsAveragedOverItsHypergeometricNumberOfRelevant(
        int before, int items, int relevant, int taken, int relevantBefore)
    {
        // The definition with every number x of relevant items before the cut, its probability from factorials in logarithms.
        double[] logFactorial = new double[items + 1];
        for (int i = 2; i <= items; i++) logFactorial[i] = logFactorial[i - 1] + Math.Log(i);
        double value = 0, defined = 0, all = 0, first = relevantBefore;
        for (int x = Math.Max(0, taken - (items - relevant)); x <= Math.Min(relevant, taken); x++)
        {
            double p = Math.Exp(Choose(relevant, x) + Choose(items - relevant, taken - x) - Choose(items, taken));
            all += p;
            if (relevantBefore + x == 0) continue;
            double sum = first;
            for (int t = 1; t <= taken && x > 0; t++)
                sum += (double)x / taken * (relevantBefore + 1 + (t - 1) * (x - 1.0) / (taken - 1)) / (before + t);
            value += p * sum / (relevantBefore + x);
            defined += p;
        }

        // The relevant items before the level come first, so that each has precision 1.
        TieLevel[] levels = [.. Enumerable.Range(0, before).Select(i => TieLevel.Of(1, i < relevantBefore ? 1 : 0)), TieLevel.Of(items, relevant)];
        QueryScore score = AveragePrecision.Compute(levels, before + taken, relevantBefore + relevant, ApNormaliser.Retrieved);
        // Rounding of the logarithms is common to all x, and goes with the sum of the probabilities.
        Assert.That(score.Value, Is.EqualTo(value / all).Within(1e-11));
        Assert.That(score.Weight, Is.EqualTo(defined / all).Within(1e-11));

        double Choose(int n, int k) => logFactorial[n] - logFactorial[k] - logFactorial[n - k];
    }

    [Test]
    public void APerfectRankingScoresOneAndAnEmptyOneIsUndefined()
    {
        TieLevel[] perfect = [TieLevel.Of(3, 3), TieLevel.Of(5, 0)];
        TieLevel[] hopeless = [TieLevel.Of(8, 0)];
        foreach (ApNormaliser normaliser in Enum.GetValues<ApNormaliser>())
        {
            Assert.That(AveragePrecision.Compute(perfect, 8, 3, normaliser), Is.EqualTo(new QueryScore(1, 1)));
            Assert.That(AveragePrecision.Compute(hopeless, 8, 0, normaliser), Is.EqualTo(new QueryScore(0, 0)));
        }
    }

    private static TieLevel[] Levels(double[] distances, bool listed, bool[] relevant, double[] grades)
    {
        int[] order = BruteForce.Orders(distances, listed: true)[0];
        return
        [
            .. order.GroupBy(i => listed ? Array.IndexOf(order, i) : distances[i])
                .Select(g => new TieLevel(g.Count(), g.Count(i => relevant[i]), g.Sum(i => grades[i]), g.Sum(i => relevant[i] ? grades[i] : 0))),
        ];
    }
}
