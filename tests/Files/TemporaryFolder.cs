namespace JaccardKernels.Tests.Files;

/// <summary>A folder that is gone when the test is.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("jk-test-");

    public string Path => _folder.FullName;

    public string this[string name] => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>Cuts a file off.</summary>
    public void Truncate(string name, long length)
    {
        using var file = new FileStream(this[name], FileMode.Open);
        file.SetLength(length);
    }

    /// <summary>Changes one byte of a file.</summary>
    public void Overwrite(string name, long at, byte value)
    {
        using var file = new FileStream(this[name], FileMode.Open);
        file.Position = at;
        file.WriteByte(value);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
