using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Learning;

public sealed class LabelStatisticsTests
{
    private const int Rows = 61, Columns = 47, Classes = 4;

    private static readonly LabelMatrix s_rows = Draw(1, Rows), s_columns = Draw(2, Columns);

    [Test]
    public void TheSummaryIsCountedByHand()
    {
        var labels = new LabelMatrix([3, 0, 1, 0, 0, 0, 3, 0, 1, 0, 7, 0], 3);
        Assert.That(LabelSummary.Of(labels), Is.EqualTo(new LabelSummary(4, 3, 1, 15 / 4.0, 7, 5 / 4.0, 3)));
    }

    [Test]
    public void PairsAreTheirDefinition(
        [Values(SimilarityKind.MultisetJaccard, SimilarityKind.SetJaccard, SimilarityKind.Cosine)] SimilarityKind kind, [Values] bool among,
        [Values(0f, 0.4f, 1f)] float empty)
    {
        using var backend = new HostBackend(2);
        PairStatistics actual = PairStatistics.Of(backend, kind, s_rows, among ? null : s_columns, 0.45f, empty);
        LabelMatrix columns = among ? s_rows : s_columns;
        long pairs = 0, sharing = 0, positives = 0, identical = 0;
        double sum = 0, ofPositives = 0;
        int without = 0;
        for (int i = 0; i < Rows; i++)
        {
            bool any = false;
            for (int j = 0; j < columns.Count; j++)
            {
                if (among && i == j) continue;
                (double similarity, bool shares) = Define(kind, s_rows.Row(i), columns.Row(j), empty);
                pairs++;
                sum += similarity;
                if (shares) sharing++;
                if (similarity <= 0.45) continue;
                any = true;
                positives++;
                ofPositives += similarity;
                // Equal rows, or, of the cosine, rows in proportion.
                if (similarity > 1 - 1e-12) identical++;
            }
            if (!any) without++;
        }
        using (Assert.EnterMultipleScope())
        {
            Assert.That((actual.Pairs, actual.Sharing, actual.Positives), Is.EqualTo((pairs, sharing, positives)));
            Assert.That(actual.RowsWithoutPositive, Is.EqualTo(without));
            if (kind != SimilarityKind.Cosine) Assert.That(actual.Identical, Is.EqualTo(identical));
            Assert.That(actual.MeanSimilarity, Is.EqualTo(sum / pairs).Within(1e-7));
            Assert.That(actual.MeanOfPositives, Is.EqualTo(ofPositives / positives).Within(1e-7));
            Assert.That(actual.Plateau(30), Is.EqualTo(30 * ofPositives / positives).Within(3e-6));
            Assert.That(identical, Is.GreaterThan(0), "the sample must have equal rows");
        }
    }

    [Test]
    public void TheSupplyIsWhatTheMinerFindsForACollapsedNetwork([Values(1, 2, 5, 20)] int groups, [Values(0, 3)] int epoch)
    {
        using var backend = new HostBackend(2);
        TrainingOptions options = Collapsed with { Seed = 7 };
        using var miner = new TripletMiner(backend, s_rows, options);
        int expected = miner.Mine(new float[Rows], groups, epoch)!.Count;
        Assert.That(MiningSupply.Count(backend, s_rows, options.Similarity, 0.5f, groups, 7, epoch), Is.EqualTo(expected));
    }

    [Test]
    public void GroupsAreHalvedDownToOne() => Assert.That(MiningSupply.Halvings(50), Is.EqualTo(new[] { 50, 25, 12, 6, 3, 1 }));

    [Test]
    public void WhatCannotBeComparedIsRefused()
    {
        using var backend = new HostBackend(1);
        Assert.That(
            () => PairStatistics.Of(backend, SimilarityKind.MultisetJaccard, s_rows, new LabelMatrix([1, 2], 2), 0.5f),
            Throws.ArgumentException.With.Message.Contains("4 classes, the columns 2"));
        Assert.That(
            () => PairStatistics.Of(backend, SimilarityKind.MultisetJaccard, new LabelMatrix([1, 2], 2), null, 0.5f),
            Throws.ArgumentException.With.Message.Contains("1 x 1 images make no pair"));
        Assert.That(() => PairStatistics.Of(backend, SimilarityKind.SharedCount, s_rows, null, 0.5f), Throws.ArgumentException);
        Assert.That(() => LabelSummary.Of(new LabelMatrix([], 2)), Throws.ArgumentException.With.Message.Contains("0 images"));
    }

