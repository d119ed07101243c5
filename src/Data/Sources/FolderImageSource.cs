namespace JaccardKernels.Data;

/// <summary>The image files of a folder and its subfolders. Hidden ones are left out.</summary>
internal sealed class FolderImageSource : IImageSource
{
    public FolderImageSource(string path)
    {
        Path = path;
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
        };
        Names = Directory.EnumerateFiles(path, "*", options)
            .Where(file => ImageCodec.IsImageName(file))
            .Select(file => System.IO.Path.GetRelativePath(path, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .ToArray();
    }

    public string Path { get; }

    public IReadOnlyList<string> Names { get; }

    public byte[] Read(string name)
    {
        string file = System.IO.Path.Combine(Path, name);
        ImageSource.CheckLength(new FileInfo(file).Length, Path, name);
        return File.ReadAllBytes(file);
    }

    public void Dispose()
    {
        // Files are opened for the length of a read only.
    }
}
