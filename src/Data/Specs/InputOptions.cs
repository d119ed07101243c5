namespace JaccardKernels.Data;

/// <summary>The options that kinds of data sets share.</summary>
internal static class InputOptions
{
    /// <summary>size, resize, channels, norm and fit.</summary>
    public static ImageInput ReadInput(SpecReader options, int size, int channels = 3)
    {
        (int width, int height) = options.Size("size", size);
        (int frameWidth, int frameHeight) = options.Get("resize") is null ? (width, height) : options.Size("resize", width);
        if (frameWidth < width || frameHeight < height)
            throw options.Wrong($"resize is {frameWidth}x{frameHeight}; images of {width}x{height} are cropped from it, so that is the least");
        channels = ReadChannels(options, channels);
        Normalization normalization = ReadNormalization(options);
        ImageFit fit = options.Choice("fit", ImageFit.Stretch);
        if (channels == 1 && normalization != Normalization.Unit)
            throw options.Wrong($"norm={normalization} is for 3 channels; 1 channel goes with norm=unit");
        return new ImageInput(channels, height, width, normalization, fit, frameHeight, frameWidth);
    }

    /// <summary>1 or 3.</summary>
    public static int ReadChannels(SpecReader options, int fallback)
    {
        int channels = options.Integer("channels", fallback, 1, 3);
        return channels != 2 ? channels : throw options.Wrong("channels is 2; it is 1 (grey) or 3 (colour)");
    }

    /// <summary>norm.</summary>
    public static Normalization ReadNormalization(SpecReader options)
    {
        string name = options.Get("norm") ?? Normalization.Unit.Name;
        return Normalization.All.FirstOrDefault(known => known.Name == name)
            ?? throw options.Wrong($"norm is '{name}'; it is one of {string.Join(", ", Normalization.All)}");
    }

    /// <summary>flip and shift.</summary>
    public static Augmentation ReadAugmentation(SpecReader options, string flip = "h")
    {
        int shift = options.Integer("shift", 0, 0, 64);
        return (options.Get("flip") ?? flip) switch
        {
            "none" => new Augmentation(false, false, shift),
            "h" => new Augmentation(true, false, shift),
            "hv" => new Augmentation(true, true, shift),
            string other => throw options.Wrong($"flip is '{other}'; it is one of none, h, hv"),
        };
    }

    /// <summary>cache, in MiB.</summary>
    public static ImageCache ReadCache(SpecReader options) => new((long)options.Integer("cache", 512, 0, 1 << 20) << 20);

    /// <summary>seed.</summary>
    public static int ReadSeed(SpecReader options) => options.Integer("seed", 1, 0, int.MaxValue);
}