    // The lists of the paper's authors. The integers and the sums were counted by a C program of one loop over all pairs of the plain
    // text, which shares no code with this one. Without --with: all ordered pairs of two training images.
    [Test]
    public void AllPairsOfTheRealListsAreCountedExactly(
        [ValueSource(typeof(SharedData), nameof(SharedData.Folders))] string folder, [Values("coco", "nuswide", "nuswide_21")] string list,
        [Values] bool test)
    {
        (long pairs, long sharing, long positives, long identical, double sum) = (list, test) switch
        {
            ("coco", false) => (99_990_000, 34_476_648, 607_116, 120_890, 424_413.719214955),
            ("coco", true) => (50_000_000, 17_664_509, 299_556, 60_836, 209_702.607272440),
            ("nuswide", false) => (99_990_000, 27_531_704, 3_299_870, 2_474_130, 3_019_063.681323835),
            ("nuswide", true) => (50_000_000, 14_011_191, 1_697_513, 1_283_902, 1_556_773.820385206),
            ("nuswide_21", false) => (110_239_500, 42_526_680, 3_909_020, 1_198_700, 2_984_997.081220629),
            _ => (22_050_000L, 8_335_385L, 709_666L, 204_767L, 537_897.440300900),
        };
        LabelMatrix train = Read($"{folder}/label_lists/{list}_train.txt.gz");
        using var backend = new HostBackend();
        PairStatistics actual = test
            ? PairStatistics.Of(backend, SimilarityKind.MultisetJaccard, Read($"{folder}/label_lists/{list}_test.txt.gz"), train, 0.5f)
            : PairStatistics.Of(backend, SimilarityKind.MultisetJaccard, train, null, 0.5f);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((actual.Pairs, actual.Sharing, actual.Positives, actual.Identical), Is.EqualTo((pairs, sharing, positives, identical)));
            Assert.That(actual.MeanOfPositives, Is.EqualTo(sum / positives).Within(2e-8), "each J is rounded to float");
        }
    }

    // The figures that the design gives for these lists: chance for queries against training images, positives among training images.
    // They are of a sample there (no set of all pairs has all of them), so they come within its error.
    [Test]
    public void TheFiguresOfTheDesignComeOut(
        [ValueSource(typeof(SharedData), nameof(SharedData.Folders))] string folder, [Values("coco", "nuswide", "nuswide_21")] string list)
    {
        (double sharing, double positive, double meanOfPositives, double plateau) = list switch
        {
            "coco" => (0.353, 0.0059, 0.701, 21.0),
            "nuswide" => (0.281, 0.034, 0.916, 27.5),
            _ => (0.379, 0.032, 0.763, 22.9),
        };
        LabelMatrix train = Read($"{folder}/label_lists/{list}_train.txt.gz"), test = Read($"{folder}/label_lists/{list}_test.txt.gz");
        using var backend = new HostBackend();
        PairStatistics chance = PairStatistics.Of(backend, SimilarityKind.MultisetJaccard, test, train, 0.5f);
        PairStatistics mined = PairStatistics.Of(backend, SimilarityKind.MultisetJaccard, train, null, 0.5f);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(chance.ShareSharing, Is.EqualTo(sharing).Within(0.0011));
            Assert.That(chance.SharePositive, Is.EqualTo(positive).Within(positive < 0.01 ? 0.0001 : 0.0003));
            Assert.That(mined.MeanOfPositives, Is.EqualTo(meanOfPositives).Within(0.002));
            Assert.That(mined.Plateau(30), Is.EqualTo(plateau).Within(0.06));
        }
    }

    [TestCaseSource(typeof(SharedData), nameof(SharedData.Folders))]
    public void TheSupplyOfTheRealListsIsTheMiners(string folder)
    {
        foreach (string list in (string[])["coco", "nuswide", "nuswide_21"])
        {
            LabelMatrix train = Read($"{folder}/label_lists/{list}_train.txt.gz");
            using var backend = new HostBackend();
            using var miner = new TripletMiner(backend, train, Collapsed);
            int expected = miner.Mine(new float[train.Count], 50, 0)!.Count;
            Assert.That(MiningSupply.Count(backend, train, Collapsed.Similarity, 0.5f, 50, Collapsed.Seed, 0), Is.EqualTo(expected), list);
        }
    }

    private static TrainingOptions Collapsed => TinyRun.Options with
    {
        Mining = MiningMode.GroupHard, Tau = 0.5f, Margin = 30f, MinimumTripletsPerImage = 0,
    };

    private static LabelMatrix Read(string path)
    {
        LabeledImageList list = HashNetList.Read(path);
        return new LabelMatrix([.. Enumerable.Range(0, list.Count).SelectMany(i => list.Counts(i).ToArray())], list.ClassNames.Count);
    }

    // Small counts, a third of them above 0: some rows are empty, some equal.
    private static LabelMatrix Draw(int seed, int rows)
    {
        ulong key = CounterRandom.Key(seed, 0);
        return new LabelMatrix([.. Enumerable.Range(0, rows * Classes).Select(i => Math.Max(0, (int)(CounterRandom.Bits(key, i) % 6) - 3))], Classes);
    }

    private static (double Similarity, bool Shares) Define(SimilarityKind kind, ReadOnlySpan<int> a, ReadOnlySpan<int> b, double empty)
    {
        double least = 0, most = 0, shared = 0, either = 0, product = 0, squares1 = 0, squares2 = 0;
        for (int c = 0; c < a.Length; c++)
        {
            (double x, double y) = (a[c], b[c]);
            (least, most) = (least + Math.Min(x, y), most + Math.Max(x, y));
            (shared, either) = (shared + (x * y > 0 ? 1 : 0), either + (x + y > 0 ? 1 : 0));
            (product, squares1, squares2) = (product + x * y, squares1 + x * x, squares2 + y * y);
        }
        double similarity = either == 0 ? empty : kind switch
        {
            SimilarityKind.MultisetJaccard => least / most,
            SimilarityKind.SetJaccard => shared / either,
            _ => product == 0 ? 0 : product / Math.Sqrt(squares1 * squares2),
        };
        return (similarity, shared > 0);
    }
}
