namespace JaccardKernels.Fuzz;

/// <summary>A folder for what is read by path: in memory where the system has a file system there.</summary>
internal sealed class Scratch : IDisposable
{
    private const string Memory = "/dev/shm";

    private readonly DirectoryInfo _folder = Directory.CreateDirectory(
        Path.Combine(Directory.Exists(Memory) ? Memory : Path.GetTempPath(), $"jk-fuzz-{Path.GetRandomFileName()}"));

    /// <summary>A path in the folder.</summary>
    public string this[string name] => Path.Combine(_folder.FullName, name);

    /// <summary>The bytes that a writer writes to a path.</summary>
    public byte[] BytesOf(Action<string> write)
    {
        string path = this["seed"];
        write(path);
        byte[] bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }

    /// <summary>Writes a file, whose folders are made.</summary>
    public string Put(string name, params byte[] bytes)
    {
        string path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);
}
