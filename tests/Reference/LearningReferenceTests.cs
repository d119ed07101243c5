using JaccardKernels.Cases;
using JaccardKernels.Problems;
using JaccardKernels.Reference;

namespace JaccardKernels.Tests.Reference;

public class LearningReferenceTests
{
    [Test]
    public void CrossEntropyOfKnownProbabilities()
    {
        // Logits ln 1, ln 2, ln 5 have probabilities 1/8, 2/8, 5/8; a constant more changes nothing.
        double[] logits = [Math.Log(1) + 900, Math.Log(2) + 900, Math.Log(5) + 900], loss = new double[1], gradient = new double[3];
        SoftmaxCrossEntropy.Run(new SoftmaxCrossEntropyProblem(1, 3), logits, [1], loss, gradient);
        Assert.That(loss[0], Is.EqualTo(Math.Log(4)).Within(1e-12));
        Assert.That(gradient, Is.EqualTo([1 / 8.0, 2 / 8.0 - 1, 5 / 8.0]).Within(1e-12));
    }

    [TestCase(SimilarityKind.MultisetJaccard, 0, 2.0 / 6)]
    [TestCase(SimilarityKind.MultisetJaccard, 1, 0)]
    [TestCase(SimilarityKind.MultisetJaccard, 2, 0)]
    [TestCase(SimilarityKind.Cosine, 0, 0.4045199174779452)] // 3 / sqrt(5 11)
    [TestCase(SimilarityKind.Cosine, 2, 0)]
    public void SimilarityOfCounts(SimilarityKind kind, int row, double expected)
    {
        // Two of the first class and one of the second, against three sets: (1, 1, 3), (0, 0, 4), and none.
        var similarity = new double[3];
        CountSimilarity.Run(new SimilarityProblem(kind, 1, 3, 3), [2, 1, 0], [1, 1, 3, 0, 0, 4, 0, 0, 0], similarity);
        Assert.That(similarity[row], Is.EqualTo(expected).Within(1e-15));
    }

    [TestCase(SimilarityKind.SetJaccard, 0, 2.0 / 4)]
    [TestCase(SimilarityKind.SetJaccard, 1, 0)]
    [TestCase(SimilarityKind.SharedLabel, 0, 1)]
    [TestCase(SimilarityKind.SharedLabel, 1, 0)]
    [TestCase(SimilarityKind.SharedCount, 0, 2)]
    [TestCase(SimilarityKind.SharedCount, 1, 0)]
    public void SimilarityOfSets(SimilarityKind kind, int row, double expected)
    {
        // {0, 1, 65} against {1, 2, 65} and {3}.
        var similarity = new double[2];
        SetSimilarity.Run(new SimilarityProblem(kind, 1, 2, 66), [0b11, 0b10], [0b110, 0b10, 0b1000, 0], similarity);
        Assert.That(similarity[row], Is.EqualTo(expected));
    }

    [Test]
    public void TwoEmptySetsHaveTheAgreedSimilarity([Values(0f, 0.5f, 1f)] float agreed, [Values] SimilarityKind kind)
    {
        var problem = new SimilarityProblem(kind, 1, 1, 5, agreed);
        var similarity = new double[1];
        if (problem.UsesBitSets) SetSimilarity.Run(problem, [0], [0], similarity);
        else CountSimilarity.Run(problem, new int[5], new int[5], similarity);
        Assert.That(similarity[0], Is.EqualTo(kind is SimilarityKind.SharedLabel or SimilarityKind.SharedCount ? 0 : agreed));
    }

    [Test]
    public void KindsRefuseTheOtherFormOfLabels()
    {
        SimilarityProblem sets = new(SimilarityKind.SetJaccard, 1, 1, 1), counts = new(SimilarityKind.Cosine, 1, 1, 1);
        Assert.That(() => CountSimilarity.Run(sets, [1], [1], new double[1]), Throws.ArgumentException);
        Assert.That(() => SetSimilarity.Run(counts, [1], [1], new double[1]), Throws.ArgumentException);
    }

