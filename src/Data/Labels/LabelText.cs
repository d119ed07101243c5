using System.IO.Compression;
using System.Text;

namespace JaccardKernels.Data;

/// <summary>Label files as text: lines with their places, gzip where the name says so; and label vectors as words.</summary>
public static class LabelText
{
    /// <summary>Such as "2 disc, 1 star", or "nothing" for an image without labels.</summary>
    public static string Describe(ReadOnlySpan<int> counts, IReadOnlyList<string> classNames)
    {
        var text = new StringBuilder();
        for (int c = 0; c < counts.Length; c++)
        {
            if (counts[c] == 0) continue;
            if (text.Length > 0) text.Append(", ");
            text.Append(counts[c]).Append(' ').Append(classNames[c]);
        }
        return text.Length == 0 ? "nothing" : text.ToString();
    }

    /// <summary>The lines of a text file, or of a .gz of one, with their places ("file:1"). Blank lines are left out.</summary>
    internal static IEnumerable<(string Where, string Line)> Lines(string path)
    {
        using StreamReader reader = Open(path);
        int number = 0;
        while (true)
        {
            string? line;
            try
            {
                line = reader.ReadLine();
            }
            catch (Exception e) when (e is InvalidDataException or DecoderFallbackException)
            {
                throw new InvalidDataException($"{path}:{number + 1}: {(e is DecoderFallbackException ? "not UTF-8 text" : e.Message)}", e);
            }
            if (line is null) yield break;
            number++;
            if (!string.IsNullOrWhiteSpace(line)) yield return ($"{path}:{number}", line);
        }
    }

    /// <summary>One class name a line.</summary>
    internal static string[] ReadNames(string path) => [.. Lines(path).Select(line => line.Line.Trim())];

    /// <summary>Opens a label file.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    internal static Stream OpenFile(string path) => File.Exists(path)
        ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan)
        : throw new FileNotFoundException($"{path}: no such label file.", path);

    private static StreamReader Open(string path)
    {
        Stream stream = OpenFile(path);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) stream = new GZipStream(stream, CompressionMode.Decompress);
        return new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
    }
}
