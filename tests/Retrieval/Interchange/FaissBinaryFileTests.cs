using System.Buffers.Binary;
using JaccardKernels.Retrieval;
using JaccardKernels.Tests.Files;
using static JaccardKernels.Tests.Retrieval.Interchange.InterchangeFiles;

namespace JaccardKernels.Tests.Retrieval.Interchange;

public class FaissBinaryFileTests
{
    // What Fixtures/make_fixtures.py gave faiss.
    private static readonly long[] FixtureIds = [7, 0, 1L << 40, long.MaxValue, 3];

    private static byte[] FixtureCodes() =>
        [.. Enumerable.Range(0, 5).SelectMany(row => Enumerable.Range(0, 8).Select(column => (byte)(37 * row + 11 * column + 5)))];

    private static string Fixture(string name) =>
        Path.Combine(AppContext.BaseDirectory, "Retrieval", "Interchange", "Fixtures", name + ".faiss");

    private static void Read(string path)
    {
        using ICodeSource source = FaissBinaryFile.Open(path);
        ReadAll(source);
    }

    [Test]
    public void TheLayoutOfFaissIsRead()
    {
        using var folder = new TemporaryFolder();
        (long[] ids, byte[] codes) = ReadAll(folder, FaissFlat(), FaissBinaryFile.Open);
        Assert.That((ids, codes), Is.EqualTo((new long[] { 0, 1 }, Codes)));
        foreach (string fourcc in new[] { "IBMp", "IBM2" })
        {
            (ids, codes) = ReadAll(folder, FaissIdMap(fourcc), FaissBinaryFile.Open);
            Assert.That((ids, codes), Is.EqualTo((Ids, Codes)), fourcc);
        }
    }

    [Test]
    public void TheLayoutOfFaissIsWritten()
    {
        using var folder = new TemporaryFolder();
        using (CodeSink sink = FaissBinaryFile.Create(folder["flat"], 16, 2))
        {
            sink.Write([], Codes);
            sink.Commit();
        }
        Assert.That(File.ReadAllBytes(folder["flat"]), Is.EqualTo(FaissFlat()));
        using (CodeSink sink = FaissBinaryFile.Create(folder["map"], 16, 2, hasIds: true))
        {
            sink.Write(Ids.AsSpan(0, 1), Codes.AsSpan(0, 2));
            sink.Write([], []);
            sink.Write(Ids.AsSpan(1), Codes.AsSpan(2));
            sink.Commit();
        }
        Assert.That(File.ReadAllBytes(folder["map"]), Is.EqualTo(FaissIdMap()));
    }

    [Test]
    public void WhatFaissWroteIsRead([Values("flat", "idmap", "idmap2")] string kind, [Values("1.7.3", "1.11.0")] string version)
    {
        (string name, bool hasIds) = ($"{kind}-{version}", kind != "flat");
        using ICodeSource source = FaissBinaryFile.Open(Fixture(name));
        Assert.That((source.Bits, source.Count, source.HasIds), Is.EqualTo((64, 5L, hasIds)));
        (long[] ids, byte[] codes) = ReadAll(source, block: 3);
        Assert.That(ids, Is.EqualTo(hasIds ? FixtureIds : [0L, 1, 2, 3, 4]));
        Assert.That(codes, Is.EqualTo(FixtureCodes()));
    }

    [TestCase("flat-1.7.3", false)]
    [TestCase("flat-1.11.0", false)]
    [TestCase("idmap-1.11.0", true)]
    public void TheBytesAreThoseOfFaiss(string name, bool hasIds)
    {
        using var folder = new TemporaryFolder();
        using (CodeSink sink = FaissBinaryFile.Create(folder["t"], 64, 5, hasIds))
        {
            sink.Write(hasIds ? FixtureIds : [], FixtureCodes());
            sink.Commit();
        }
        Assert.That(File.ReadAllBytes(folder["t"]), Is.EqualTo(File.ReadAllBytes(Fixture(name))));
    }

    [Test]
    public void NoCodesAreAnIndexToo([Values] bool hasIds)
    {
        using var folder = new TemporaryFolder();
        using (CodeSink sink = FaissBinaryFile.Create(folder["t"], 256, 0, hasIds)) sink.Commit();
        using ICodeSource source = FaissBinaryFile.Open(folder["t"]);
        Assert.That((source.Bits, source.Count, source.HasIds), Is.EqualTo((256, 0L, hasIds)));
        Assert.That(source.Read([], []), Is.Zero);
    }

    [Test]
    public void OnlyWholeFilesAreRead()
    {
        AssertWholeOnly(FaissFlat(), Read);
        AssertWholeOnly(FaissIdMap(), Read);
    }

    [Test]
    public void EveryByteChangedIsRefusedOrReadAsSomeCodes()
    {
        using var folder = new TemporaryFolder();
        foreach (byte[] whole in new[] { FaissFlat(), FaissIdMap() })
        {
            for (int at = 0; at < whole.Length; at++)
            {
                foreach (byte mask in new byte[] { 1, 0x40, 0x80, 0xFF })
                {
                    byte[] changed = [.. whole];
                    changed[at] ^= mask;
                    try
                    {
                        Assert.That(ReadAll(folder, changed, FaissBinaryFile.Open).Codes, Has.Length.EqualTo(4));
                    }
                    catch (InvalidDataException refusal)
                    {
                        Assert.That(refusal.Message, Does.StartWith($"{folder["t"]}: ").And.Not.Contains("\n"));
                    }
                }
            }
        }
    }

