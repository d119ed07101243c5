using JaccardKernels.Host;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Host;

/// <summary>Similarities at the ends of their ranges, where float arithmetic would round.</summary>
[TestFixture]
public class SimilarityTests
{
    [Test]
    public void RatiosOfLargeCountsAreCorrectlyRounded()
    {
        // Row sums just below 2^24: the sum of maxima needs 25 bits.
        const int rows = 37, classes = 5;
        var counts = new int[rows * classes];
        for (int i = 0; i < counts.Length; i++) counts[i] = (int)(CounterRandom.Bits(CounterRandom.Key(3, 0), i) % 3_355_443u);
        var similarity = new float[rows * rows];
        using var team = new ThreadTeam(2);
        CountSimilarity.Run(new SimilarityProblem(SimilarityKind.MultisetJaccard, rows, rows, classes), counts, counts, similarity, team);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < rows; j++)
            {
                long minima = 0, maxima = 0;
                for (int c = 0; c < classes; c++)
                {
                    minima += Math.Min(counts[i * classes + c], counts[j * classes + c]);
                    maxima += Math.Max(counts[i * classes + c], counts[j * classes + c]);
                }
                Assert.That(similarity[i * rows + j], Is.EqualTo((float)((double)minima / maxima)), $"{i}, {j}");
            }
        }
    }

    [Test]
    public void RowsOfSmallCountsAreComparedExactlyWithAnyOthers()
    {
        // Rows that add up to 255 at most, the last of them to just that, against columns of several tiles with larger counts.
        const int rows = 5, columns = 1100, classes = 43;
        int[] a = new int[rows * classes], b = new int[columns * classes];
        for (int i = 0; i < a.Length; i++) a[i] = (int)(CounterRandom.Bits(CounterRandom.Key(4, 0), i) % 16 / 11);
        for (int i = 0; i < b.Length; i++) b[i] = (int)(CounterRandom.Bits(CounterRandom.Key(5, 0), i) % 9 == 0 ? CounterRandom.Bits(CounterRandom.Key(6, 0), i) % 700 : 0);
        a[^1] += 255 - a.AsSpan((rows - 1) * classes).ToArray().Sum();
        var similarity = new float[rows * columns];
        using var team = new ThreadTeam(2);
        CountSimilarity.Run(new SimilarityProblem(SimilarityKind.MultisetJaccard, rows, columns, classes), a, b, similarity, team);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                int[] x = a[(i * classes)..((i + 1) * classes)], y = b[(j * classes)..((j + 1) * classes)];
                double minima = x.Zip(y, Math.Min).Sum(), maxima = x.Zip(y, Math.Max).Sum();
                Assert.That(similarity[i * columns + j], Is.EqualTo((float)(minima / maxima)), $"{i}, {j}");
            }
        }
    }

    [Test]
    public void CosineOfLargeCountsIsWithinOneUlp()
    {
        int[] a = [16_777_215, 1, 0, 16_777_214], b = [1, 16_777_215, 16_777_215, 0];
        var similarity = new float[4];
        using var team = new ThreadTeam(1);
        CountSimilarity.Run(new SimilarityProblem(SimilarityKind.Cosine, 2, 2, 2), a, b, similarity, team);
        for (int i = 0; i < 4; i++)
        {
            (decimal x0, decimal x1) = (a[i / 2 * 2], a[i / 2 * 2 + 1]);
            (decimal y0, decimal y1) = (b[i % 2 * 2], b[i % 2 * 2 + 1]);
            double expected = (double)(x0 * y0 + x1 * y1) / Math.Sqrt((double)((x0 * x0 + x1 * x1) * (y0 * y0 + y1 * y1)));
            Assert.That(similarity[i], Is.EqualTo((float)expected).Within(1).Ulps, $"{i}");
        }
    }

    [Test]
    public void CountsAreNotBitSets()
    {
        using var team = new ThreadTeam(1);
        var sets = new SimilarityProblem(SimilarityKind.SetJaccard, 1, 1, 3);
        Assert.That(() => CountSimilarity.Run(sets, [1, 2, 3], [1, 2, 3], new float[1], team), Throws.ArgumentException);
    }
}
