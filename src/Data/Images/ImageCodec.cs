namespace JaccardKernels.Data;

/// <summary>The codec in use, and the limits every codec keeps.</summary>
public static class ImageCodec
{
    /// <summary>The largest picture that is decoded, in pixels: a header cannot make us allocate more than 400 MB.</summary>
    public const long MaximumPixels = 100_000_000;

    /// <summary>The codec that this build uses.</summary>
    public static IImageCodec Default { get; } = new SkiaImageCodec();

    /// <summary>Whether a file name ends like an image that the codec reads.</summary>
    public static bool IsImageName(ReadOnlySpan<char> name)
    {
        ReadOnlySpan<char> extension = Path.GetExtension(name);
        foreach (string known in (ReadOnlySpan<string>)[".jpg", ".jpeg", ".png", ".bmp", ".webp"])
        {
            if (extension.Equals(known, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    /// <summary>Reads and decodes one image file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not an image, or damaged; the message names it.</exception>
    public static RgbImage DecodeFile(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: no such image file.", path);
        return Default.Decode(File.ReadAllBytes(path), path);
    }

    /// <summary>Refuses a declared size before anything is allocated for it.</summary>
    internal static void CheckSize(int width, int height, string name)
    {
        if (width < 1 || height < 1 || (long)width * height > MaximumPixels)
            throw new InvalidDataException(
                $"{name}: the image claims {width} x {height} pixels; the limit is {MaximumPixels / 1_000_000} megapixels.");
    }
}