    [TestCase(0, new byte[] { (byte)'I', (byte)'x', (byte)'F', (byte)'2' }, "'IxF2' is at byte 0; IBxF, IBMp and IBM2 are read")]
    [TestCase(0, new byte[] { (byte)'\n', 0, 0xFF, (byte)'a' }, "'...a' is at byte 0")]
    [TestCase(25, new byte[] { (byte)'I', (byte)'B', (byte)'w', (byte)'F' }, "'IBwF' is at byte 25")]
    [TestCase(25, new byte[] { (byte)'I', (byte)'B', (byte)'M', (byte)'p' }, "has ids too; a flat one, IBxF, is needed")]
    [TestCase(4, new byte[] { 0 }, "codes have 0 bits; multiples of 8 up to 1048576")]
    [TestCase(4, new byte[] { 12 }, "codes have 12 bits")]
    [TestCase(7, new byte[] { 0x80 }, "codes have -2147483632 bits")]
    [TestCase(8, new byte[] { 3 }, "codes have 3 bytes; 16 bits are 2")]
    [TestCase(33, new byte[] { 0 }, "codes have 0 bytes; 16 bits are 2")]
    [TestCase(20, new byte[] { 0 }, "trained index is 0; 1 is needed")]
    [TestCase(21, new byte[] { 0 }, "metric's type is 0; 1 is needed")]
    [TestCase(37, new byte[] { 3 }, "the index within has 3 codes of 16 bits; 2 of 16 are needed")]
    [TestCase(50, new byte[] { 5 }, "says that 5 bytes of codes follow at byte 58; 4 are needed")]
    [TestCase(62, new byte[] { 1 }, "says that 1 ids follow at byte 70; 2 are needed")]
    [TestCase(77, new byte[] { 0x80 }, "the id of row 0 is -9223372036854775801; the range is 0 to 9223372036854775807")]
    public void WhatIsWrongIsNamed(int at, byte[] bytes, string message)
    {
        using var folder = new TemporaryFolder();
        byte[] changed = FaissIdMap();
        bytes.CopyTo(changed, at);
        AssertRefused(folder, changed, Read, message);
        Assert.That(() => Read(folder["t"]), Throws.Exception.With.Message.Contains(message));
    }

    [TestCase(1L << 60, "has 1152921504606846976 codes; the range is 0 to 1099511627776")]
    [TestCase((1L << 40) + 1, "has 1099511627777 codes")]
    [TestCase(-1L, "has -1 codes")]
    [TestCase(1L << 40, "says that 4 bytes of codes follow at byte 33; 2199023255552 are needed")]
    public void CountsAreBelievedOnlyAfterTheFile(long count, string message)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = FaissFlat();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(12), count);
        File.WriteAllBytes(folder["t"], bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidDataException? refusal = Assert.Throws<InvalidDataException>(() => FaissBinaryFile.Open(folder["t"]).Dispose());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
        Assert.That(refusal!.Message, Does.Contain(message));

        // A vector's own count is as absurd, and agrees.
        if (count is < 0 or > 1L << 40) return;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(25), count * 2);
        File.WriteAllBytes(folder["t"], bytes);
        Assert.That(
            () => FaissBinaryFile.Open(folder["t"]),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("has 37 bytes; the index in it has 2199023255585"));
    }

    [Test]
    public void IdsBeyondTwoGigabytesAreRead()
    {
        const int Rows = 16_400, Bytes = PackedCodes.LargestBits / 8;
        byte[] start = FaissIdMap()[..58];
        foreach (int header in new[] { 0, 25 })
        {
            BinaryPrimitives.WriteInt32LittleEndian(start.AsSpan(header + 4), PackedCodes.LargestBits);
            BinaryPrimitives.WriteInt32LittleEndian(start.AsSpan(header + 8), Bytes);
            BinaryPrimitives.WriteInt64LittleEndian(start.AsSpan(header + 12), Rows);
        }
        BinaryPrimitives.WriteInt64LittleEndian(start.AsSpan(50), (long)Rows * Bytes);
        using var folder = new TemporaryFolder();
        using (var file = new FileStream(folder["t"], FileMode.CreateNew))
        {
            file.Write(start);
            // A hole, which takes no place on the disk.
            file.Position += (long)Rows * Bytes;
            file.Write(BitConverter.GetBytes((long)Rows));
            for (long id = 0; id < Rows; id++) file.Write(BitConverter.GetBytes(id * id));
        }
        using ICodeSource source = FaissBinaryFile.Open(folder["t"]);
        long[] ids = new long[9];
        Assert.That((source.Count, source.Read(ids, new byte[9 * Bytes])), Is.EqualTo(((long)Rows, 9)));
        Assert.That(ids, Is.EqualTo(new long[] { 0, 1, 4, 9, 16, 25, 36, 49, 64 }));
    }

    [Test]
    public void WhatFaissCouldNotReadIsNotWritten()
    {
        using var folder = new TemporaryFolder();
        Assert.That(
            () => FaissBinaryFile.Create(folder["t"], 64, 1L << 37),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("1099511627776 bytes, and faiss reads 1099511627775"));
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty);
    }

    [Test]
    public void MissingFilesAreNamed() =>
        Assert.That(() => FaissBinaryFile.Open("none.faiss"), Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("none.faiss"));
}
