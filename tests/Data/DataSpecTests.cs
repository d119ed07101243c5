using JaccardKernels.Data;
using JaccardKernels.Learning;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Data;

public class DataSpecTests
{
    private static readonly string[] s_bad = ["07.png", "11.png", "12.png", "13.png"];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [TestCase("scenes")]
    [TestCase("scenes:size=64,train=8000")]
    [TestCase("csv:/a b/labels.csv,images=C:\\x.zip,size=96")]
    [TestCase("list:train=a,query=b,database=c,images=d")]
    public void TextFormComesBack(string text) => Assert.That(DataSpec.Parse(text).ToString(), Is.EqualTo(text));

    [TestCase("nothing:size=3", "neither a folder")]
    [TestCase("scenes:size", "'size' is not of the form key=value")]
    [TestCase("scenes:size=", "'size=' has no value")]
    [TestCase("scenes:size=64,size=32", "'size' is given twice")]
    [TestCase("scenes:colour=3", "unknown key 'colour'; the keys are size, train, query, database, tiles, seed, norm")]
    [TestCase("scenes:size=63", "size is 63x63")]
    [TestCase("scenes:size=64x32", "size is 64x32")]
    [TestCase("scenes:size=big", "size is 'big'")]
    [TestCase("scenes:train=0", "train is '0'; it is an integer in 1 to")]
    [TestCase("scenes:query=1.5", "query is '1.5'")]
    [TestCase("scenes:norm=none", "norm is 'none'; it is one of unit, imagenet, alexnet, vgg")]
    [TestCase("scenes:flip=x", "flip is 'x'; it is one of none, h, hv")]
    [TestCase("deeppcb:x,template=1,channels=1", "template=1 needs channels=3")]
    [TestCase("deeppcb:x,channels=2", "channels is 2")]
    [TestCase("deeppcb", "the path is missing")]
    [TestCase("csv:x,bad=maybe", "bad is 'maybe'; it is one of fatal, skip")]
    [TestCase("csv:x,bad=1", "bad is '1'")]
    [TestCase("csv:x,train=1.5", "train is '1.5'")]
    [TestCase("csv:x,channels=1,norm=vgg", "norm=vgg is for 3 channels")]
    [TestCase("list:x", "images is missing")]
    [TestCase("list:train=x,images=y", "query is missing")]
    public void WrongTextIsAnArgumentException(string text, string expected)
    {
        ArgumentException e = Assert.Catch<ArgumentException>(() => DataSpec.Parse(text).Open())!;
        Assert.That(e.Message, Does.StartWith($"data '{text}': ").And.Contain(expected));
    }

    [TestCase("csv:none.csv", "none.csv")]
    [TestCase("deeppcb:none", "none")]
    [TestCase("cifar:none", "none")]
    [TestCase("voc:none", "none")]
    [TestCase("yolo:none", "none")]
    [TestCase("coco:none.json", "none.json")]
    public void MissingFilesAreNamed(string text, string expected) =>
        Assert.That(() => DataSpec.Parse(text).Open(), Throws.InstanceOf<IOException>().With.Message.Contains(expected));

    [Test]
    public void AListWithoutSplitsIsDividedByFractions()
    {
        WriteImages(50);
        string labels = WriteLabels(50, null);
        using Dataset data = DataSpec.Parse($"csv:{labels},images={_folder["images"]},size=8").Open();
        using Dataset same = DataSpec.Parse($"csv:{labels},images={_folder["images"]},size=8").Open();
        using Dataset other = DataSpec.Parse($"csv:{labels},images={_folder["images"]},size=8,seed=2,train=10,query=.2,database=20").Open();
        Assert.That((data.Train.Count, data.Query.Count, data.Database.Count), Is.EqualTo((30, 5, 15)));
        IEnumerable<string> all = Ids(data.Train).Concat(Ids(data.Query)).Concat(Ids(data.Database)).Order();
        Assert.That(all, Is.EqualTo(Enumerable.Range(0, 50).Select(i => $"{i:00}.png")));
        Assert.That(Ids(same.Query), Is.EqualTo(Ids(data.Query)));
        Assert.That((other.Train.Count, other.Query.Count, other.Database.Count), Is.EqualTo((10, 10, 20)));
        Assert.That(Ids(other.Train), Is.Not.SubsetOf(Ids(data.Train)));
        // Labels went with their images: image i has i of the first class.
        for (int i = 0; i < data.Query.Count; i++) Assert.That($"{data.Query.Labels(i)[0]:00}.png", Is.EqualTo(data.Query.Id(i)));
    }

