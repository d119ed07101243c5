using System.Buffers;
using SkiaSharp;

namespace JaccardKernels.Data;

/// <summary><see cref="IImageCodec"/> by SkiaSharp. Pixel values are taken as stored: no colour management.</summary>
public sealed unsafe class SkiaImageCodec : IImageCodec
{
    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlySpan<byte> file, string name)
    {
        fixed (byte* bytes = file)
        {
            using SKData data = SKData.Create((nint)bytes, file.Length);
            using SKCodec codec = Open(data, file, name);
            int width = codec.Info.Width, height = codec.Info.Height;
            byte[] rgba = ArrayPool<byte>.Shared.Rent(width * height * 4);
            try
            {
                fixed (byte* pixels = rgba)
                {
                    var target = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
                    SKCodecResult result = codec.GetPixels(target, (nint)pixels);
                    if (result != SKCodecResult.Success) throw new InvalidDataException($"{name}: {Describe(result)}.");
                }
                var image = new RgbImage(width, height);
                Flatten(rgba.AsSpan(0, width * height * 4), image.Pixels);
                return Turn(image, codec.EncodedOrigin);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rgba);
            }
        }
    }

    /// <inheritdoc/>
    public byte[] EncodePng(RgbImage image) => Encode(image, SKEncodedImageFormat.Png, 100);

    /// <inheritdoc/>
    public byte[] EncodeJpeg(RgbImage image, int quality)
    {
        if (quality is < 1 or > 100) throw new ArgumentOutOfRangeException(nameof(quality), $"quality is {quality}; the range is 1 to 100.");
        return Encode(image, SKEncodedImageFormat.Jpeg, quality);
    }

    private static SKCodec Open(SKData data, ReadOnlySpan<byte> file, string name)
    {
        if (file.IsEmpty) throw new InvalidDataException($"{name}: the file is empty, not an image.");
        SKCodec codec = SKCodec.Create(data)
            ?? throw new InvalidDataException($"{name}: not an image that can be read (PNG, JPEG, BMP, WebP), or its header is truncated.");
        try
        {
            ImageCodec.CheckSize(codec.Info.Width, codec.Info.Height, name);
            return codec;
        }
        catch (InvalidDataException)
        {
            codec.Dispose();
            throw;
        }
    }

    private static string Describe(SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => "the image is truncated",
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => "the image is corrupt",
        _ => $"the image cannot be decoded ({result})",
    };

    // Alpha is laid on white: what a page shows behind a transparent picture.
    private static void Flatten(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        for (int s = 0, d = 0; s < rgba.Length; s += 4, d += 3)
        {
            int alpha = rgba[s + 3];
            int white = (255 - alpha) * 255;
            rgb[d] = (byte)((rgba[s] * alpha + white + 127) / 255);
            rgb[d + 1] = (byte)((rgba[s + 1] * alpha + white + 127) / 255);
            rgb[d + 2] = (byte)((rgba[s + 2] * alpha + white + 127) / 255);
        }
    }

    private static bool IsTurned(SKEncodedOrigin origin) =>
        origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;

    // The eight orientations of the EXIF tag: where the stored first row and first column belong.
    private static RgbImage Turn(RgbImage stored, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or (SKEncodedOrigin)0) return stored;
        bool turned = IsTurned(origin);
        bool mirrorX = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight
            or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        bool mirrorY = origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft
            or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        RgbImage upright = turned ? new RgbImage(stored.Height, stored.Width) : new RgbImage(stored.Width, stored.Height);
        for (int y = 0; y < upright.Height; y++)
        {
            for (int x = 0; x < upright.Width; x++)
            {
                (int sx, int sy) = turned ? (y, x) : (x, y);
                upright[x, y] = stored[mirrorX ? stored.Width - 1 - sx : sx, mirrorY ? stored.Height - 1 - sy : sy];
            }
        }
        return upright;
    }

    private static byte[] Encode(RgbImage image, SKEncodedImageFormat format, int quality)
    {
        byte[] rgba = new byte[image.Width * image.Height * 4];
        ReadOnlySpan<byte> rgb = image.Pixels;
        for (int s = 0, d = 0; d < rgba.Length; s += 3, d += 4)
        {
            rgba[d] = rgb[s];
            rgba[d + 1] = rgb[s + 1];
            rgba[d + 2] = rgb[s + 2];
            rgba[d + 3] = 255;
        }
        fixed (byte* pixels = rgba)
        {
            var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
            using var pixmap = new SKPixmap(info, (nint)pixels);
            using SKData data = pixmap.Encode(format, quality)
                ?? throw new InvalidOperationException($"an image of {image.Width} x {image.Height} pixels cannot be encoded as {format}.");
            return data.ToArray();
        }
    }
}
