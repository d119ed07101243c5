using JaccardKernels.Data;

namespace JaccardKernels.Tests.Data;

public class ResamplerTests
{
    [TestCase(1, 1)]
    [TestCase(7, 3)]
    [TestCase(100, 64)]
    [TestCase(333, 31)]
    public void OneColourStaysIt(int width, int height)
    {
        foreach (byte value in (byte[])[0, 1, 127, 254, 255])
        {
            RgbImage resized = Resampler.Resize(Fixtures.Plain(50, 40, new Rgb(value, value, value)), width, height);
            Assert.That(resized.Pixels.ContainsAnyExcept(value), Is.False);
        }
    }

    [Test]
    public void HalvingIsTheMeanOfFour()
    {
        RgbImage image = Fixtures.Pattern(16, 10), half = Resampler.Resize(image, 8, 5);
        for (int y = 0; y < 5; y++)
        {
            for (int x = 0; x < 8; x++)
            {
                double mean = (image[2 * x, 2 * y].R + image[2 * x + 1, 2 * y].R + image[2 * x, 2 * y + 1].R + image[2 * x + 1, 2 * y + 1].R) / 4.0;
                Assert.That((double)half[x, y].R, Is.EqualTo(mean).Within(0.5001));
            }
        }
    }

    [TestCase(9, 7, 23, 11)]
    [TestCase(9, 7, 4, 3)]
    [TestCase(40, 6, 7, 50)]
    [TestCase(64, 64, 63, 65)]
    [TestCase(5, 5, 5, 5)]
    public void AgreesWithTheDefinition(int width, int height, int newWidth, int newHeight)
    {
        RgbImage image = Fixtures.Pattern(width, height), resized = Resampler.Resize(image, newWidth, newHeight);
        for (int y = 0; y < newHeight; y++)
        {
            for (int x = 0; x < newWidth; x++)
            {
                double expected = 0;
                for (int j = 0; j < height; j++)
                {
                    for (int i = 0; i < width; i++)
                        expected += Weight(i, x, width, newWidth) * Weight(j, y, height, newHeight) * image[i, j].G;
                }
                Assert.That((double)resized[x, y].G, Is.EqualTo(expected).Within(0.6), $"pixel {x},{y}");
            }
        }
    }

    // The share of input i in output o: overlap of intervals where it reduces, a triangle about the centre where it enlarges.
    private static double Weight(int i, int o, int inputs, int outputs)
    {
        double scale = (double)inputs / outputs;
        if (scale > 1) return Math.Max(0, Math.Min(i + 1, (o + 1) * scale) - Math.Max(i, o * scale)) / scale;
        double centre = Math.Clamp((o + 0.5) * scale - 0.5, 0, inputs - 1);
        return Math.Max(0, 1 - Math.Abs(i - centre));
    }

    [Test]
    public void PartOfAPictureIsReadByItsStride()
    {
        RgbImage image = Fixtures.Pattern(20, 12), part = PixelOperations.Crop(image, 5, 2, 8, 6);
        byte[] fromPart = new byte[4 * 3 * 3], fromWhole = new byte[4 * 3 * 3];
        var resampler = new Resampler(8, 6, 4, 3);
        resampler.Resize(part.Pixels, 8 * 3, 3, fromPart);
        resampler.Resize(image.Pixels[((2 * 20 + 5) * 3)..], 20 * 3, 3, fromWhole);
        Assert.That(fromWhole, Is.EqualTo(fromPart));
    }

    [Test]
    public void SourcesThatAreTooShortAreRefused() =>
        Assert.That(() => new Resampler(8, 6, 4, 3).Resize(new byte[100], 24, 3, new byte[36]), Throws.ArgumentException);
}
