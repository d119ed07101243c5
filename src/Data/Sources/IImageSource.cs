namespace JaccardKernels.Data;

/// <summary>A place that image files are read from, by several threads at once. Names have '/' between folders.</summary>
public interface IImageSource : IDisposable
{
    /// <summary>What to call the place in messages: its path.</summary>
    string Path { get; }

    /// <summary>All image files (by extension), in ordinal order.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>The bytes of one of <see cref="Names"/>.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">The archive is damaged, or the file is larger than <see
    /// cref="ImageSource.MaximumFileBytes"/>.</exception>
    byte[] Read(string name);
}
