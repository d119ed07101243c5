using JaccardKernels.Problems;
using JaccardKernels.Reference;

namespace JaccardKernels.Tests.Reference;

/// <summary>Losses of a few points, worked out by hand.</summary>
public class LossReferenceTests
{
    [Test]
    public void AnOffsetIsTheSameMarginForEveryTriplet()
    {
        // On a line: 0, 1, 3, with similarities 1, 1/2, 0 in the order of distance from the first point, and 0 between the others.
        double[] similarity = [1, 0.5, 0, 0.5, 1, 0, 0, 0, 1], gradient = new double[3], statistics = new double[3];
        var counts = new long[2];
        BatchAllTripletLoss.Run(
            new BatchAllTripletProblem(3, 1, margin: 0, delta: 0.1f, TripletReduction.MeanOfAll, offset: 9), [0, 1, 3], similarity, gradient,
            statistics, counts);
        // (0,1,2): 1 - 9 + 9 = 1; (1,0,2): 1 - 4 + 9 = 6; the third point has no pair of different similarities.
        Assert.That(counts, Is.EqualTo(new long[] { 2, 2 }));
        Assert.That(statistics, Is.EqualTo([3.5, 1, 6.5]));
        // dL/dx of d_ap - d_an of both, over 2.
        Assert.That(gradient, Is.EqualTo(new double[] { 2 - 1, 1 + 3, -3 - 2 }));
    }

    [Test]
    public void LogRatiosThatFollowTheLabelsHaveNoLoss()
    {
        // Squared distances 1, 4, 9 and label distances 0.1, 0.4, 0.9 have one ratio, whatever the anchor: epsilons far below.
        double[] line = [0, 1, 3], similarity = [1, 0.9, 0.1, 0.9, 1, 0.6, 0.1, 0.6, 1];
        double[] gradient = new double[3], loss = new double[1];
        LogRatioLoss.Run(new LogRatioProblem(3, 1, 1e-30f, 1e-30f), line, similarity, gradient, loss);
        Assert.That(loss[0], Is.EqualTo(0).Within(1e-12));
        Assert.That(gradient, Is.All.EqualTo(0).Within(1e-6));
    }

    [Test]
    public void LogRatioLossOfThreePoints()
    {
        // Squared distances 1 and 9 from 0, 1 and 4 from 1, 9 and 4 from 3; all label distances are 1. Each anchor has one difference, in both
        // orders.
        double[] gradient = new double[3], loss = new double[1];
        LogRatioLoss.Run(new LogRatioProblem(3, 1, 1e-30f, 1e-30f), [0, 1, 3], new double[9], gradient, loss);
        (double of0, double of1, double of3) = (Math.Log(9), Math.Log(4), Math.Log(9.0 / 4));
        Assert.That(loss[0], Is.EqualTo(2 * (of0 * of0 + of1 * of1 + of3 * of3) / 6).Within(1e-12));
        // By the ratio of the farther point 4/6 of the difference, by the other one the opposite; dr/dx = 2 / (x - y).
        (double a, double b, double c) = (4 * of0 / 6, 4 * of1 / 6, 4 * of3 / 6);
        Assert.That(gradient[0], Is.EqualTo(a * (2 / -3.0 - 2 / -1.0) - b * (2 / -1.0) + c * (2 / -3.0)).Within(1e-12));
        Assert.That(gradient[1], Is.EqualTo(b * (2 / -2.0 - 2 / 1.0) - a * (2 / 1.0) - c * (2 / -2.0)).Within(1e-12));
        Assert.That(gradient.Sum(), Is.EqualTo(0).Within(1e-12));
    }

    [Test]
    public void PairwiseSimilarityLossOfHardAndSoftPairs()
    {
        // c = 1/2 between the rows. Hard and similar: log(1 + e^2) - 2; hard and apart: log(1 + e^2); soft, 1/4: 0.5 2 (3/4 - 1/4)^2.
        foreach ((double s, double expected) in new[] { (1, Math.Log(1 + Math.Exp(2)) - 2), (0, Math.Log(1 + Math.Exp(2))), (0.25, 0.25) })
        {
            double[] gradient = new double[4], loss = new double[1];
            PairwiseSimilarityLoss.Run(new PairwiseSimilarityProblem(2, 2, scale: 4, soft: 0.5f), [1, 0, 1, 1], [9, s, 9, 9], gradient, loss);
            Assert.That(loss[0], Is.EqualTo(expected).Within(1e-12));
        }
    }

    [Test]
    public void CosineCrossEntropyOfALabelledRowAndOneWithout()
    {
        // The first row lies on the first target, orthogonal to the second; it shows both classes, the second three times.
        double[] gradient = new double[4], loss = new double[1];
        CosineCrossEntropy.Run(
            new CosineCrossEntropyProblem(2, 2, 2, scale: 2, margin: 0.5f), [3, 3, 5, 6], [1, 1, 1, -1], [1, 3, 0, 0], gradient, loss);
        double first = 2 * (1 - 0.5), second = 2 * -0.5, sum = Math.Log(Math.Exp(first) + Math.Exp(second));
        Assert.That(loss[0], Is.EqualTo((0.25 * (sum - first) + 0.75 * (sum - second)) / 2).Within(1e-6));
        Assert.That(gradient[2..], Is.All.Zero, "a row without labels pulls nowhere");
        // Along the first target the cosine is at its peak; across it, towards the second, the share of the second class pulls.
        double probability = Math.Exp(second - sum), across = 2 * (probability - 0.75) / 2 / Math.Sqrt(18) / Math.Sqrt(2);
        Assert.That(gradient[0], Is.EqualTo(across).Within(1e-6));
        Assert.That(gradient[1], Is.EqualTo(-across).Within(1e-6));
    }
}
