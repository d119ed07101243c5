using System.Globalization;
using System.Text.RegularExpressions;
using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>
/// What a network takes in: the size and channels of an image, how other sizes are brought to it, and how bytes become numbers. Its text
/// form, such as <c>c3h64w64-unit-stretch</c>, is kept with a trained network so that any picture can be shown to it later. A picture may be
/// brought to a larger frame first, of which the network sees a crop: the middle, or any other (<c>c3h227w227-alexnet-stretch-h256w256</c>).
/// </summary>
public sealed partial record ImageInput
{
    /// <summary>Describes an input.</summary>
    /// <exception cref="ArgumentException">Channels are neither 1 nor 3, a side is not in 1 to 4096, or one channel goes with a
    /// normalisation made for three.</exception>
    public ImageInput(int channels, int height, int width, Normalization normalization, ImageFit fit = ImageFit.Stretch)
        : this(channels, height, width, normalization, fit, height, width)
    {
    }

    /// <summary>Describes an input that is cropped from a frame.</summary>
    /// <exception cref="ArgumentException">As without a frame, or a side of the frame is less than the input's or above 4096.</exception>
    public ImageInput(
        int channels, int height, int width, Normalization normalization, ImageFit fit, int frameHeight, int frameWidth)
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
        FrameHeight = (int)Guard.InRange(frameHeight, height, 4096);
        FrameWidth = (int)Guard.InRange(frameWidth, width, 4096);
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

    /// <summary>Height that pictures are brought to before they are cropped; the input's own where they are not.</summary>
    public int FrameHeight { get; }

    /// <summary>Width that pictures are brought to before they are cropped; the input's own where they are not.</summary>
    public int FrameWidth { get; }

    /// <summary>Whether the frame is larger than the input, so that there is something to choose a crop from.</summary>
    public bool HasFrame => FrameHeight > Height || FrameWidth > Width;

    /// <summary>Numbers in one image: Channels Height Width.</summary>
    public int Elements => Channels * Height * Width;

    /// <summary>Bytes in one frame: Channels FrameHeight FrameWidth.</summary>
    public int FrameElements => Channels * FrameHeight * FrameWidth;

    /// <summary>Reads the text form.</summary>
    /// <exception cref="ArgumentException">The text is not of the form <c>c3h64w64-unit-stretch</c>.</exception>
    public static ImageInput Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Match match = TextForm().Match(text);
        if (!match.Success || !Enum.TryParse(match.Groups[5].Value, ignoreCase: true, out ImageFit fit))
            throw new ArgumentException($"image input '{text}': expected a form such as 'c3h64w64-unit-stretch'.", nameof(text));
        bool framed = match.Groups[6].Success;
        return new ImageInput(
            Number(1), Number(2), Number(3), Normalization.Parse(match.Groups[4].Value), fit, Number(framed ? 6 : 2), Number(framed ? 7 : 3));