    [TestCase(TripletReduction.MeanOfAll, 2.0)]
    [TestCase(TripletReduction.MeanOfActive, 1.0)]
    public void TripletLossOfKnownPoints(TripletReduction reduction, double divisor)
    {
        // On a line: a = 0, p = 2, n = 3. The hinge of (a,p,n) is 4 - 9 + 7 = 2, that of (a,n,p) with margin -6 is 9 - 4 - 6 = -1.
        double[] gradient = new double[3], statistics = new double[3];
        var counts = new long[2];
        TripletLoss.Run(new TripletProblem(3, 1, 2, reduction), [0, 2, 3], [0, 1, 2, 0, 2, 1], [7, -6], gradient, statistics, counts);
        Assert.That(counts, Is.EqualTo([2, 1]));
        Assert.That(statistics, Is.EqualTo([2 / divisor, 6.5, 6.5]));
        Assert.That(gradient, Is.EqualTo([2 * (3 - 2) / divisor, 2 * (2 - 0) / divisor, 2 * (0 - 3) / divisor]));
    }

    [TestCase("n9d4margin2")]
    [TestCase("n9d4margin1delta0.3red0")]
    public void BatchAllIsTheListOfAllTriplets(string text)
    {
        BatchAllTripletProblem p = BatchAllTripletProblem.Parse(text);
        ReferenceValues values = CaseCatalog.Find("BatchAllTripletLoss").Parse(text).Fill(8, FillMode.Smooth);
        ReadOnlySpan<double> embeddings = values["embeddings"], similarity = values["similarity"];
        List<int> triplets = [];
        List<double> margins = [];
        for (int i = 0; i < p.Candidates; i++)
        {
            (int a, int b, int c) = (i / p.Batch / p.Batch, i / p.Batch % p.Batch, i % p.Batch);
            double difference = similarity[a * p.Batch + b] - similarity[a * p.Batch + c];
            if (a == b || b == c || a == c || difference <= p.Delta) continue;
            triplets.AddRange([a, b, c]);
            margins.Add(p.Margin * difference);
        }
        double[] gradient = new double[p.LengthEmbeddings], fromList = new double[p.LengthEmbeddings];
        double[] statistics = new double[3], statisticsOfList = new double[3];
        long[] counts = new long[2], countsOfList = new long[2];
        BatchAllTripletLoss.Run(p, embeddings, similarity, gradient, statistics, counts);
        var list = new TripletProblem(p.Batch, p.Dimensions, margins.Count, p.Reduction);
        TripletLoss.Run(list, embeddings, [.. triplets], [.. margins], fromList, statisticsOfList, countsOfList);
        Assert.That(counts, Is.EqualTo(countsOfList));
        Assert.That(counts[0], Is.GreaterThan(counts[1]).And.GreaterThan(50));
        Assert.That(statistics, Is.EqualTo(statisticsOfList));
        Assert.That(gradient, Is.EqualTo(fromList));
    }

    [Test]
    public void WithoutTripletsLossAndGradientAreZero()
    {
        double[] gradient = [9, 9, 9], statistics = [9, 9, 9], same = [.. Enumerable.Repeat(0.5, 9)];
        long[] counts = [9, 9];
        BatchAllTripletLoss.Run(new BatchAllTripletProblem(3, 1, 15, 0), [1, 2, 3], same, gradient, statistics, counts);
        Assert.That(gradient.Concat(statistics), Is.All.Zero);
        Assert.That(counts, Is.All.Zero);
    }

    [Test]
    public void MomentumSgdOfTwoSteps()
    {
        var problem = new MomentumSgdProblem(1, rate: 0.5f, momentum: 0.75f, decay: 0.25f);
        double[] velocity = [0], weights = [4];
        MomentumSgd.Run(problem, [1], velocity, weights);
        Assert.That((velocity[0], weights[0]), Is.EqualTo((2.0, 3.0)));
        MomentumSgd.Run(problem, [1], velocity, weights);
        Assert.That((velocity[0], weights[0]), Is.EqualTo((1.5 + 1.75, 3 - 1.625)));
    }

    [TestCase(3.0)]
    [TestCase(-0.001)]
    public void FirstStepOfAdamIsTheRate(double gradient)
    {
        double[] first = [0], second = [0], weights = [1];
        Adam.Run(new AdamProblem(1, rate: 0.125f, step: 1), [gradient], first, second, weights);
        Assert.That(weights[0], Is.EqualTo(1 - 0.125 * Math.Sign(gradient)).Within(2e-6));
    }
}