    [Test]
    public void ImagesAreTheirFilesPixels()
    {
        WriteImages(10);
        string labels = WriteLabels(10, i => i < 4 ? "train" : i < 6 ? "query" : "database");
        using Dataset data = DataSpec.Parse($"csv:{labels},images={_folder["images"]},size=8,cache=0").Open();
        float[] pixels = new float[3 * 8 * 8];
        data.Database.Load(2, 0, pixels);
        RgbImage expected = Fixtures.Pattern(8, 8, 8);
        for (int i = 0; i < pixels.Length; i++)
            Assert.That(pixels[i], Is.EqualTo((expected.Pixels[i % 64 * 3 + i / 64] - 127.5f) / 127.5f).Within(1e-6f));
    }

    [TestCase("train2014,val2014", 30, 5, 15, "val is tested on where there is nothing else")]
    [TestCase("train,val,test", 34, 4, 12, "val is for training beside a test split")]
    public void SplitsOfTheListAreKept(string names, int train, int query, int database, string why)
    {
        string[] splits = names.Split(',');
        WriteImages(50);
        string labels = WriteLabels(50, i => i < 30 ? splits[0] : splits.Length == 3 && i < 34 ? splits[1] : splits[^1]);
        using Dataset data = DataSpec.Parse($"csv:{labels},images={_folder["images"]},size=8").Open();
        Assert.That((data.Train.Count, data.Query.Count, data.Database.Count), Is.EqualTo((train, query, database)), why);
        Assert.That(Ids(data.Query).Intersect(Ids(data.Database)), Is.Empty);
    }

    [TestCase("middle", "01.png is in the split 'middle'; the splits are train, test, val, query, database")]
    [TestCase("train", "the query split is empty")]
    public void SplitsThatCannotBeAreRefused(string second, string expected)
    {
        WriteImages(4);
        RefusesToOpen($"csv:{WriteLabels(4, i => i == 1 ? second : "train")},images={_folder["images"]}", expected);
    }

    [Test]
    public void OneClassIsRefused()
    {
        WriteImages(10);
        string labels = Fixtures.Write(_folder["one.csv"], "image,dog\n" + string.Concat(Enumerable.Range(0, 10).Select(i => $"{i:00},1\n")));
        RefusesToOpen($"csv:{labels},images={_folder["images"]}", "only one class, dog");
    }

    [Test]
    public void MissingAndDamagedImagesAreFatalOrSkippedByName()
    {
        WriteImages(50);
        string labels = WriteLabels(50, null);
        File.Delete(_folder["images/07.png"]);
        File.WriteAllBytes(_folder["images/11.png"], File.ReadAllBytes(_folder["images/11.png"])[..60]);
        File.WriteAllBytes(_folder["images/12.png"], []);
        Fixtures.Write(_folder["images/13.png"], "hello");
        string spec = $"csv:{labels},images={_folder["images"]},size=8";
        RefusesToOpen(spec, "1 of 50 listed images are not in");

        var skipped = new List<string>();
        using (Dataset data = DataSpec.Parse(spec + ",bad=skip").Open(skipped.Add))
        {
            Assert.That(data.Train.Count + data.Query.Count + data.Database.Count, Is.EqualTo(46));
            Assert.That(skipped, Has.Count.EqualTo(4));
            Assert.That(s_bad.Zip(skipped, (name, line) => line.Contains(name, StringComparison.Ordinal)), Is.All.True);
        }

        // Fatal: a damaged file is found when it is read, and named.
        Fixtures.Write(_folder["images/07.png"], Fixtures.Png(Fixtures.Pattern(8, 8)));
        using Dataset fatal = DataSpec.Parse(spec).Open();
        float[] pixels = new float[3 * 8 * 8];
        var failures = new List<string>();
        foreach (IImageSet set in (IImageSet[])[fatal.Train, fatal.Query, fatal.Database])
        {
            for (int i = 0; i < set.Count; i++)
            {
                try
                {
                    set.Load(i, 0, pixels);
                }
                catch (InvalidDataException e)
                {
                    failures.Add(e.Message);
                }
            }
        }
        Assert.That(failures, Has.Count.EqualTo(3).And.All.Contain(".png: "));
    }

    [Test]
    public void TwoEntriesForOneFileAreRefused()
    {
        WriteImages(4);
        string labels = Fixtures.Write(_folder["l.csv"], "image,a,b\n00.png,1,0\n00,0,1\n");
        RefusesToOpen($"csv:{labels},images={_folder["images"]}", "00.png and 00 are one file");
    }

    [Test]
    public void ListsOfTheSplitsAreRead()
    {
        WriteImages(9);
        foreach ((string split, int first) in new[] { ("train", 0), ("query", 3), ("database", 6) })
            Fixtures.Write(_folder[split + ".txt"], string.Concat(Enumerable.Range(first, 3).Select(i => $"some/folder/{i:00}.png {i} 1\n")));
        string names = Fixtures.Write(_folder["names.txt"], "dog\ncat\n");
        string lists = $"train={_folder["train.txt"]},query={_folder["query.txt"]},database={_folder["database.txt"]}";
        using Dataset data = DataSpec.Parse($"list:{lists},images={_folder["images"]},names={names},size=8").Open();
        Assert.That(data.ClassNames, Is.EqualTo(new[] { "dog", "cat" }));
        Assert.That(Ids(data.Query), Is.EqualTo(new[] { "03.png", "04.png", "05.png" }));
        Assert.That(Fixtures.Text(data.Database.Labels(2)), Is.EqualTo("8 1"));
    }

