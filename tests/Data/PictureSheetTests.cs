using JaccardKernels.Data;

namespace JaccardKernels.Tests.Data;

public class PictureSheetTests
{
    private static readonly Rgb s_blue = new(20, 40, 220);

    [Test]
    public void PicturesStandInRowsWithTheirFrames()
    {
        SheetPicture Picture(SheetFrame frame, params string[] caption) => new(Fixtures.Plain(8, 8, s_blue), frame, caption);
        RgbImage sheet = PictureSheet.Draw(
            "Title", ["note"],
            [
                [Picture(SheetFrame.Query, "q"), Picture(SheetFrame.Relevant, "J 1.00"), Picture(SheetFrame.Irrelevant, "J .20")],
                [Picture(SheetFrame.Query, "q")],
            ],
            cell: 40);
        List<(int Left, int Top)> corners = [];
        for (int y = 1; y < sheet.Height; y++)
        {
            for (int x = 1; x < sheet.Width; x++)
            {
                if (sheet[x, y] == s_blue && sheet[x - 1, y] != s_blue && sheet[x, y - 1] != s_blue) corners.Add((x, y));
            }
        }
        Assert.That(corners, Has.Count.EqualTo(4));
        Assert.That(corners.Take(3).Select(c => c.Top).Distinct().Count(), Is.EqualTo(1), "one row");
        Assert.That(corners[3].Left, Is.EqualTo(corners[0].Left));
        Assert.That(corners[3].Top, Is.GreaterThan(corners[0].Top + 40));
        Rgb query = Frame(0), relevant = Frame(1), irrelevant = Frame(2);
        Assert.That(relevant.G, Is.GreaterThan(relevant.R + 50));
        Assert.That(irrelevant.R, Is.GreaterThan(irrelevant.G + 50));
        Assert.That(query.R + query.G + query.B, Is.LessThan(150));

        Rgb Frame(int picture) => sheet[corners[picture].Left - 1, corners[picture].Top + 20];
    }

    [Test]
    public void WidePicturesKeepTheirShape()
    {
        RgbImage sheet = PictureSheet.Draw("t", [], [[new SheetPicture(Fixtures.Plain(60, 20, s_blue), SheetFrame.Unknown)]], cell: 90);
        int blue = 0;
        for (int y = 0; y < sheet.Height; y++)
        {
            for (int x = 0; x < sheet.Width; x++) blue += sheet[x, y] == s_blue ? 1 : 0;
        }
        Assert.That(blue, Is.EqualTo(90 * 30));
    }

    [Test]
    public void EveryCharacterHasItsOwnShape()
    {
        var shapes = new Dictionary<string, char>();
        for (char character = ' '; character <= '~'; character++)
        {
            string shape = Convert.ToBase64String(Written(character.ToString()));
            Assert.That(shapes.TryAdd(shape, character), $"'{character}' looks like '{shapes[shape]}'");
        }
        Assert.That(Written("\u00e9"), Is.EqualTo(Written("?")), "what is not in the font");
    }

    [Test]
    public void TextHasTheSizeItIsMeasuredAt()
    {
        RgbImage image = Fixtures.Plain(200, 40, new Rgb(255, 255, 255));
        BitmapFont.Draw(image, 10, 5, "MM", new Rgb(0, 0, 0), scale: 3);
        List<int> columns = [.. Enumerable.Range(0, 200).Where(x => Enumerable.Range(0, 40).Any(y => image[x, y].R == 0))];
        Assert.That((columns[0], columns[^1] + 1 - columns[0]), Is.EqualTo((10, BitmapFont.Measure("MM", 3))));
    }

    [Test]
    public void ASheetWithoutPicturesIsRefused() => Assert.That(() => PictureSheet.Draw("t", [], []), Throws.ArgumentException);

    [Test]
    public void DataUrisDecodeToThePicture()
    {
        RgbImage image = Fixtures.Pattern(5, 4);
        string uri = DataUri.Png(image);
        Assert.That(uri, Does.StartWith("data:image/png;base64,"));
        byte[] file = Convert.FromBase64String(uri["data:image/png;base64,".Length..]);
        Assert.That(ImageCodec.Default.Decode(file, "uri").Pixels.SequenceEqual(image.Pixels));
        Assert.That(DataUri.Jpeg(image), Does.StartWith("data:image/jpeg;base64,/9j/"));
    }

    private static byte[] Written(string text)
    {
        var image = new RgbImage(8, 12);
        BitmapFont.Draw(image, 1, 1, text, new Rgb(255, 255, 255), 1);
        return image.Pixels.ToArray();
    }
}
