namespace JaccardKernels.Engine;

/// <summary>
/// A file that appears whole or not at all: bytes go to a temporary file beside the target, <see cref="Commit"/> flushes them to the disk and
/// renames over the target. Disposing without a commit (an exception, a full disk, Ctrl-C) removes the temporary file and leaves the target as
/// it was. A target that is a symbolic link is replaced, not followed.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    private const string TemporarySuffix = ".tmp";

    private readonly string _folder;
    private readonly string _temporary;
    private bool _done;

    private AtomicFile(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(Path)) throw new IOException($"{path}: is a folder, not a file to write.");
        _folder = System.IO.Path.GetDirectoryName(Path)!;
        if (!Directory.Exists(_folder)) throw new DirectoryNotFoundException($"{path}: the folder {_folder} does not exist.");
        _temporary = System.IO.Path.Combine(_folder, $"{TemporaryPrefix(Path)}{System.IO.Path.GetRandomFileName()}{TemporarySuffix}");
        // Shared for reading: who writes a large file may map what is written of it.
        Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 1 << 16);
    }

    /// <summary>The target's full path.</summary>
    public string Path { get; }

    /// <summary>What to write to.</summary>
    public FileStream Stream { get; }

    /// <summary>Starts a file.</summary>
    /// <exception cref="IOException">The folder does not exist, the path is a folder, or the temporary file cannot be made.</exception>
    public static AtomicFile Create(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new AtomicFile(path);
    }

    /// <summary>Writes a whole file of bytes.</summary>
    /// <exception cref="IOException">It cannot be written; the target is as it was.</exception>
    public static void WriteAllBytes(string path, ReadOnlySpan<byte> bytes)
    {
        using AtomicFile file = Create(path);
        file.Stream.Write(bytes);
        file.Commit();
    }

    /// <summary>Writes a whole file of text in UTF-8 without a mark.</summary>
    /// <exception cref="IOException">It cannot be written; the target is as it was.</exception>
    public static void WriteAllText(string path, string text) => WriteAllBytes(path, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Removes temporary files of a target that a process has left that was killed. Nobody may be writing it now.</summary>
    public static void DeleteLeftovers(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        string prefix = TemporaryPrefix(path);
        int length = prefix.Length + System.IO.Path.GetRandomFileName().Length + TemporarySuffix.Length;
        foreach (string file in Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(path)!))
        {
            string name = System.IO.Path.GetFileName(file);
            if (name.Length == length && name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(TemporarySuffix, StringComparison.Ordinal)) File.Delete(file);
        }
    }

    /// <summary>Makes the bytes durable and the file visible under its name; once.</summary>
    /// <exception cref="IOException">The disk is full or the rename failed; the target is as it was.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_done, this);
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporary, Path, overwrite: true);
        _done = true;
        FolderSync.Flush(_folder);
    }

    /// <summary>Removes the temporary file unless committed.</summary>
    public void Dispose()
    {
        if (_done) return;
        _done = true;
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // The flush of what is being thrown away failed (a full disk): the exception that led here is the one to see.
        }
        File.Delete(_temporary);
    }

    private static string TemporaryPrefix(string path) => $".{System.IO.Path.GetFileName(path)}.";
}
