using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Gpu;

/// <summary>What the cases do not reach: counts beyond a byte, results that begin anywhere, ratios that a device may round either way.</summary>
[TestFixtureSource(typeof(GpuKinds), nameof(GpuKinds.All))]
public class SimilarityLadderTests(string kind)
{
    private GpuBackend _backend = null!;

    [OneTimeSetUp]
    public void Open() => _backend = GpuKinds.Open(kind);

    [OneTimeTearDown]
    public void Close() => _backend.Dispose();

    [Test]
    public void EveryVariantIsRightAboutCountsOfAnySize(
        [Values(1, 2, 3, 4, 5)] int variant, [Values(255, 256, 100_000)] int largest, [Values] bool same, [Values(0, 1)] int offset)
    {
        const int Rows = 20, Classes = 6;
        KernelLadder ladder = _backend.Ladders.Single(ladder => ladder.Operation == "CountSimilarity");
        ladder.Forced = new KernelChoice(variant);
        int[] a = Counts(Rows, Classes, largest, key: 1), b = same ? a : Counts(Rows, Classes, largest, key: 2);
        using DeviceBuffer deviceA = _backend.Allocate<int>(a.Length), deviceB = _backend.Allocate<int>(b.Length);
        using DeviceBuffer similarity = _backend.Allocate<float>(Rows * Rows + 1);
        _backend.Upload<int>(a, deviceA.As<int>());
        _backend.Upload<int>(b, deviceB.As<int>());
        DeviceSpan<int> other = same ? deviceA.As<int>() : deviceB.As<int>();
        var found = new float[Rows * Rows];
        foreach (SimilarityKind similarityKind in (SimilarityKind[])[SimilarityKind.MultisetJaccard, SimilarityKind.Cosine])
        {
            var problem = new SimilarityProblem(similarityKind, Rows, Rows, Classes);
            if (ladder.WhyNot(variant, problem) is not null)
            {
                Assert.That(similarityKind, Is.EqualTo(SimilarityKind.Cosine));
                Assert.That(variant, Is.GreaterThan(3), "a variant for multiset Jaccard alone");
                continue;
            }
            _backend.CountSimilarity(problem, deviceA.As<int>(), other, similarity.Slice<float>(offset * sizeof(float), found.Length));
            _backend.Download(similarity.Slice<float>(offset * sizeof(float), found.Length), found.AsSpan());
            for (int i = 0; i < found.Length; i++)
            {
                double expected = Define(similarityKind, a.AsSpan(i / Rows * Classes, Classes), b.AsSpan(i % Rows * Classes, Classes));
                Assert.That(found[i], Is.EqualTo((float)expected).Within(3).Ulps, $"{similarityKind} {i / Rows},{i % Rows}");
            }
        }
        ladder.Forced = null;
    }

    [Test]
    public void EverySearchRanksCountsOfAnySizeAlike(
        [Values(1, 2)] int variant, [Values(3, 255, 256, 2000)] int largest,
        [Values(SimilarityKind.MultisetJaccard, SimilarityKind.Cosine)] SimilarityKind similarityKind)
    {
        const int M = 9, N = 150, Classes = 5, K = 20;
        KernelLadder ladder = _backend.Ladders.Single(ladder => ladder.Operation == "CountSimilarityTopK");
        ladder.Forced = new KernelChoice(variant);
        int[] a = Counts(M, Classes, largest, key: 3), b = Counts(N, Classes, largest, key: 4);
        using DeviceBuffer deviceA = _backend.Allocate<int>(a.Length), deviceB = _backend.Allocate<int>(b.Length);
        using DeviceBuffer similarities = _backend.Allocate<float>(M * K), rows = _backend.Allocate<int>(M * K), counts = _backend.Allocate<int>(M);
        _backend.Upload<int>(a, deviceA.As<int>());
        _backend.Upload<int>(b, deviceB.As<int>());
        var problem = new SimilarityTopKProblem(similarityKind, M, N, Classes, K, least: 0.5f);
        _backend.CountSimilarityTopK(problem, deviceA.As<int>(), deviceB.As<int>(), similarities.As<float>(), rows.As<int>(), counts.As<int>());
        ladder.Forced = null;
        (var foundSimilarities, var foundRows, var foundCounts) = (new float[M * K], new int[M * K], new int[M]);
        _backend.Download(similarities.As<float>(), foundSimilarities.AsSpan());
        _backend.Download(rows.As<int>(), foundRows.AsSpan());
        _backend.Download(counts.As<int>(), foundCounts.AsSpan());
        for (int m = 0; m < M; m++)
        {
            int[] own = a[(m * Classes)..((m + 1) * Classes)];
            float[] all = [.. b.Chunk(Classes).Select(other => (float)Define(similarityKind, own, other))];
            int[] reach = [.. Enumerable.Range(0, N).Where(n => all[n] >= 0.5f).OrderByDescending(n => all[n]).ThenBy(n => n)];
            Assert.That(foundCounts[m], Is.EqualTo(reach.Length));
            Assert.That(foundRows.AsSpan(m * K, K).ToArray(), Is.EqualTo(reach.Concat(Enumerable.Repeat(-1, K)).Take(K)));
            Assert.That(
                foundSimilarities.AsSpan(m * K, K).ToArray(), Is.EqualTo(reach.Select(n => all[n]).Concat(Enumerable.Repeat(0f, K)).Take(K)));
        }
    }

    // Some counts are the largest, and every third row is half of the one before, so that cosines are equal.
    private static int[] Counts(int rows, int classes, int largest, int key)
    {
        var counts = new int[rows * classes];
        for (int i = 0; i < counts.Length; i++)
        {
            ulong draw = CounterRandom.Mix((ulong)(key * 1_000_003 + i));
            counts[i] = draw % 4 == 0 ? largest : draw % 4 == 1 ? 0 : (int)((draw >> 8) % (ulong)(largest + 1));
            if (i / classes % 3 == 1) counts[i] &= ~1;
            if (i / classes % 3 == 2) counts[i] = counts[i - classes] / 2;
        }
        return counts;
    }

    private static double Define(SimilarityKind kind, ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        double minima = 0, maxima = 0, product = 0, squaresA = 0, squaresB = 0;
        for (int c = 0; c < a.Length; c++)
        {
            minima += Math.Min(a[c], b[c]);
            maxima += Math.Max(a[c], b[c]);
            product += (double)a[c] * b[c];
            squaresA += (double)a[c] * a[c];
            squaresB += (double)b[c] * b[c];
        }
        if (maxima == 0) return 1;
        if (kind == SimilarityKind.MultisetJaccard) return minima / maxima;
        return product == 0 ? 0 : product / Math.Sqrt(squaresA * squaresB);
    }
}
