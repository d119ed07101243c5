using Microsoft.Win32.SafeHandles;

namespace JaccardKernels.Retrieval;

/// <summary>A file that is read at offsets, without a buffer of its own: what is asked for goes where it is wanted.</summary>
internal sealed class SourceFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private SourceFile(FileStream stream, string name)
    {
        (Stream, Name, _handle, Length) = (stream, name, stream.SafeFileHandle, stream.Length);
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>Bytes when it was opened.</summary>
    public long Length { get; }

    /// <summary>The same file for readers of streams; its position is of no account to <see cref="Read"/>.</summary>
    public FileStream Stream { get; }

    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="IOException">It cannot be opened, or is not a plain file.</exception>
    public static SourceFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
        if (stream.CanSeek) return new SourceFile(stream, path);
        stream.Dispose();
        throw new IOException($"{path}: is a pipe or a device; a plain file is needed.");
    }

    /// <summary>Fills the target from an offset on.</summary>
    /// <exception cref="InvalidDataException">The file ends before.</exception>
    public void Read(long offset, Span<byte> target)
    {
        if (Length - offset < target.Length)
            throw new InvalidDataException($"{Name}: is truncated: has {Length} bytes; {offset + target.Length} or more are needed.");
        while (target.Length > 0)
        {
            int read = RandomAccess.Read(_handle, target, offset);
            if (read == 0) throw new InvalidDataException($"{Name}: became shorter while it was read: had {Length} bytes; has {offset}.");
            offset += read;
            target = target[read..];
        }
    }

    public void Dispose() => Stream.Dispose();
}
