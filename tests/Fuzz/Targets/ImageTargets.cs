using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using JaccardKernels.Data;
using SkiaSharp;

namespace JaccardKernels.Fuzz;

/// <summary>Images, and archives of them.</summary>
internal static class ImageTargets
{
    private const string Name = "fuzz.x";

    // A header may ask for so many pixels; each has four bytes as decoded, three as kept and three as turned.
    private const long LargestImage = 10 * ImageCodec.MaximumPixels + (1 << 20);

    /// <summary>PNG: grey, colours, and transparency.</summary>
    public static FuzzTarget Png(string name) => Images(
        name, PngReseal, ImageCodec.Default.EncodePng(Picture(9, 7)), Encoded(SKEncodedImageFormat.Png, SKColorType.Gray8),
        Encoded(SKEncodedImageFormat.Png, SKColorType.Rgba8888));

    /// <summary>JPEG, one with the orientation in its metadata.</summary>
    public static FuzzTarget Jpeg(string name)
    {
        byte[] plain = ImageCodec.Default.EncodeJpeg(Picture(16, 9), 80);
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0II"u8, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
        return Images(name, null, plain, [.. plain[..2], .. exif, .. plain[2..]], Encoded(SKEncodedImageFormat.Jpeg, SKColorType.Gray8));
    }

    /// <summary>BMP of 24 bits.</summary>
    public static FuzzTarget Bmp(string name)
    {
        byte[] file = new byte[54 + 24 * 3];
        (file[0], file[1], file[26], file[28]) = ((byte)'B', (byte)'M', 1, 24);
        foreach ((int at, int value) in ((int, int)[])[(2, file.Length), (10, 54), (14, 40), (18, 8), (22, 3)])
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        for (int i = 54; i < file.Length; i++) file[i] = (byte)(i * 7);
        return Images(name, null, file);
    }

    /// <summary>WebP, with loss and without.</summary>
    public static FuzzTarget WebP(string name) => Images(name, null, Encoded(SKEncodedImageFormat.Webp, SKColorType.Rgba8888), WebPLossless());

    /// <summary>A zip archive: its names, and each of its files decoded.</summary>
    public static FuzzTarget Zip(string name)
    {
        var scratch = new Scratch();
        string path = scratch["images.zip"];
        return new FuzzTarget(name, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            using IImageSource source = ImageSource.Open(path);
            foreach (string file in source.Names) _ = source.Decode(file);
        })
        {
            Seeds = [Archive(CompressionLevel.Fastest, "a/1.png", "b/2.png", "notes.txt"), Archive(CompressionLevel.NoCompression, "1.png")],
            MessageStart = path, Allocation = (LargestImage, 64), Time = TimeSpan.FromSeconds(5), Owned = [scratch],
        };
    }

    // Decoding a picture of the largest size takes its time.
    private static FuzzTarget Images(string name, Func<byte[], byte[]>? reseal, params byte[][] seeds) => new(
        name, bytes => _ = ImageCodec.Default.Decode(bytes, Name))
    {
        Seeds = seeds, MessageStart = $"{Name}: ", Reseal = reseal, Allocation = (LargestImage, 64), Time = TimeSpan.FromSeconds(5),
    };

    private static RgbImage Picture(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)(i * i);
        return image;
    }

    private static byte[] Encoded(SKEncodedImageFormat format, SKColorType type)
    {
        using SKBitmap bitmap = Bitmap(type);
        using SKData data = bitmap.Encode(format, 80)!;
        return data.ToArray();
    }

    private static byte[] WebPLossless()
    {
        using SKBitmap bitmap = Bitmap(SKColorType.Rgba8888);
        using SKPixmap pixels = bitmap.PeekPixels()!;
        using SKData data = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100))!;
        return data.ToArray();
    }

    private static SKBitmap Bitmap(SKColorType type)
    {
        var bitmap = new SKBitmap(8, 6, type, type == SKColorType.Gray8 ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
        for (int i = 0; i < 48; i++) bitmap.SetPixel(i % 8, i / 8, new SKColor((byte)(i * 5), (byte)(i * 11), (byte)(i * 17), (byte)(255 - i)));
        return bitmap;
    }

    private static byte[] Archive(CompressionLevel level, params string[] names)
    {
        byte[] png = ImageCodec.Default.EncodePng(Picture(5, 4));
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string name in names)
            {
                ZipArchiveEntry entry = archive.CreateEntry(name, level);
                // The same bytes in every run.
                entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using Stream file = entry.Open();
                file.Write(png);
            }
        }
        return stream.ToArray();
    }

    // The checksum of every chunk.
    private static byte[] PngReseal(byte[] bytes)
    {
        byte[] result = [.. bytes];
        for (long at = 8; at + 12 <= result.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(result.AsSpan((int)at));
            if (length > result.Length - at - 12) break;
            Span<byte> chunk = result.AsSpan((int)at + 4, (int)length + 4);
            BinaryPrimitives.WriteUInt32BigEndian(result.AsSpan((int)(at + 8 + length)), Crc32.HashToUInt32(chunk));
            at += 12 + length;
        }
        return result;
    }
}
