using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using JaccardKernels.Data;
using JaccardKernels.Tests.Files;
using SkiaSharp;

namespace JaccardKernels.Tests.Data;

public class ImageCodecTests
{
    private static readonly IImageCodec s_codec = ImageCodec.Default;

    [Test]
    public void PngGivesBackEveryByte()
    {
        RgbImage image = Fixtures.Pattern(37, 21);
        RgbImage back = s_codec.Decode(s_codec.EncodePng(image), "pattern");
        Assert.That((back.Width, back.Height), Is.EqualTo((37, 21)));
        Assert.That(back.Pixels.SequenceEqual(image.Pixels));
    }

    [Test]
    public void JpegIsCloseAndSmaller()
    {
        RgbImage image = Resampler.Resize(Fixtures.Pattern(8, 8), 96, 96);
        byte[] file = s_codec.EncodeJpeg(image, 90);
        RgbImage back = s_codec.Decode(file, "smooth");
        double error = 0;
        for (int i = 0; i < image.Pixels.Length; i++) error += Math.Abs(image.Pixels[i] - back.Pixels[i]);
        Assert.That(error / image.Pixels.Length, Is.LessThan(4));
        Assert.That(file, Has.Length.LessThan(image.Pixels.Length / 4));
    }

    [Test]
    public void OneBitPngHasBlackAndWhite()
    {
        // 10 x 2: alternating, then its complement; rows are padded to whole bytes.
        byte[] file = GreyPng(10, 2, bits: 1, [0b10101010, 0b10000000, 0b01010101, 0b01000000]);
        RgbImage image = s_codec.Decode(file, "bits");
        for (int y = 0; y < 2; y++)
        {
            for (int x = 0; x < 10; x++)
            {
                byte expected = (byte)((x + y) % 2 == 0 ? 255 : 0);
                Assert.That(image[x, y], Is.EqualTo(new Rgb(expected, expected, expected)), $"pixel {x},{y}");
            }
        }
    }

    [Test]
    public void BitmapAndWebPAreRead()
    {
        RgbImage image = Fixtures.Pattern(6, 5);
        Assert.That(s_codec.Decode(Bitmap(image), "bmp").Pixels.SequenceEqual(image.Pixels));

        using var bitmap = new SKBitmap(4, 3, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        bitmap.Erase(new SKColor(10, 200, 30));
        using SKPixmap pixmap = bitmap.PeekPixels()!;
        using SKData webp = pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100))!;
        Assert.That(s_codec.Decode(webp.ToArray(), "webp")[2, 1], Is.EqualTo(new Rgb(10, 200, 30)));
    }

    [Test]
    public void TransparencyIsLaidOnWhite()
    {
        using var bitmap = new SKBitmap(2, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        bitmap.SetPixel(0, 0, new SKColor(255, 0, 0, 0));
        bitmap.SetPixel(1, 0, new SKColor(200, 100, 0, 51));
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100)!;
        RgbImage image = s_codec.Decode(png.ToArray(), "alpha");
        Assert.That(image[0, 0], Is.EqualTo(new Rgb(255, 255, 255)));
        // A fifth of the colour, four fifths of white.
        Assert.That(image[1, 0], Is.EqualTo(new Rgb(244, 224, 204)));
    }

    // Where the upper left quarter of the stored picture belongs, for each value of the EXIF tag.
    [TestCase(1, false, 0, 0)]
    [TestCase(2, false, 1, 0)]
    [TestCase(3, false, 1, 1)]
    [TestCase(4, false, 0, 1)]
    [TestCase(5, true, 0, 0)]
    [TestCase(6, true, 1, 0)]
    [TestCase(7, true, 1, 1)]
    [TestCase(8, true, 0, 1)]
    public void RotationOfTheMetadataIsCarriedOut(int orientation, bool turned, int column, int row)
    {
        RgbImage stored = Fixtures.Plain(32, 16, new Rgb(255, 255, 255));
        PixelOperations.Fill(stored, 0, 0, 16, 8, new Rgb(0, 0, 0));
        byte[] file = WithOrientation(s_codec.EncodeJpeg(stored, 95), (byte)orientation);
        RgbImage image = s_codec.Decode(file, "turned");
        (int width, int height) = turned ? (16, 32) : (32, 16);
        Assert.That((image.Width, image.Height), Is.EqualTo((width, height)));
        for (int y = 0; y < 2; y++)
        {
            for (int x = 0; x < 2; x++)
            {
                Rgb middle = image[width * (2 * x + 1) / 4, height * (2 * y + 1) / 4];
                Assert.That(middle.G < 128, Is.EqualTo(x == column && y == row), $"quarter {x},{y}");
            }
        }
    }

    [Test]
    public void EveryTruncationIsRefusedAndNamed([Values] bool jpeg)
    {
        RgbImage image = Fixtures.Pattern(24, 24);
        byte[] file = jpeg ? s_codec.EncodeJpeg(image, 90) : s_codec.EncodePng(image);
        // The last bytes are end markers: pictures are complete without them.
        for (int length = 0; length < file.Length - 16; length += 7)
        {
            byte[] part = file[..length];
            Assert.That(
                () => s_codec.Decode(part, "photo.x"),
                Throws.TypeOf<InvalidDataException>().With.Message.StartsWith("photo.x: "), $"{length} bytes");
        }
    }

    [Test]
    public void TextIsNoImage() =>
        Assert.That(
            () => s_codec.Decode(Encoding.UTF8.GetBytes(new string('x', 500)), "notes.jpg"),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("notes.jpg: not an image"));

    [Test]
    public void AHugeDeclaredSizeIsRefusedBeforeAllocation()
    {
        byte[] file = GreyPng(40_000, 40_000, bits: 1, []);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => s_codec.Decode(file, "bomb.png"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("40000 x 40000"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    [Test]
    public void AMissingFileIsNamed()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => ImageCodec.DecodeFile(folder["none.png"]), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("none.png"));
    }

    private static byte[] GreyPng(int width, int height, byte bits, byte[] rows)
    {
        int rowBytes = (width * bits + 7) / 8;
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int start = 0; start < rows.Length; start += rowBytes)
            {
                zlib.WriteByte(0); // no filter
                zlib.Write(rows, start, rowBytes);
            }
        }
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = bits;
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", packed.ToArray());
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void WriteChunk(MemoryStream file, string type, byte[] content)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. content];
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(body));
        file.Write(number);
    }

    // 24 bits a pixel, rows from the bottom, padded to 4 bytes.
    private static byte[] Bitmap(RgbImage image)
    {
        int stride = (image.Width * 3 + 3) / 4 * 4;
        byte[] file = new byte[54 + stride * image.Height];
        file[0] = (byte)'B';
        file[1] = (byte)'M';
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), image.Width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), image.Height);
        file[26] = 1;
        file[28] = 24;
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                Rgb color = image[x, y];
                int at = 54 + (image.Height - 1 - y) * stride + x * 3;
                (file[at], file[at + 1], file[at + 2]) = (color.B, color.G, color.R);
            }
        }
        return file;
    }

    // An APP1 segment with one EXIF tag, 0x0112, behind the JPEG's first marker.
    private static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0, (byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0,
            1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }
}
