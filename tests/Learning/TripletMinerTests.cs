using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Learning;

public sealed class TripletMinerTests
{
    private const int Count = 42, Classes = 3, Dimensions = 5;

    private readonly float[] _embeddings = new float[Count * Dimensions];
    private readonly int[] _counts = new int[Count * Classes];

    [OneTimeSetUp]
    public void Draw()
    {
        ulong key = CounterRandom.Key(3, 0);
        for (int i = 0; i < _embeddings.Length; i++) _embeddings[i] = 2 * CounterRandom.Uniform(key, i) - 1;
        // A third of the counts is above 0, so there are images without labels, equal ones, and all grades between.
        for (int i = 0; i < _counts.Length; i++) _counts[i] = Math.Max(0, (int)(CounterRandom.Bits(key, 10_000 + i) % 5) - 2);
        Assert.That(Enumerable.Range(0, Count).Count(IsEmpty), Is.GreaterThan(2), "the set must have images without labels");
    }

    [TestCase(MiningMode.GroupHard, 0.1f, SimilarityKind.MultisetJaccard)]
    [TestCase(MiningMode.GroupHard, 0.1f, SimilarityKind.SetJaccard)]
    [TestCase(MiningMode.Graded, 0.1f, SimilarityKind.MultisetJaccard)]
    [TestCase(MiningMode.Graded, 0f, SimilarityKind.MultisetJaccard)]
    [TestCase(MiningMode.Graded, 0.1f, SimilarityKind.Cosine)]
    [TestCase(MiningMode.SemiHard, 0.1f, SimilarityKind.MultisetJaccard)]
    [TestCase(MiningMode.Hard, 0.1f, SimilarityKind.SetJaccard)]
    [TestCase(MiningMode.DistanceWeighted, 0.1f, SimilarityKind.MultisetJaccard)]
    [TestCase(MiningMode.Graded, 0.1f, SimilarityKind.MultisetJaccard, LossKind.FixedTriplet)]
    [TestCase(MiningMode.Hard, 0.1f, SimilarityKind.MultisetJaccard, LossKind.FixedTriplet)]
    public void InOneGroupEveryPairThatHasAViolatingNegativeIsMinedOnce(
        MiningMode mode, float delta, SimilarityKind kind, LossKind loss = LossKind.AdaptiveTriplet)
    {
        TrainingOptions options = Options(mode) with { Delta = delta, Similarity = kind, Loss = loss };
        MinedTriplets mined = Mine(options, groups: 1);
        var expected = new HashSet<(int, int)>();
        for (int a = 0; a < Count; a++)
            for (int p = 0; p < Count; p++)
                if (Enumerable.Range(0, Count).Any(n => IsTriplet(options, a, p, n))) expected.Add((a, p));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(mined.Groups, Is.EqualTo(1));
            Assert.That(expected, Has.Count.GreaterThan(100));
            Assert.That(Triplets(mined).Select(t => (t.A, t.P)), Is.EquivalentTo(expected));
        }
        AssertSound(options, mined);
    }

    [TestCase(MiningMode.GroupHard)]
    [TestCase(MiningMode.Graded)]
    public void GroupsDoNotMixAndAreShuffledEachEpoch(MiningMode mode)
    {
        TrainingOptions options = Options(mode);
        MinedTriplets first = Mine(options, groups: 6), again = Mine(options, groups: 6), next = Mine(options, groups: 6, epoch: 1);
        AssertSound(options, first);
        // Images that occur in a triplet together are of one group, so connected ones are 42 / 6 at most.
        int[] root = [.. Enumerable.Range(0, Count)];
        foreach ((int a, int p, int n) in Triplets(first)) (root[Find(p)], root[Find(n)]) = (Find(a), Find(a));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Groups, Is.EqualTo(6));
            Assert.That(Enumerable.Range(0, Count).GroupBy(Find).Max(group => group.Count()), Is.LessThanOrEqualTo(Count / 6));
            Assert.That(again.Triplets, Is.EqualTo(first.Triplets));
            Assert.That(again.Margins, Is.EqualTo(first.Margins));
            Assert.That(next.Triplets, Is.Not.EqualTo(first.Triplets));
        }
        AssertSound(options, next);

        int Find(int i)
        {
            while (root[i] != i) i = root[i];
            return i;
        }
    }

    [Test]
    public void TooFewTripletsHalveTheGroups()
    {
        TrainingOptions options = Options(MiningMode.Graded);
        int[] found = [.. new[] { 8, 4, 2, 1 }.Select(groups => Mine(options, groups).Count)];
        Assert.That(found, Is.Ordered.And.Unique);
        for (int i = 0; i < found.Length; i++)
        {
            MinedTriplets mined = Mine(options with { MinimumTripletsPerImage = (float)found[i] / Count }, groups: 8);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(mined.Groups, Is.EqualTo(8 >> i));
                Assert.That(mined.Count, Is.EqualTo(found[i]));
            }
        }
        Assert.That(Mine(options with { MinimumTripletsPerImage = 1e6f }, groups: 8).Groups, Is.EqualTo(1), "one group is the end of it");
    }

    [Test]
    public void TheHardestNegativeIsTheNearest()
    {
        TrainingOptions options = Options(MiningMode.Hard);
        foreach ((int a, int p, int n) in Triplets(Mine(options, groups: 1)))
        {
            int[] violating = [.. Enumerable.Range(0, Count).Where(x => IsTriplet(options, a, p, x))];
            Assert.That(n, Is.EqualTo(violating.MinBy(x => Distance(a, x))), $"anchor {a}, positive {p} of {violating.Length}");
        }
    }

    [Test]
    public void NegativesAreDrawnByTheDensityOfTheirDistances()
    {
        TrainingOptions options = Options(MiningMode.DistanceWeighted) with { Margin = 6f };
        // The density of the distances of all pairs, restated: 32 bins up to the largest, a bin's weight its mean share over its own, at most 10.
        double[] distances = [.. Pairs().Select(pair => Math.Sqrt(Distance(pair.I, pair.J)))];
        double[] binOf = [.. distances.Select(Bin)];
        (int a, int p) = Triplets(Mine(options, groups: 1)).Select(t => (t.A, t.P)).MaxBy(pair => Spread(pair.A, pair.P));
        int[] violating = Violating(a, p);
        Assert.That(Spread(a, p), Is.GreaterThan(4), "the weights of the negatives must differ");
        var drawn = new int[Count];
        const int Epochs = 800;
        for (int epoch = 0; epoch < Epochs; epoch++) drawn[Triplets(Mine(options, groups: 1, epoch)).Single(t => (t.A, t.P) == (a, p)).N]++;
        Assert.That(violating.Sum(n => drawn[n]), Is.EqualTo(Epochs));
        double all = violating.Sum(n => Weight(a, n)), chiSquare = 0;
        foreach (int n in violating) chiSquare += Math.Pow(drawn[n] - Epochs * Weight(a, n) / all, 2) / (Epochs * Weight(a, n) / all);
        // Its expectation is the number of negatives less one, its deviation the root of twice that.
        double freedom = violating.Length - 1;
        Assert.That(chiSquare, Is.LessThan(freedom + 4 * Math.Sqrt(2 * freedom)));

        IEnumerable<(int I, int J)> Pairs() =>
            Enumerable.Range(0, Count * Count).Select(i => (i / Count, i % Count)).Where(pair => pair.Item1 != pair.Item2);
        double Bin(double distance) => Math.Min(Math.Floor(distance / distances.Max() * 32), 31);
        double Weight(int anchor, int n) => Math.Min(10, distances.Length / 32.0 / binOf.Count(bin => bin == Bin(Math.Sqrt(Distance(anchor, n)))));
        double Spread(int x, int y)
        {
            double[] weights = [.. Violating(x, y).Select(n => Weight(x, n))];
            return weights.Length < 4 ? 0 : weights.Max() / weights.Min();
        }
        int[] Violating(int x, int y) => [.. Enumerable.Range(0, Count).Where(n => IsTriplet(options, x, y, n))];
    }

    [Test]
    public void NegativesAreDrawnEvenly()
    {
        TrainingOptions options = Options(MiningMode.GroupHard);
        (int a, int p) = Triplets(Mine(options, groups: 1)).Select(t => (t.A, t.P)).First(pair => Violating(pair.A, pair.P).Length == 4);
        var drawn = new Dictionary<int, int>();
        const int Epochs = 400;
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            int n = Triplets(Mine(options, groups: 1, epoch)).Single(t => (t.A, t.P) == (a, p)).N;
            drawn[n] = drawn.GetValueOrDefault(n) + 1;
        }
        using (Assert.EnterMultipleScope())
        {
            Assert.That(drawn.Keys, Is.EquivalentTo(Violating(a, p)));
            // 100 each expected, deviation 8.7.
            Assert.That(drawn.Values, Is.All.InRange(65, 135));
        }

        int[] Violating(int x, int y) => [.. Enumerable.Range(0, Count).Where(n => IsTriplet(options, x, y, n))];
    }

    [Test]
    public void WithoutAnyTripletTheReasonIsGiven()
    {
        using var backend = new HostBackend(1);
        using var miner = new TripletMiner(backend, new LabelMatrix([1, 0, 0, 1, 0, 0, 0, 0], 2), Options(MiningMode.Graded));
        Assert.That(miner.Mine(new float[4 * 2], 1, 0), Is.Null);
    }

    private static TrainingOptions Options(MiningMode mode) =>
        TinyRun.Options with { Mining = mode, Margin = 2f, Tau = 0.4f, MinimumTripletsPerImage = 0 };

    // Two kinds of images far apart in a moment: the list runs dry long before the steps do.
    [Test]
    public void ARunThatFindsNoTripletAnyMoreHasConverged()
    {
        using var folder = new TemporaryFolder();
        var images = new SyntheticImages("two kinds", 8, 12, seed: 1, counts: [.. Enumerable.Range(0, 8).SelectMany(i => i < 4 ? new[] { 1, 0, 0, 0 } : [0, 0, 1, 0])]);
        TrainingOptions options = TinyRun.Unfrozen with { Mining = MiningMode.Graded, MiningGroups = 1, Margin = 1f, Batch = 4, Steps = 3000, Rate = 5e-3f };
        using var backend = new HostBackend(1);
        var trainer = new Trainer(backend, new TrainingData(images, Tiles: null), options, new RunFolder(folder["run"]));
        using (EmbeddingModel model = trainer.Run(resume: false, CancellationToken.None)!)
        {
            float[] e = model.Embed(images);
            // What the miner looks for: a negative less than the margin farther than a positive.
            for (int a = 0; a < 8; a++)
                for (int p = 0; p < 8; p++)
                    for (int n = 0; n < 8; n++)
                        if (a != p && a / 4 == p / 4 && a / 4 != n / 4) Assert.That(Distance(e, a, n) - Distance(e, a, p), Is.GreaterThanOrEqualTo(1f));
        }
        int steps = new RunFolder(folder["run"]).ReadMetrics().Count;
        Assert.That(steps, Is.LessThan(3000));
        Assert.That(trainer.EndedEarly, Is.EqualTo($"after step {steps} of 3000: no triplet violates its margin any more"));
        byte[] bytes = File.ReadAllBytes(new RunFolder(folder["run"]).Model);
        var again = new Trainer(backend, new TrainingData(images, Tiles: null), options, new RunFolder(folder["run"]));
        again.Run(resume: true, CancellationToken.None)!.Dispose();
        Assert.That(File.ReadAllBytes(new RunFolder(folder["run"]).Model).AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(new RunFolder(folder["run"]).ReadMetrics(), Has.Count.EqualTo(steps));

        static float Distance(float[] e, int i, int j)
        {
            int d = e.Length / 8;
            return System.Numerics.Tensors.TensorPrimitives.Distance(e.AsSpan(i * d, d), e.AsSpan(j * d, d)) is var x ? x * x : 0;
        }
    }

    private MinedTriplets Mine(TrainingOptions options, int groups, int epoch = 0)
    {
        using var backend = new HostBackend(2);
        using var miner = new TripletMiner(backend, new LabelMatrix(_counts, Classes), options);
        return miner.Mine(_embeddings, groups, epoch)!;
    }

    private void AssertSound(TrainingOptions options, MinedTriplets mined)
    {
        (int A, int P, int N)[] triplets = [.. Triplets(mined)];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(triplets, Is.Not.Empty);
            Assert.That(triplets, Is.Unique);
            for (int i = 0; i < triplets.Length; i++)
            {
                (int a, int p, int n) = triplets[i];
                Assert.That(IsTriplet(options, a, p, n), Is.True, $"{a} {p} {n}");
                Assert.That(IsEmpty(a) || IsEmpty(p), Is.False, "an image without labels is nobody's positive");
                Assert.That(mined.Margins[i],
                    Is.EqualTo(Margin(options, Similarity(options, a, p) - Similarity(options, a, n))).Within(1e-6));
            }
        }
    }

    // The definition, in double precision; the sets have no pair within rounding of a limit.
    private bool IsTriplet(TrainingOptions options, int a, int p, int n)
    {
        if (a == p || a == n || p == n) return false;
        double positive = Similarity(options, a, p), negative = Similarity(options, a, n);
        bool graded = options.Mining == MiningMode.GroupHard
            ? positive > options.Tau && negative == 0
            : positive > 0 && positive > negative && positive - negative >= options.Delta - 1e-7;
        bool farther = options.Mining != MiningMode.SemiHard || Distance(a, n) > Distance(a, p);
        return graded && farther && Distance(a, n) - Distance(a, p) < Margin(options, positive - negative);
    }

    private static double Margin(TrainingOptions options, double difference) =>
        options.Margin!.Value * (options.Loss == LossKind.FixedTriplet ? 1 : difference);

    private static IEnumerable<(int A, int P, int N)> Triplets(MinedTriplets mined) => mined.Triplets.Chunk(3).Select(t => (t[0], t[1], t[2]));

    private bool IsEmpty(int image) => Row(image).IndexOfAnyExcept(0) < 0;

    private ReadOnlySpan<int> Row(int image) => _counts.AsSpan(image * Classes, Classes);

    private double Similarity(TrainingOptions options, int i, int j)
    {
        double least = 0, most = 0, shared = 0, either = 0, product = 0, squares1 = 0, squares2 = 0;
        for (int c = 0; c < Classes; c++)
        {
            (double x, double y) = (Row(i)[c], Row(j)[c]);
            (least, most) = (least + Math.Min(x, y), most + Math.Max(x, y));
            (shared, either) = (shared + (x * y > 0 ? 1 : 0), either + (x + y > 0 ? 1 : 0));
            (product, squares1, squares2) = (product + x * y, squares1 + x * x, squares2 + y * y);
        }
        return either == 0 ? 0 : options.Similarity switch
        {
            SimilarityKind.MultisetJaccard => least / most,
            SimilarityKind.SetJaccard => shared / either,
            _ => product == 0 ? 0 : product / Math.Sqrt(squares1 * squares2),
        };
    }

    private double Distance(int i, int j) =>
        Enumerable.Range(0, Dimensions).Sum(d => Math.Pow((double)_embeddings[i * Dimensions + d] - _embeddings[j * Dimensions + d], 2));
}
