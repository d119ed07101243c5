using JaccardKernels.Retrieval;
using JaccardKernels.Tests.Files;
using static JaccardKernels.Tests.Retrieval.Interchange.InterchangeFiles;

namespace JaccardKernels.Tests.Retrieval.Interchange;

public class CodeSinkTests
{
    private const int Count = 100_003;

    private static readonly string[] Formats = ["faiss", "faiss with ids", "npy", "npy with ids", "bvecs"];

    private static CodeSink Create(TemporaryFolder folder, string format, int bits, long count) => format switch
    {
        "faiss" => FaissBinaryFile.Create(folder[format], bits, count),
        "faiss with ids" => FaissBinaryFile.Create(folder[format], bits, count, hasIds: true),
        "npy" => NpyCodeFile.Create(folder[format], bits, count),
        "npy with ids" => NpyCodeFile.Create(folder[format], bits, count, folder["ids"]),
        _ => BvecsFile.Create(folder[format], bits, count),
    };

    private static ICodeSource Open(TemporaryFolder folder, string format) => format switch
    {
        "faiss" or "faiss with ids" => FaissBinaryFile.Open(folder[format]),
        "npy" => NpyCodeFile.Open(folder[format]),
        "npy with ids" => NpyCodeFile.Open(folder[format], folder["ids"]),
        _ => BvecsFile.Open(folder[format]),
    };

    [Test]
    public void EveryFormatBecomesEveryOther([ValueSource(nameof(Formats))] string from, [ValueSource(nameof(Formats))] string to)
    {
        // Codes of 24 bits, so that a megabyte is no whole number of them, and more than a megabyte of ids.
        byte[] codes = new byte[Count * 3];
        new Random(1).NextBytes(codes);
        long[] ids = new long[Count];
        for (int i = 0; i < Count; i++) ids[i] = long.MaxValue - 3L * i;
        using var folder = new TemporaryFolder();
        using (CodeSink sink = Create(folder, from, 24, Count))
        {
            for (int at = 0; at < Count; at += 30_000)
            {
                int rows = Math.Min(30_000, Count - at);
                sink.Write(sink.HasIds ? ids.AsSpan(at, rows) : [], codes.AsSpan(at * 3, rows * 3));
            }
            sink.Commit();
        }
        using var target = new TemporaryFolder();
        using (ICodeSource source = Open(folder, from))
        using (CodeSink sink = Create(target, to, 24, source.Count))
        {
            sink.WriteAll(source);
            sink.Commit();
        }
        using ICodeSource read = Open(target, to);
        bool hasIds = from.Contains("ids", StringComparison.Ordinal) && read.HasIds;
        (long[] readIds, byte[] readCodes) = ReadAll(read, block: 70_000);
        Assert.That(readCodes.AsSpan().SequenceEqual(codes));
        for (int i = 0; i < Count; i++)
        {
            if (readIds[i] != (hasIds ? ids[i] : i)) Assert.Fail($"the id of row {i} is {readIds[i]}.");
        }
    }

    [Test]
    public void WhatWasAnnouncedIsChecked([ValueSource(nameof(Formats))] string format)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[format], "old");
        using (CodeSink sink = Create(folder, format, 16, 2))
        {
            long[] one = sink.HasIds ? [5] : [];
            Assert.That(() => sink.Write(one, new byte[3]), Throws.ArgumentException.With.Message.Contains("3 bytes; a code has 2"));
            Assert.That(
                () => sink.Write(sink.HasIds ? [] : [5], new byte[2]),
                Throws.ArgumentException.With.Message.Contains(sink.HasIds ? "0 ids for 1 codes; 1 are" : "1 ids for 1 codes; 0 are"));
            sink.Write(one, [1, 2]);
            Assert.That(sink.Written, Is.EqualTo(1));
            Assert.That(sink.Commit, Throws.InvalidOperationException.With.Message.Contains("1 codes are written; 2 were announced"));
            Assert.That(
                () => sink.Write(sink.HasIds ? [1, 2] : [], new byte[4]),
                Throws.InvalidOperationException.With.Message.Contains("code 2 is written; 2 codes were announced"));
            if (sink.HasIds)
            {
                Assert.That(
                    () => sink.Write([-1], new byte[2]),
                    Throws.ArgumentException.With.Message.Contains("the id of row 1 is -1; the least is 0"));
            }
        }
        Assert.That(File.ReadAllText(folder[format]), Is.EqualTo("old"));
        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1), "nothing else is left");
    }

    [TestCase(0, 1L, "bits is 0")]
    [TestCase(12, 1L, "bits is 12; multiples of 8 up to 1048576 are written")]
    [TestCase((1 << 20) + 8, 1L, "bits is 1048584")]
    [TestCase(8, -1L, "count is -1")]
    [TestCase(8, (1L << 40) + 1, "count is 1099511627777; the range is 0 to 1099511627776")]
    public void SizesAreChecked(int bits, long count, string message)
    {
        using var folder = new TemporaryFolder();
        foreach (string format in Formats)
        {
            Assert.That(
                () => Create(folder, format, bits, count),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains(message), format);
        }
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty);
    }

    [Test]
    public void FoldersThatDoNotExistLeaveNothingBehind()
    {
        using var folder = new TemporaryFolder();
        Assert.That(
            () => NpyCodeFile.Create(folder["c"], 8, 1, Path.Combine(folder["no"], "i")),
            Throws.InstanceOf<DirectoryNotFoundException>());
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty, "the codes were begun");
    }

    [Test]
    public void SourcesOfOtherCodesAndRoomForNoneAreRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["bvecs"], Bvecs());
        using ICodeSource source = BvecsFile.Open(folder["bvecs"]);
        using CodeSink sink = FaissBinaryFile.Create(folder["t"], 64, 2);
        Assert.That(() => sink.WriteAll(source), Throws.ArgumentException.With.Message.Contains("codes of 16 bits; 64 are needed"));
        Assert.That(() => source.Read(new long[1], new byte[1]), Throws.ArgumentException.With.Message.Contains("1 ids and 1 bytes; a code has 2"));
        Assert.That(() => source.Read([], new byte[2]), Throws.ArgumentException.With.Message.Contains("0 ids and 2 bytes"));
        Assert.That(source.Read(new long[9], new byte[9]), Is.EqualTo(2));
    }
}