        int Number(int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"c{Channels}h{Height}w{Width}-{Normalization}-{Fit}{(HasFrame ? $"-h{FrameHeight}w{FrameWidth}" : "")}".ToLowerInvariant();

    /// <summary>A picture as the network's numbers, [Channels,Height,Width].</summary>
    /// <param name="image">Of any size.</param>
    /// <param name="pixels">Overwritten.</param>
    public void Convert(RgbImage image, Span<float> pixels)
    {
        byte[] bytes = new byte[FrameElements];
        Resize(image, bytes);
        Normalize(bytes, default, pixels);
    }

    /// <summary>A picture of any size as this input's frame, [FrameHeight,FrameWidth,Channels].</summary>
    public void Resize(RgbImage image, Span<byte> bytes)
    {
        Guard.Length(bytes.Length, FrameElements);
        RgbImage framed = Frame(image);
        if (Channels == 3) framed.Pixels.CopyTo(bytes);
        else ToGrey(framed.Pixels, bytes);
    }

    /// <summary>The middle of a frame [FrameHeight,FrameWidth,Channels] as a picture, for showing.</summary>
    public RgbImage ToImage(ReadOnlySpan<byte> bytes)
    {
        Guard.Length(bytes.Length, FrameElements);
        var frame = new RgbImage(FrameWidth, FrameHeight);
        if (Channels == 3)
        {
            bytes.CopyTo(frame.Pixels);
        }
        else
        {
            for (int i = 0; i < bytes.Length; i++) frame.Pixels.Slice(i * 3, 3).Fill(bytes[i]);
        }
        return HasFrame ? PixelOperations.Crop(frame, (FrameWidth - Width) / 2, (FrameHeight - Height) / 2, Width, Height) : frame;
    }

    /// <summary>
    /// A frame [FrameHeight,FrameWidth,Channels] to numbers [Channels,Height,Width], in a variant: the crop that lies so far from the middle, then
    /// mirrored. Where it reaches beyond the frame, edges are repeated.
    /// </summary>
    internal void Normalize(ReadOnlySpan<byte> bytes, in Augmentation.Variant variant, Span<float> pixels)
    {
        Guard.Length(bytes.Length, FrameElements);
        Guard.Length(pixels.Length, Elements);
        int step = variant.FlipX ? -1 : 1, left = (FrameWidth - Width) / 2 + variant.ShiftX, top = (FrameHeight - Height) / 2 + variant.ShiftY;
        for (int c = 0; c < Channels; c++)
        {
            ReadOnlySpan<float> table = Normalization.Table(c);
            int source = Normalization.IsBgr ? 2 - c : c;
            for (int y = 0; y < Height; y++)
            {
                int sy = Math.Clamp((variant.FlipY ? Height - 1 - y : y) + top, 0, FrameHeight - 1);
                ReadOnlySpan<byte> row = bytes.Slice(sy * FrameWidth * Channels, FrameWidth * Channels);
                Span<float> target = pixels.Slice((c * Height + y) * Width, Width);
                int sx = (variant.FlipX ? Width - 1 : 0) + left;
                for (int x = 0; x < target.Length; x++, sx += step) target[x] = table[row[Math.Clamp(sx, 0, FrameWidth - 1) * Channels + source]];
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
                (int w, int h) = FitInside(FrameWidth, FrameHeight, image.Width, image.Height);
                int left = (image.Width - w) / 2, top = (image.Height - h) / 2;
                var framed = new RgbImage(FrameWidth, FrameHeight);
                ReadOnlySpan<byte> part = image.Pixels[((top * image.Width + left) * 3)..];
                new Resampler(w, h, FrameWidth, FrameHeight).Resize(part, image.Width * 3, 3, framed.Pixels);
                return framed;
            }
            case ImageFit.Pad:
            {
                (int w, int h) = FitInside(image.Width, image.Height, FrameWidth, FrameHeight);
                RgbImage inner = Resampler.Resize(image, w, h);
                var framed = new RgbImage(FrameWidth, FrameHeight);
                framed.Pixels.Fill(128);
                PixelOperations.Paste(framed, (FrameWidth - w) / 2, (FrameHeight - h) / 2, inner);
                return framed;
            }
            default:
                return Resampler.Resize(image, FrameWidth, FrameHeight);
        }
    }

    // The largest size of the shape width : height inside a frame; each side at least 1.
    private static (int Width, int Height) FitInside(int width, int height, int frameWidth, int frameHeight) =>
        (long)width * frameHeight >= (long)height * frameWidth
            ? (frameWidth, Math.Max(1, (int)((long)height * frameWidth / width)))
            : (Math.Max(1, (int)((long)width * frameHeight / height)), frameHeight);

    [GeneratedRegex(@"^c(\d{1,4})h(\d{1,4})w(\d{1,4})-([a-z]+)-([a-z]+)(?:-h(\d{1,4})w(\d{1,4}))?$")]
    private static partial Regex TextForm();
}
