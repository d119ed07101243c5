using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Data;

/// <summary>Inputs that are cropped from a larger frame: the middle, the ten crops, and random ones.</summary>
public sealed class ImageCropTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    // The resized picture cut by hand; the frame is larger by an odd number of pixels along one axis.
    [TestCase(ImageFit.Stretch)]
    [TestCase(ImageFit.Crop)]
    [TestCase(ImageFit.Pad)]
    public void CropsAreCutFromTheResizedPicture(ImageFit fit)
    {
        const int Width = 10, Height = 8, FrameWidth = 15, FrameHeight = 12;
        WriteImages(3);
        string name = fit.ToString().ToLowerInvariant();
        using Dataset data = Open($"{_folder["images"]},size={Width}x{Height},resize={FrameWidth}x{FrameHeight},fit={name}");
        var crops = (ICropImages)data.Database;
        var whole = new ImageInput(3, FrameHeight, FrameWidth, Normalization.Unit, fit);
        float[] actual = new float[3 * Height * Width];
        for (int image = 0; image < 3; image++)
        {
            byte[] bytes = new byte[whole.Elements];
            whole.Resize(Picture(image), bytes);
            RgbImage frame = whole.ToImage(bytes);
            (int X, int Y)[] places = [(2, 2), (0, 0), (5, 0), (0, 4), (5, 4)];
            for (int k = 0; k < 10; k++)
            {
                RgbImage cut = PixelOperations.Crop(frame, places[k % 5].X, places[k % 5].Y, Width, Height);
                crops.LoadCrop(image, ImageCrop.Ten[k], actual);
                Assert.That(actual, Is.EqualTo(Numbers(cut, mirrored: k >= 5)), $"{fit}, image {image}, crop {k}");
            }
            data.Database.Load(image, 0, actual);
            RgbImage middle = PixelOperations.Crop(frame, 2, 2, Width, Height);
            Assert.That(actual, Is.EqualTo(Numbers(middle, mirrored: false)), "the plain image is the middle");
            Assert.That(((IDisplayImages)data.Database).Display(image).Pixels.SequenceEqual(middle.Pixels), Is.True, "and is what is shown");
        }
    }

    [Test]
    public void TenCropsAreTheMeanOfTenImages([Values(1, 7, 70)] int count, [Values(0, 512)] int cache)
    {
        WriteImages(count);
        using Dataset data = Open($"{_folder["images"]},size=8,resize=12,cache={cache}");
        using var backend = new HostBackend(2);
        using var model = new EmbeddingModel(backend, Description(data.Input), seed: 3);
        float[] means = model.EmbedTenCrops(data.Database, threads: 2);

        // The ten crops as files of their own.
        int d = model.Dimensions;
        var expected = new double[count * d];
        (int X, int Y)[] places = [(2, 2), (0, 0), (4, 0), (0, 4), (4, 4)];
        for (int k = 0; k < 10; k++)
        {
            string folder = _folder[$"crop{k}"];
            for (int i = 0; i < count; i++)
            {
                RgbImage cut = PixelOperations.Crop(Resampler.Resize(Picture(i), 12, 12), places[k % 5].X, places[k % 5].Y, 8, 8);
                Fixtures.Write(Path.Combine(folder, $"{i:000}.png"), Fixtures.Png(k < 5 ? cut : Mirror(cut)));
            }
            using Dataset cropped = Open($"{folder},size=8");
            float[] one = model.Embed(cropped.Database);
            for (int i = 0; i < one.Length; i++) expected[i] += one[i] / 10.0;
        }
        Assert.That(means, Has.Length.EqualTo(count * d));
        // Batches of other sizes may be computed in another order of sums.
        for (int i = 0; i < means.Length; i++) Assert.That(means[i], Is.EqualTo(expected[i]).Within(2e-6), $"{i}");
        Assert.That(means.Max() - means.Min(), Is.GreaterThan(0.01), "the network must tell images apart");
        float[] middle = model.Embed(data.Database);
        Assert.That(means.Zip(middle, (a, b) => Math.Abs(a - b)).Max(), Is.GreaterThan(1e-4f), "ten crops are not the middle alone");
    }

    [Test]
    public void WithoutAFrameThereIsNothingToCrop()
    {
        WriteImages(2);
        using Dataset data = Open($"{_folder["images"]},size=8");
        using var backend = new HostBackend(1);
        using var model = new EmbeddingModel(backend, Description(data.Input), seed: 3);
        Assert.That(
            () => model.EmbedTenCrops(data.Database),
            Throws.ArgumentException.With.Message.Contains("8x8, with nothing to crop from; resize=SIZE"));
        Assert.That(
            () => Open($"{_folder["images"]},size=8,resize=7x9"),
            Throws.ArgumentException.With.Message.Contains("resize is 7x9; images of 8x8 are cropped"));
    }

    // What the paper trains with: pictures at 256, crops of 227, mirrored half of the time. A shift of half the difference makes it any crop.
    [Test]
    public void ShiftsWithinTheFrameAreRandomCrops()
    {
        var input = new ImageInput(3, 6, 6, Normalization.Unit, ImageFit.Stretch, 10, 10);
        RgbImage frame = Fixtures.Pattern(10, 10);
        var augmentation = new Augmentation(HorizontalFlip: true, Shift: 2);
        float[] pixels = new float[3 * 6 * 6];
        var seen = new HashSet<(int, int, bool)>();
        for (ulong key = 1; key <= 600; key++)
        {
            input.Normalize(frame.Pixels, augmentation.Draw(key), pixels);
            seen.Add(Places().Single(p => pixels.SequenceEqual(Numbers(PixelOperations.Crop(frame, p.X, p.Y, 6, 6), p.Mirrored))));
        }
        Assert.That(seen, Has.Count.EqualTo(5 * 5 * 2), "every crop occurs, plain and mirrored");

        static IEnumerable<(int X, int Y, bool Mirrored)> Places() =>
            from x in Enumerable.Range(0, 5) from y in Enumerable.Range(0, 5) from m in (bool[])[false, true] select (x, y, m);
    }

    [TestCase("c3h227w227-alexnet-stretch-h256w256", 256)]
    [TestCase("c3h227w227-alexnet-stretch", 227)]
    public void TheTextFormKeepsTheFrame(string text, int frame)
    {
        ImageInput input = ImageInput.Parse(text);
        Assert.That((input.Height, input.FrameHeight, input.FrameWidth, input.HasFrame), Is.EqualTo((227, frame, frame, frame > 227)));
        Assert.That(input.ToString(), Is.EqualTo(text));
        Assert.That(
            () => ImageInput.Parse("c3h227w227-alexnet-stretch-h226w256"),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("is 226; the range is 227"));
    }

    [Test]
    public void ANetworksFrameIsTakenOverByDataSets()
    {
        WriteImages(1);
        ImageInput input = ImageInput.Parse("c3h8w8-unit-pad-h12w14");
        using Dataset data = DataSpec.Parse(_folder["images"]).WithInput(input).Open();
        Assert.That(data.Input, Is.EqualTo(input));
    }

    private static Dataset Open(string spec) => DataSpec.Parse(spec).Open();

    private static RgbImage Picture(int seed)
    {
        // Smooth enough that it does not average out: a pattern of few pixels, enlarged.
        RgbImage small = Fixtures.Pattern(4, 3, seed + 1);
        return Resampler.Resize(small, 40, 27);
    }

    private void WriteImages(int count)
    {
        for (int i = 0; i < count; i++) Fixtures.Write(_folder[$"images/{i:000}.png"], Fixtures.Png(Picture(i)));
    }

    private static RgbImage Mirror(RgbImage image)
    {
        var mirrored = new RgbImage(image.Width, image.Height);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++) mirrored[x, y] = image[image.Width - 1 - x, y];
        }
        return mirrored;
    }

    private static float[] Numbers(RgbImage image, bool mirrored)
    {
        RgbImage shown = mirrored ? Mirror(image) : image;
        float[] numbers = new float[3 * image.Width * image.Height];
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                Rgb color = shown[x, y];
                int at = y * image.Width + x, plane = image.Width * image.Height;
                (numbers[at], numbers[plane + at], numbers[2 * plane + at]) = (Unit(color.R), Unit(color.G), Unit(color.B));
            }
        }
        return numbers;

        static float Unit(byte value) => (float)((value - 127.5) / 127.5);
    }

    private static ModelDescription Description(ImageInput input) => new()
    {
        Channels = 3,
        Height = input.Height,
        Width = input.Width,
        Network = new EmbeddingNetworkOptions { Channels = [4, 8], Grid = 2, Hidden = 16, Dimensions = 16 },
        ClassNames = [],
        Similarity = SimilarityKind.MultisetJaccard,
        TrainedOn = "nothing",
        Preprocessing = input.ToString(),
    };
}
