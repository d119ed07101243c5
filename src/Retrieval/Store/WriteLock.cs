using JaccardKernels.Engine;

namespace JaccardKernels.Retrieval;

/// <summary>Who may change an index: one process at a time, by a lock on a file beside it that the system lifts when the process ends, however it ends.</summary>
internal static class WriteLock
{
    /// <summary>Takes the lock.</summary>
    /// <returns>What holds it until disposed.</returns>
    /// <exception cref="IOException">Somebody else has it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    public static FileStream Take(string path)
    {
        string full = Path.GetFullPath(path), folder = Path.GetDirectoryName(full)!;
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{path}: the folder {folder} does not exist.");
        string file = Path.Combine(folder, $".{Path.GetFileName(full)}.lock");
        try
        {
            // It stays when the lock is lifted: to delete it would let two processes lock two files of the same name.
            var taken = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            // What a process that was killed has left half written: nobody else writes here now.
            try
            {
                AtomicFile.DeleteLeftovers(full);
                AtomicFile.DeleteLeftovers(ChangeLog.PathOf(full));
                return taken;
            }
            catch
            {
                taken.Dispose();
                throw;
            }
        }
        catch (IOException exception) when (exception.GetType() == typeof(IOException) && File.Exists(file))
        {
            throw new IOException($"{path}: is being written by another process (it holds {file}).", exception);
        }
    }
}

/// <summary>The generation of files of one name.</summary>
internal static class Generation
{
    /// <summary>One more than of whatever file and log have the name now, so that a log of theirs is never taken for one of the next file.</summary>
    /// <exception cref="InvalidDataException">There is something else in the place of the log.</exception>
    public static long After(string path)
    {
        using ChangeLog? log = ChangeLog.TryOpen(ChangeLog.PathOf(path), writable: false);
        long last = log?.Generation ?? 0;
        try
        {
            using MappedIndex file = MappedIndex.Open(path);
            last = Math.Max(last, file.Header.Generation);
        }
        catch (Exception exception) when (exception is FileNotFoundException or InvalidDataException)
        {
            // Nothing there, or nothing that a log could belong to.
        }
        return last + 1;
    }
}