    [Test]
    public void BoxesGiveTilesForPretraining()
    {
        for (int i = 0; i < 6; i++)
        {
            RgbImage image = Fixtures.Plain(40, 40, new Rgb(0, 0, 0));
            PixelOperations.Fill(image, 4, 4, 10, 10, new Rgb(255, 0, 0));
            PixelOperations.Fill(image, 24, 20, 10, 10, new Rgb(0, 255, 0));
            Fixtures.Write(_folder[$"images/{(i < 3 ? "train" : "val")}/{i}.png"], Fixtures.Png(image));
            Fixtures.Write(_folder[$"labels/{(i < 3 ? "train" : "val")}/{i}.txt"], "0 .225 .225 .25 .25\n1 .725 .625 .25 .25\n");
        }
        Fixtures.Write(_folder["classes.txt"], "red\ngreen\n");
        using Dataset data = DataSpec.Parse($"yolo:{_folder.Path},size=20,tile=12,query=.34").Open();
        Assert.That((data.Query.Count, data.Database.Count, data.Tiles!.Count, data.HeldOutTiles!.Count), Is.EqualTo((1, 2, 6, 6)));
        // A square of 12 about a box of 10: one pixel of the ground on each side.
        RgbImage red = ((IDisplayImages)data.Tiles).Display(0), green = ((IDisplayImages)data.Tiles).Display(1);
        var ground = new Rgb(0, 0, 0);
        Assert.That((red[0, 0], red[11, 11]), Is.EqualTo((ground, ground)));
        Assert.That((red[1, 1], red[10, 10]), Is.EqualTo((new Rgb(255, 0, 0), new Rgb(255, 0, 0))));
        Assert.That((green[6, 6], Fixtures.Text(data.Tiles.Labels(1))), Is.EqualTo((new Rgb(0, 255, 0), "0 1")));
    }

    [Test]
    public void AFolderOfPicturesHasNoLabels()
    {
        WriteImages(3);
        var input = new ImageInput(3, 8, 6, Normalization.Vgg, ImageFit.Pad);
        using Dataset data = DataSpec.Parse(_folder["images"]).WithInput(input).Open();
        Assert.That((data.HasLabels, data.Train.Count, data.Query.Count, data.Database.Count), Is.EqualTo((false, 0, 0, 3)));
        Assert.That(data.Input, Is.EqualTo(input));
        Assert.That(Ids(data.Database), Is.EqualTo(new[] { "00.png", "01.png", "02.png" }));
        Assert.That(data.RequireLabels, Throws.TypeOf<InvalidDataException>().With.Message.Contains("no labels"));
        using Dataset explicitSize = DataSpec.Parse($"{_folder["images"]},size=5").WithInput(input).Open();
        Assert.That(explicitSize.Input.Width, Is.EqualTo(5), "what the text says is kept");
    }

    [Test]
    public void DefaultsThatAKindDoesNotKnowAreIgnored()
    {
        using Dataset data = DataSpec.Parse("scenes:train=1,query=1").WithDefault("images", "x").WithDefault("database", "2").Open();
        Assert.That(data.Database.Count, Is.EqualTo(2));
    }

    [Test]
    public void AnEmptyFolderIsRefused()
    {
        Directory.CreateDirectory(_folder["void"]);
        RefusesToOpen(_folder["void"], "no image in it");
    }

    private static string[] Ids(IImageSet set) => [.. Enumerable.Range(0, set.Count).Select(set.Id)];

    private static void RefusesToOpen(string spec, string expected)
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => DataSpec.Parse(spec).Open())!;
        Assert.That(e.Message, Does.Contain(expected));
        Assert.That(e.Message, Does.Not.Contain('\n'));
    }

    private void WriteImages(int count)
    {
        for (int i = 0; i < count; i++) Fixtures.Write(_folder[$"images/{i:00}.png"], Fixtures.Png(Fixtures.Pattern(8, 8, i)));
    }

    // Image i has i objects of the first class and one of the second.
    private string WriteLabels(int count, Func<int, string>? split)
    {
        IEnumerable<string> rows = Enumerable.Range(0, count).Select(i => split is null ? $"{i:00}.png,{i},1" : $"{i:00}.png,{split(i)},{i},1");
        return Fixtures.Write(_folder["labels.csv"], (split is null ? "image,a,b\n" : "image,split,a,b\n") + string.Join('\n', rows));
    }
}
