using JaccardKernels.Data;

namespace JaccardKernels.Tests.Data;

public class ImageInputTests
{
    [TestCase("c3h64w64-unit-stretch")]
    [TestCase("c1h160w96-unit-pad")]
    [TestCase("c3h224w224-vgg-crop")]
    public void TextFormComesBack(string text) => Assert.That(ImageInput.Parse(text).ToString(), Is.EqualTo(text));

    [TestCase("c3h64w64")]
    [TestCase("c2h64w64-unit-stretch")]
    [TestCase("c3h64w64-unknown-stretch")]
    [TestCase("c3h64w64-unit-7")]
    [TestCase("c3h0w64-unit-stretch")]
    [TestCase("c1h64w64-vgg-stretch")]
    public void OtherTextIsRefused(string text) => Assert.That(() => ImageInput.Parse(text), Throws.InstanceOf<ArgumentException>());

    [TestCase("unit", new[] { (200 - 127.5) / 127.5, (100 - 127.5) / 127.5, (50 - 127.5) / 127.5 })]
    [TestCase("imagenet", new[] { (200 / 255.0 - 0.485) / 0.229, (100 / 255.0 - 0.456) / 0.224, (50 / 255.0 - 0.406) / 0.225 })]
    [TestCase("alexnet", new[] { 50 - 104.0, 100 - 117.0, 200 - 123.0 })]
    [TestCase("vgg", new[] { 50 - 103.939, 100 - 116.779, 200 - 123.68 })]
    public void NormalisationsAreTheNetworks(string name, double[] expected)
    {
        float[] pixels = new float[12];
        new ImageInput(3, 2, 2, Normalization.Parse(name)).Convert(Fixtures.Plain(9, 5, new Rgb(200, 100, 50)), pixels);
        for (int i = 0; i < pixels.Length; i++) Assert.That(pixels[i], Is.EqualTo(expected[i / 4]).Within(1e-5), $"element {i}");
    }

    [Test]
    public void GreyIsLuma()
    {
        float[] pixels = new float[1];
        new ImageInput(1, 1, 1, Normalization.Unit).Convert(Fixtures.Plain(3, 3, new Rgb(200, 100, 50)), pixels);
        double luma = 0.299 * 200 + 0.587 * 100 + 0.114 * 50;
        Assert.That(pixels[0] * 127.5 + 127.5, Is.EqualTo(luma).Within(0.51));
    }

    [Test]
    public void CropTakesTheMiddleAndPadKeepsAll()
    {
        // Black left third, white middle third, black right third.
        RgbImage image = Fixtures.Plain(90, 30, new Rgb(0, 0, 0));
        PixelOperations.Fill(image, 30, 0, 30, 30, new Rgb(255, 255, 255));
        byte[] bytes = new byte[30 * 30 * 3];

        new ImageInput(3, 30, 30, Normalization.Unit, ImageFit.Crop).Resize(image, bytes);
        Assert.That(bytes, Is.All.EqualTo(255));

        var padded = new ImageInput(3, 30, 30, Normalization.Unit, ImageFit.Pad);
        padded.Resize(image, bytes);
        RgbImage shown = padded.ToImage(bytes);
        Assert.That(shown[15, 4], Is.EqualTo(new Rgb(128, 128, 128)));
        Assert.That(shown[15, 15], Is.EqualTo(new Rgb(255, 255, 255)));
        Assert.That(shown[2, 15], Is.EqualTo(new Rgb(0, 0, 0)));
    }

    [Test]
    public void AKeyDrawsOneOfTheVariantsAlwaysTheSame()
    {
        var input = new ImageInput(3, 4, 6, Normalization.Unit);
        byte[] bytes = Fixtures.Pattern(6, 4).Pixels.ToArray();
        var augmentation = new Augmentation(HorizontalFlip: true, VerticalFlip: true, Shift: 1);
        float[] plain = Load(0), again = new float[72];
        var seen = new HashSet<Augmentation.Variant>();
        for (ulong key = 1; key <= 400; key++)
        {
            Augmentation.Variant variant = augmentation.Draw(key);
            seen.Add(variant);
            float[] pixels = Load(key);
            input.Normalize(bytes, augmentation.Draw(key), again);
            Assert.That(pixels, Is.EqualTo(again));
            for (int i = 0; i < 72; i++)
            {
                (int c, int y, int x) = (i / 24, i / 6 % 4, i % 6);
                int sy = Math.Clamp((variant.FlipY ? 3 - y : y) + variant.ShiftY, 0, 3);
                int sx = Math.Clamp((variant.FlipX ? 5 - x : x) + variant.ShiftX, 0, 5);
                Assert.That(pixels[i], Is.EqualTo(plain[c * 24 + sy * 6 + sx]), $"key {key}, element {i}");
            }
        }
        Assert.That(seen, Has.Count.EqualTo(2 * 2 * 3 * 3), "all variants occur");

        float[] Load(ulong key)
        {
            float[] pixels = new float[72];
            input.Normalize(bytes, augmentation.Draw(key), pixels);
            return pixels;
        }
    }
}
