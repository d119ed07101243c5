using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>Opens folders and zip archives of images.</summary>
public static class ImageSource
{
    /// <summary>The largest image file that is read: 256 MiB.</summary>
    public const long MaximumFileBytes = 1L << 28;

    /// <summary>Opens a folder, with all its subfolders, or a zip archive.</summary>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    /// <exception cref="InvalidDataException">The file is not a zip archive.</exception>
    public static IImageSource Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Directory.Exists(path)) return new FolderImageSource(path);
        if (File.Exists(path)) return new ZipImageSource(path);
        throw new FileNotFoundException($"{path}: no such folder or zip archive of images.", path);
    }

    /// <summary>Reads and decodes one image.</summary>
    /// <exception cref="InvalidDataException">It is not an image, or damaged; the message names it.</exception>
    public static RgbImage Decode(this IImageSource source, string name) =>
        ImageCodec.Default.Decode(source.Read(name), OneLine.Of($"{source.Path}: {name}"));

    internal static void CheckLength(long length, string path, string name)
    {
        if (length > MaximumFileBytes)
            throw new InvalidDataException(OneLine.Of($"{path}: {name} has {length} bytes; the limit of an image file is {MaximumFileBytes}."));
    }
}
