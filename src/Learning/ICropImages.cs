namespace JaccardKernels.Learning;

/// <summary>Where in its frame an image is cropped, and whether it is mirrored.</summary>
/// <param name="Horizontal">-1 left, 0 middle, 1 right.</param>
/// <param name="Vertical">-1 top, 0 middle, 1 bottom.</param>
/// <param name="IsMirrored">Left and right of the crop change places.</param>
public readonly record struct ImageCrop(int Horizontal, int Vertical, bool IsMirrored)
{
    /// <summary>The middle and the four corners, then the same mirrored: the ten crops of Krizhevsky et al. 2012, section 4.1.</summary>
    public static IReadOnlyList<ImageCrop> Ten { get; } =
    [
        .. from mirrored in (bool[])[false, true]
        from place in ((int, int)[])[(0, 0), (-1, -1), (1, -1), (-1, 1), (1, 1)]
        select new ImageCrop(place.Item1, place.Item2, mirrored),
    ];
}

/// <summary>An image set that keeps more of an image than the network sees at a time.</summary>
public interface ICropImages : IImageSet
{
    /// <summary>Whether it does: else all crops are one.</summary>
    bool HasCrops { get; }

    /// <summary>Decodes a crop of one image to floats [Channels,Height,Width], normalised for the network.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <param name="crop">Which.</param>
    /// <param name="pixels">Channels Height Width elements, overwritten.</param>
    /// <exception cref="InvalidDataException">The file is not an image; the message names it.</exception>
    void LoadCrop(int index, ImageCrop crop, Span<float> pixels);
}
