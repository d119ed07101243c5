using System.IO.Compression;
using System.Text;
using JaccardKernels.Data;

namespace JaccardKernels.Tests.Data;

/// <summary>Pictures and files that the tests of this room write themselves.</summary>
internal static class Fixtures
{
    /// <summary>A picture in which every pixel differs from its neighbours, from a seed.</summary>
    public static RgbImage Pattern(int width, int height, int seed = 1)
    {
        var image = new RgbImage(width, height);
        uint state = (uint)seed * 2654435761u + 12345u;
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            state = state * 1664525u + 1013904223u;
            image.Pixels[i] = (byte)(state >> 24);
        }
        return image;
    }

    /// <summary>A picture of one colour.</summary>
    public static RgbImage Plain(int width, int height, Rgb color)
    {
        var image = new RgbImage(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++) image[x, y] = color;
        }
        return image;
    }

    public static byte[] Png(RgbImage image) => ImageCodec.Default.EncodePng(image);

    public static void WriteZip(string path, params IEnumerable<(string Name, byte[] Bytes)> files)
    {
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, byte[] bytes) in files)
        {
            using Stream stream = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
            stream.Write(bytes);
        }
    }

    public static string Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    public static string WriteGzip(string path, string text)
    {
        using var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        stream.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }

    /// <summary>The counts of an image as text, "1 0 2".</summary>
    public static string Text(ReadOnlySpan<int> counts) => string.Join(' ', counts.ToArray());
}
