using JaccardKernels.Retrieval;
using JaccardKernels.Tests.Files;
using static JaccardKernels.Tests.Retrieval.Interchange.InterchangeFiles;

namespace JaccardKernels.Tests.Retrieval.Interchange;

public class VecsFileTests
{
    private static void ReadBytes(string path)
    {
        using ICodeSource source = BvecsFile.Open(path);
        ReadAll(source);
    }

    private static void ReadFloats(string path) => ReadFloats(path, block: 1);

    private static float[] ReadFloats(string path, int block)
    {
        using FvecsSource source = FvecsFile.Open(path);
        var values = new List<float>();
        float[] some = new float[block * source.Dimensions];
        while (source.Read(some) is var rows and > 0) values.AddRange(some.AsSpan(0, rows * source.Dimensions));
        Assert.That(values, Has.Count.EqualTo(source.Count * source.Dimensions));
        return [.. values];
    }

    [Test]
    public void CodesAreReadAndWritten()
    {
        using var folder = new TemporaryFolder();
        using (CodeSink sink = BvecsFile.Create(folder["t"], 16, 2))
        {
            sink.Write([], Codes);
            sink.Commit();
        }
        Assert.That(File.ReadAllBytes(folder["t"]), Is.EqualTo(Bvecs()));
        using ICodeSource source = BvecsFile.Open(folder["t"]);
        Assert.That((source.Bits, source.Count, source.HasIds), Is.EqualTo((16, 2L, false)));
        Assert.That(ReadAll(source), Is.EqualTo((new long[] { 0, 1 }, Codes)));
    }

    [Test]
    public void EmbeddingsAreReadAndWritten()
    {
        using var folder = new TemporaryFolder();
        using (FvecsSink sink = FvecsFile.Create(folder["t"], 2, 2))
        {
            sink.Write([1, -2]);
            sink.Write([]);
            sink.Write([0.5f, 0]);
            sink.Commit();
        }
        Assert.That(File.ReadAllBytes(folder["t"]), Is.EqualTo(Fvecs()));
        Assert.That(ReadFloats(folder["t"], 1), Is.EqualTo(new float[] { 1, -2, 0.5f, 0 }));
        Assert.That(ReadFloats(folder["t"], 3), Is.EqualTo(new float[] { 1, -2, 0.5f, 0 }));
    }

    [Test]
    public void RowsOverSeveralBlocksComeBack()
    {
        // 700 rows of 4 KB are more than the reader's megabyte, and no whole number of them.
        const int Rows = 700, Dimensions = 1025;
        float[] values = new float[Rows * Dimensions];
        for (int i = 0; i < values.Length; i++) values[i] = i;
        using var folder = new TemporaryFolder();
        using (FvecsSink sink = FvecsFile.Create(folder["t"], Dimensions, Rows))
        {
            sink.Write(values);
            sink.Commit();
        }
        Assert.That(ReadFloats(folder["t"], 500).AsSpan().SequenceEqual(values));
    }

    [Test]
    public void OnlyWholeFilesAreRead()
    {
        // A file of whole rows, as the first row alone, is a whole file.
        AssertWholeOnly(Bvecs()[..6], ReadBytes);
        AssertWholeOnly(Fvecs()[..12], ReadFloats);
        using var folder = new TemporaryFolder();
        for (int length = 7; length < 12; length++) AssertRefused(folder, Bvecs()[..length], ReadBytes, $"{length} bytes");
        for (int length = 13; length < 24; length++) AssertRefused(folder, Fvecs()[..length], ReadFloats, $"{length} bytes");
    }

    [TestCase(0, new byte[] { 0 }, "row 0 has 0 components; the range is 1 to 131072")]
    [TestCase(3, new byte[] { 0x80 }, "row 0 has -2147483646 components")]
    [TestCase(0, new byte[] { 0, 0, 0, 2 }, "row 0 has 33554432 components")]
    [TestCase(0, new byte[] { 3 }, "has 12 bytes, which are 1 rows of 7 and 5 bytes; whole rows are needed")]
    [TestCase(6, new byte[] { 3 }, "row 1 has 3 components; row 0 has 2")]
    public void OtherRowsOfCodesAreNamed(int at, byte[] bytes, string message)
    {
        using var folder = new TemporaryFolder();
        byte[] changed = Bvecs();
        bytes.CopyTo(changed, at);
        AssertRefused(folder, changed, ReadBytes, message);
        Assert.That(() => ReadBytes(folder["t"]), Throws.Exception.With.Message.Contains(message));
    }

    [TestCase(12, new byte[] { 1 }, "row 1 has 1 components; row 0 has 2")]
    [TestCase(2, new byte[] { 0x11 }, "row 0 has 1114114 components; the range is 1 to 1048576")]
    [TestCase(20, new byte[] { 0, 0, 0xC0, 0x7F }, "row 1, dimension 1 is NaN; finite numbers are needed")]
    [TestCase(16, new byte[] { 0, 0, 0x80, 0xFF }, "row 1, dimension 0 is -Infinity")]
    public void OtherRowsOfFloatsAreNamed(int at, byte[] bytes, string message)
    {
        using var folder = new TemporaryFolder();
        byte[] changed = Fvecs();
        bytes.CopyTo(changed, at);
        AssertRefused(folder, changed, ReadFloats, message);
        Assert.That(() => ReadFloats(folder["t"]), Throws.Exception.With.Message.Contains(message));
    }

    [Test]
    public void WhatIsNotSoundIsNotWritten()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => BvecsFile.Create(folder["t"], 16, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => FvecsFile.Create(folder["t"], 0, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => FvecsFile.Create(folder["t"], (1 << 20) + 1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => FvecsFile.Create(folder["t"], 2, (1L << 40) + 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        using (FvecsSink sink = FvecsFile.Create(folder["t"], 2, 2))
        {
            Assert.That(() => sink.Write([1, 2, 3]), Throws.ArgumentException.With.Message.Contains("3 elements; an embedding has 2"));
            sink.Write([1, 2]);
            Assert.That(() => sink.Write([3, float.NaN]), Throws.ArgumentException.With.Message.Contains("row 1, dimension 1 is NaN"));
            Assert.That(sink.Commit, Throws.InvalidOperationException.With.Message.Contains("1 embeddings are written; 2 were announced"));
            Assert.That(
                () => sink.Write([1, 2, 3, 4]),
                Throws.InvalidOperationException.With.Message.Contains("embedding 2 is written; 2 were announced"));
        }
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty);
    }

    [Test]
    public void RoomForLessThanARowIsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["t"], Fvecs());
        using FvecsSource source = FvecsFile.Open(folder["t"]);
        Assert.That(() => source.Read(new float[1]), Throws.ArgumentException.With.Message.Contains("room for 1 floats; an embedding has 2"));
        Assert.That((source.Read(new float[9]), source.Read([])), Is.EqualTo((2, 0)));
    }
}
