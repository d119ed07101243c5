using System.Collections.Concurrent;
using System.IO.Compression;
using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>
/// The image files of a zip archive. A <see cref="ZipArchive"/> serves one thread, so a reader takes an idle one or opens another.
/// </summary>
internal sealed class ZipImageSource : IImageSource
{
    // Of a byte, by deflation at its best.
    private const long MostExpansion = 1032;

    private readonly ConcurrentBag<ZipArchive> _idle = [];

    public ZipImageSource(string path)
    {
        Path = path;
        ZipArchive archive = OpenArchive();
        var names = new List<string>(archive.Entries.Count);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            bool hidden = entry.Name.StartsWith('.') || entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal);
            if (!hidden && ImageCodec.IsImageName(entry.Name)) names.Add(entry.FullName);
        }
        _idle.Add(archive);
        names.Sort(StringComparer.Ordinal);
        for (int i = 1; i < names.Count; i++)
        {
            if (names[i] == names[i - 1]) throw new InvalidDataException(OneLine.Of($"{path}: the archive has two files named {names[i]}."));
        }
        Names = names;
    }

    public string Path { get; }

    public IReadOnlyList<string> Names { get; }

    public byte[] Read(string name)
    {
        if (!_idle.TryTake(out ZipArchive? archive)) archive = OpenArchive();
        try
        {
            ZipArchiveEntry entry = archive.GetEntry(name)
                ?? throw new FileNotFoundException($"{Path}: the archive has no file {name}.", name);
            ImageSource.CheckLength(entry.Length, Path, name);
            // Opening compares what the archive says of itself with its length; then there is a limit to what can come out.
            using Stream stream = entry.Open();
            if (entry.Length > MostExpansion * entry.CompressedLength)
                throw new InvalidDataException($"{entry.Length} bytes are claimed to be packed in {entry.CompressedLength}");
            byte[] bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException(OneLine.Of($"{Path}: {name} cannot be unpacked: {e.Message}"), e);
        }
        finally
        {
            _idle.Add(archive);
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out ZipArchive? archive)) archive.Dispose();
    }

    private ZipArchive OpenArchive()
    {
        ZipArchive? archive = null;
        try
        {
            archive = ZipFile.OpenRead(Path);
            // The list of files is read only when it is asked for.
            _ = archive.Entries;
            return archive;
        }
        catch (InvalidDataException e)
        {
            archive?.Dispose();
            throw new InvalidDataException($"{Path}: not a folder, nor a zip archive that can be read: {e.Message}", e);
        }
    }
}
