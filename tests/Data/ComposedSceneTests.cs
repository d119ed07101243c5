using JaccardKernels.Data;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Data;

public class ComposedSceneTests
{
    private const int Side = 16;

    // Each class has a hue of its own, saturated as the grey ground never is; train tiles are bright, test tiles dim.
    private static readonly string[] s_classes = ["blue", "cyan", "green", "red"];

    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public void WriteTiles()
    {
        _folder = new TemporaryFolder();
        Fixtures.WriteZip(_folder["train_few.zip"], Tiles(250));
        Fixtures.WriteZip(_folder["test_few.zip"], Tiles(150));
    }

    [OneTimeTearDown]
    public void DeleteTiles() => _folder.Dispose();

    [Test]
    public void CountsAreWhatIsSeenAndSplitsUseTheirOwnTiles()
    {
        using Dataset data = DataSpec.Parse($"cifar:{_folder.Path},train=150,query=40,database=40").Open();
        Assert.That(data.ClassNames, Is.EqualTo(s_classes));
        Assert.That((data.Train.Width, data.Tiles!.Count, data.HeldOutTiles!.Width), Is.EqualTo((3 * Side, 12, Side)));
        var seenCounts = new HashSet<int>();
        foreach (ByteImageSet set in (ByteImageSet[])[(ByteImageSet)data.Train, (ByteImageSet)data.Query, (ByteImageSet)data.Database])
        {
            int level = set == data.Train ? 250 : 150;
            for (int i = 0; i < set.Count; i++)
            {
                RgbImage scene = set.Display(i);
                int[] seen = new int[4];
                // Jitter is at most 2 pixels, so the middle of a cell shows its tile, if there is one.
                for (int cell = 0; cell < 9; cell++)
                {
                    Rgb color = scene[cell % 3 * Side + Side / 2, cell / 3 * Side + Side / 2];
                    int index = ClassOf(color, level);
                    if (index >= 0) seen[index]++;
                }
                Assert.That(set.Labels(i).ToArray(), Is.EqualTo(seen), set.Id(i));
                Assert.That(seen.Count(count => count > 0), Is.InRange(1, 3));
                seenCounts.Add(seen.Sum());
            }
        }
        Assert.That(seenCounts.Order(), Is.EqualTo(Enumerable.Range(1, 6)));
    }

    [Test]
    public void TilesThemselvesAreOneHot()
    {
        using Dataset data = DataSpec.Parse($"cifar:{_folder.Path},train=1,query=1,database=1").Open();
        for (int i = 0; i < data.Tiles!.Count; i++)
        {
            int index = Array.IndexOf(s_classes, data.Tiles.Id(i).Split('/')[0]);
            Assert.That(data.Tiles.Labels(i).ToArray(), Is.EqualTo(Enumerable.Range(0, 4).Select(c => c == index ? 1 : 0)));
        }
    }

    [Test]
    public void TilesOfTwoSizesAreRefused()
    {
        using var folder = new TemporaryFolder();
        Fixtures.WriteZip(folder["train.zip"], ("a/1.png", Fixtures.Png(Fixtures.Pattern(8, 8))), ("b/1.png", Fixtures.Png(Fixtures.Pattern(9, 8))));
        Fixtures.WriteZip(folder["test.zip"], ("a/1.png", Fixtures.Png(Fixtures.Pattern(8, 8))));
        Assert.That(
            () => DataSpec.Parse($"cifar:{folder.Path}").Open(),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("b/1.png has 9 x 8 pixels; the tiles are 8 x 8"));
    }

    private static IEnumerable<(string, byte[])> Tiles(byte level) =>
        from c in Enumerable.Range(0, 4)
        from i in Enumerable.Range(0, 3)
        select ($"{s_classes[c]}/{i}.png", Fixtures.Png(Fixtures.Plain(Side, Side, ColorOf(c, level))));

    private static Rgb ColorOf(int index, byte level) => s_classes[index] switch
    {
        "blue" => new Rgb(0, 0, level),
        "cyan" => new Rgb(0, level, level),
        "green" => new Rgb(0, level, 0),
        _ => new Rgb(level, 0, 0),
    };

    private static int ClassOf(Rgb color, int level)
    {
        for (int c = 0; c < 4; c++)
        {
            if (color == ColorOf(c, (byte)level)) return c;
        }
        return -1;
    }
}
