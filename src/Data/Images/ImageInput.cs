using System.Globalization;
using System.Text.RegularExpressions;
using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>
/// What a network takes in: the size and channels of an image, how other sizes are brought to it, and how bytes become numbers. Its text
/// form, such as <c>c3h64w64-unit-stretch</c>, is kept with a trained network so that any picture can be shown to it later.
/// </summary>
public sealed partial record ImageInput
{
    /// <summary>Describes an input.</summary>
    /// <exception cref="ArgumentException">Channels are neither 1 nor 3, a side is not in 1 to 4096, or one channel goes with a
    /// normalisation made for three.</exception>
    public ImageInput(int channels, int height, int width, Normalization normalization, ImageFit fit = ImageFit.Stretch)
    {
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), $"channels is {channels}; the values are 1 (grey) and 3 (colour).");
        Guard.InRange(height, 1, 4096);
        Guard.InRange(width, 1, 4096);
        if (channels == 1 && normalization != Normalization.Unit)
            throw new ArgumentException(
                $"normalisation '{normalization}' is for 3 channels; 1 channel goes with '{Normalization.Unit}'.", nameof(normalization));
        Channels = channels;
        Height = height;
        Width = width;
        Normalization = normalization;
        Fit = fit;
    }

    /// <summary>1 (grey) or 3.</summary>
    public int Channels { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>How bytes become numbers.</summary>
    public Normalization Normalization { get; }

    /// <summary>How other shapes are brought to this one.</summary>
    public ImageFit Fit { get; }

    /// <summary>Numbers, and bytes, in one image: Channels Height Width.</summary>
    public int Elements => Channels * Height * Width;

    /// <summary>Reads the text form.</summary>
    /// <exception cref="ArgumentException">The text is not of the form <c>c3h64w64-unit-stretch</c>.</exception>
    public static ImageInput Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Match match = TextForm().Match(text);
        if (!match.Success || !Enum.TryParse(match.Groups[5].Value, ignoreCase: true, out ImageFit fit))
            throw new ArgumentException($"image input '{text}': expected a form such as 'c3h64w64-unit-stretch'.", nameof(text));
        return new ImageInput(Number(1), Number(2), Number(3), Normalization.Parse(match.Groups[4].Value), fit);

        int Number(int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public override string ToString() => $"c{Channels}h{Height}w{Width}-{Normalization}-{Fit}".ToLowerInvariant();

    /// <summary>A picture as the network's numbers, [Channels,Height,Width].</summary>
    /// <param name="image">Of any size.</param>
    /// <param name="pixels">Overwritten.</param>
    public void Convert(RgbImage image, Span<float> pixels)
    {
        byte[] bytes = new byte[Elements];
        Resize(image, bytes);
        Normalize(bytes, default, pixels);
    }

    /// <summary>A picture of any size as this input's bytes, [Height,Width,Channels].</summary>
    public void Resize(RgbImage image, Span<byte> bytes)
    {
        Guard.Length(bytes.Length, Elements);
        RgbImage framed = Frame(image);
        if (Channels == 3) framed.Pixels.CopyTo(bytes);
        else ToGrey(framed.Pixels, bytes);
    }

    /// <summary>Bytes [Height,Width,Channels] back as a picture, for showing.</summary>
    public RgbImage ToImage(ReadOnlySpan<byte> bytes)
    {
        Guard.Length(bytes.Length, Elements);
        var image = new RgbImage(Width, Height);
        if (Channels == 3)
        {
            bytes.CopyTo(image.Pixels);
            return image;
        }
        for (int i = 0; i < bytes.Length; i++) image.Pixels.Slice(i * 3, 3).Fill(bytes[i]);
        return image;
    }

    /// <summary>Bytes [Height,Width,Channels] to numbers [Channels,Height,Width], in the drawn variant.</summary>
    internal void Normalize(ReadOnlySpan<byte> bytes, in Augmentation.Variant variant, Span<float> pixels)
    {
        Guard.Length(bytes.Length, Elements);
        Guard.Length(pixels.Length, Elements);
        int step = variant.FlipX ? -1 : 1;
        for (int c = 0; c < Channels; c++)
        {
            ReadOnlySpan<float> table = Normalization.Table(c);
            int source = Normalization.IsBgr ? 2 - c : c;
            for (int y = 0; y < Height; y++)
            {
                int sy = Math.Clamp((variant.FlipY ? Height - 1 - y : y) + variant.ShiftY, 0, Height - 1);
                ReadOnlySpan<byte> row = bytes.Slice(sy * Width * Channels, Width * Channels);
                Span<float> target = pixels.Slice((c * Height + y) * Width, Width);
                int sx = (variant.FlipX ? Width - 1 : 0) + variant.ShiftX;
                for (int x = 0; x < target.Length; x++, sx += step) target[x] = table[row[Math.Clamp(sx, 0, Width - 1) * Channels + source]];
            }
        }
    }

    // Luma of BT.601, the grey of JPEG, in 16-bit fixed point; the weights sum to 65536.
    private static void ToGrey(ReadOnlySpan<byte> rgb, Span<byte> grey)
    {
        for (int i = 0, s = 0; i < grey.Length; i++, s += 3)
            grey[i] = (byte)((19595 * rgb[s] + 38470 * rgb[s + 1] + 7471 * rgb[s + 2] + 32768) >> 16);
    }

    private RgbImage Frame(RgbImage image)
    {
        switch (Fit)
        {
            case ImageFit.Crop:
            {
                // The largest middle part of the frame's shape, cut by slicing rows.
                (int w, int h) = FitInside(Width, Height, image.Width, image.Height);
                int left = (image.Width - w) / 2, top = (image.Height - h) / 2;
                var framed = new RgbImage(Width, Height);
                ReadOnlySpan<byte> part = image.Pixels[((top * image.Width + left) * 3)..];
                new Resampler(w, h, Width, Height).Resize(part, image.Width * 3, 3, framed.Pixels);
                return framed;
            }
            case ImageFit.Pad:
            {
                (int w, int h) = FitInside(image.Width, image.Height, Width, Height);
                RgbImage inner = Resampler.Resize(image, w, h);
                var framed = new RgbImage(Width, Height);
                framed.Pixels.Fill(128);
                PixelOperations.Paste(framed, (Width - w) / 2, (Height - h) / 2, inner);
                return framed;
            }
            default:
                return Resampler.Resize(image, Width, Height);
        }
    }

    // The largest size of the shape width : height inside a frame; each side at least 1.
    private static (int Width, int Height) FitInside(int width, int height, int frameWidth, int frameHeight) =>
        (long)width * frameHeight >= (long)height * frameWidth
            ? (frameWidth, Math.Max(1, (int)((long)height * frameWidth / width)))
            : (Math.Max(1, (int)((long)width * frameHeight / height)), frameHeight);

    [GeneratedRegex(@"^c(\d{1,4})h(\d{1,4})w(\d{1,4})-([a-z]+)-([a-z]+)$")]
    private static partial Regex TextForm();
}
