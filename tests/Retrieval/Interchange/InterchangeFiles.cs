using System.Text;
using JaccardKernels.Retrieval;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Retrieval.Interchange;

/// <summary>Small files of every format, put together byte by byte, and what they must be read as.</summary>
internal static class InterchangeFiles
{
    /// <summary>Two codes of 16 bits.</summary>
    public static byte[] Codes => [0x01, 0x80, 0xFF, 0x02];

    public static long[] Ids => [7, long.MaxValue];

    public static byte[] IdBytes => [7, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F];

    /// <summary>faiss's header: fourcc, d, code_size, ntotal, is_trained, metric_type.</summary>
    public static byte[] FaissHeader(string fourcc) =>
        [.. Encoding.Latin1.GetBytes(fourcc), 16, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0];

    public static byte[] FaissFlat() => [.. FaissHeader("IBxF"), 4, 0, 0, 0, 0, 0, 0, 0, .. Codes];

    public static byte[] FaissIdMap(string fourcc = "IBMp") =>
        [.. FaissHeader(fourcc), .. FaissFlat(), 2, 0, 0, 0, 0, 0, 0, 0, .. IdBytes];

    public static byte[] NpyCodes() => [.. NpyHeader("|u1", "(2, 2)"), .. Codes];

    public static byte[] NpyIds() => [.. NpyHeader("<i8", "(2,)"), .. IdBytes];

    public static byte[] NpyHeader(string type, string shape)
    {
        string text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}";
        return [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(text.PadRight(117)), (byte)'\n'];
    }

    public static byte[] Bvecs() => [2, 0, 0, 0, 0x01, 0x80, 2, 0, 0, 0, 0xFF, 0x02];

    /// <summary>[[1, -2], [0.5, 0]].</summary>
    public static byte[] Fvecs() =>
        [2, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 2, 0, 0, 0, 0, 0, 0, 0x3F, 0, 0, 0, 0];

    public static (long[] Ids, byte[] Codes) ReadAll(ICodeSource source, int block = 1)
    {
        var ids = new List<long>();
        var codes = new List<byte>();
        long[] someIds = new long[block];
        byte[] someCodes = new byte[block * (source.Bits / 8)];
        while (source.Read(someIds, someCodes) is var rows and > 0)
        {
            ids.AddRange(someIds.AsSpan(0, rows));
            codes.AddRange(someCodes.AsSpan(0, rows * (source.Bits / 8)));
        }
        Assert.That(ids, Has.Count.EqualTo(source.Count));
        return ([.. ids], [.. codes]);
    }

    /// <summary>Reads a file of these bytes; sources are closed before the folder is removed.</summary>
    public static (long[] Ids, byte[] Codes) ReadAll(TemporaryFolder folder, byte[] bytes, Func<string, ICodeSource> open)
    {
        File.WriteAllBytes(folder["t"], bytes);
        using ICodeSource source = open(folder["t"]);
        return ReadAll(source);
    }

    /// <summary>Every shorter file, and one of a byte more, is refused in one line that names it.</summary>
    public static void AssertWholeOnly(byte[] whole, Action<string> read)
    {
        using var folder = new TemporaryFolder();
        for (int length = 0; length <= whole.Length + 1; length++)
        {
            if (length == whole.Length) continue;
            byte[] part = whole;
            Array.Resize(ref part, length);
            AssertRefused(folder, part, read, $"{length} bytes");
        }
    }

    public static void AssertRefused(TemporaryFolder folder, byte[] bytes, Action<string> read, string what)
    {
        File.WriteAllBytes(folder["t"], bytes);
        Assert.That(
            () => read(folder["t"]),
            Throws.InstanceOf<InvalidDataException>()
                .With.Message.StartsWith($"{folder["t"]}: ").And.Message.Not.Contains("\n").And.Message.EndsWith("."), what);
    }
}
