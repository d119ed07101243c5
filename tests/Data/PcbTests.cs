using System.Text;
using JaccardKernels.Data;
using JaccardKernels.Learning;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Data;

public class PcbTests
{
    private TemporaryFolder _folder = null!;

    // Board "b0" has a template with a black square at (0,0)-(320,320); its image lacks the square's lower half. Twelve boards in all.
    [OneTimeSetUp]
    public void WriteBoards()
    {
        _folder = new TemporaryFolder();
        RgbImage template = Fixtures.Plain(640, 640, new Rgb(255, 255, 255)), test = Fixtures.Plain(640, 640, new Rgb(255, 255, 255));
        PixelOperations.Fill(template, 0, 0, 320, 320, new Rgb(0, 0, 0));
        PixelOperations.Fill(test, 0, 0, 320, 160, new Rgb(0, 0, 0));
        byte[] templateFile = Fixtures.Png(template), testFile = Fixtures.Png(test);
        string[] names = [.. Enumerable.Range(0, 12).Select(i => $"b{i}")];
        Fixtures.WriteZip(_folder["test_x.zip"], names.Select(name => (name + ".png", testFile)));
        Fixtures.WriteZip(_folder["template_x.zip"], names.Select(name => (name + ".png", templateFile)));
        var counts = new StringBuilder("image_id,split,open,short\n");
        var boxes = new StringBuilder("image_id,x1,y1,x2,y2,type\n");
        for (int i = 0; i < 12; i++)
        {
            counts.Append($"b{i},{(i < 4 ? "train" : "test")},2,1\n");
            // The second straddles the middle; its centre, x = 322, is to the right. The third is in the lower right corner.
            boxes.Append($"b{i},10,10,30,30,open\nb{i},300,100,344,120,open\nb{i},620,630,640,640,short\n");
        }
        Fixtures.Write(_folder["labels_counts.csv"], counts.ToString());
        Fixtures.Write(_folder["boxes.csv"], boxes.ToString());
    }

    [OneTimeTearDown]
    public void DeleteBoards() => _folder.Dispose();

    [Test]
    public void TilesHoldTheBoxesWithTheirCentreInThem()
    {
        using Dataset data = DataSpec.Parse($"deeppcb:{_folder.Path},size=32,query=.25").Open();
        Assert.That((data.Train.Count, data.Query.Count, data.Database.Count), Is.EqualTo((4 * 3, 2 * 3, 6 * 3)));
        Assert.That((data.Train.Channels, data.Tiles!.Count, data.HeldOutTiles!.Count), Is.EqualTo((1, 4 * 3, 8 * 3)));
        Assert.That(Enumerable.Range(0, 3).Select(data.Train.Id), Is.EqualTo(new[] { "b0@0,0", "b0@320,0", "b0@320,320" }));
        Assert.That(Enumerable.Range(0, 3).Select(i => Fixtures.Text(data.Train.Labels(i))), Is.EqualTo(new[] { "1 0", "1 0", "0 1" }));
        IEnumerable<string> Boards(IImageSet set) => Enumerable.Range(0, set.Count).Select(i => set.Id(i).Split('@')[0]).Distinct();
        Assert.That(Boards(data.Query).Intersect(Boards(data.Database)), Is.Empty, "split by board");
    }

    [Test]
    public void TemplateAndDifferenceAreChannels()
    {
        using Dataset data = DataSpec.Parse($"deeppcb:{_folder.Path},size=32,template=1").Open();
        RgbImage tile = ((IDisplayImages)data.Train).Display(0);
        Assert.That(tile[16, 4], Is.EqualTo(new Rgb(0, 0, 0)), "black in both");
        Assert.That(tile[16, 28], Is.EqualTo(new Rgb(255, 0, 255)), "white in the image, black in the template, hence different");
        Assert.That(((IDisplayImages)data.Train).Display(2)[16, 16], Is.EqualTo(new Rgb(255, 255, 0)), "white in both");
    }

    [Test]
    public void CropsHaveTheScaleOfTiles()
    {
        // 8 pixels at a tenth of the scale: a square of 80 about (320, 110), from x = 282: 38 columns of black above 160, white beyond.
        using Dataset data = DataSpec.Parse($"deeppcb:{_folder.Path},size=32,tile=8,channels=3").Open();
        RgbImage crop = ((IDisplayImages)data.Tiles!).Display(1);
        Assert.That((crop.Width, crop[0, 0], crop[7, 0]), Is.EqualTo((8, new Rgb(0, 0, 0), new Rgb(255, 255, 255))));
        Assert.That(Fixtures.Text(data.Tiles.Labels(1)), Is.EqualTo("1 0"));
    }

    [TestCase("b0,10,10,30,30,open\n", "b0 has 1 boxes but 3 counted defects")]
    [TestCase("b0,10,10,30,700,open\n", "boxes.csv:2: y2 is '700'; the range is 0 to 640")]
    [TestCase("b99,10,10,30,30,open\n", "boxes.csv:2: the board b99 is not in labels_counts.csv")]
    [TestCase("b0,10,10,30,30,hole\n", "boxes.csv:2: the kind 'hole' is none of open, short")]
    public void BoxesMustFitTheCounts(string boxes, string expected)
    {
        using var folder = new TemporaryFolder();
        foreach (string name in (string[])["labels_counts.csv", "test_x.zip", "template_x.zip"]) File.Copy(_folder[name], folder[name]);
        Fixtures.Write(folder["boxes.csv"], "image_id,x1,y1,x2,y2,type\n" + boxes);
        Assert.That(() => DataSpec.Parse($"deeppcb:{folder.Path}").Open(), Throws.TypeOf<InvalidDataException>().With.Message.Contains(expected));
    }
}
