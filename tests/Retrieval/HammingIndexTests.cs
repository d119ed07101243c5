using JaccardKernels.Engine;
using JaccardKernels.Retrieval;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Retrieval;

public class HammingIndexTests
{
    private static HammingIndex Index() => new(
        new PackedCodes(70, [1, 2, 3, 4, ulong.MaxValue, 63]), ["a.png", "", "dossier/é.png"],
        new LabelMatrix([1, 0, 2, 0, 0, 3], 2), "network 1234");

    [Test]
    public void AllThatItHoldsComesBack()
    {
        using var folder = new TemporaryFolder();
        Index().Write(folder["i.jkx"]);
        HammingIndex read = HammingIndex.Read(folder["i.jkx"]);
        AssertSame(read, Index());
        Assert.That((read.NameOf(0), read.NameOf(1)), Is.EqualTo(("a.png", "")));
        byte[] bytes = File.ReadAllBytes(folder["i.jkx"]);
        Assert.That(BitConverter.ToUInt64(bytes, 4096 + 8), Is.EqualTo(2), "the codes start at byte 4096");

        new HammingIndex(new PackedCodes(8, [])).Write(folder["i.jkx"]);
        HammingIndex empty = HammingIndex.Read(folder["i.jkx"]);
        Assert.That(
            (empty.Codes.Count, empty.Codes.Bits, empty.Names, empty.Labels, empty.Origin),
            Is.EqualTo((0, 8, (object?)null, (object?)null, "")));
        Assert.That(new HammingIndex(new PackedCodes(8, [1])).NameOf(0), Is.EqualTo("0"));
    }

    [Test]
    public void EveryTruncationIsRefused()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Bytes(folder);
        for (int length = 0; length < whole.Length; length++)
        {
            using var part = new MemoryStream(whole, 0, length);
            Assert.That(
                () => HammingIndex.Read(part, "t.jkx"),
                Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith("t.jkx: ").And.Message.Not.Contains("\n"), $"{length} bytes");
        }
    }

    [Test]
    public void EveryByteChangedIsDetectedOrHarmless()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Bytes(folder);
        int harmless = 0;
        for (int at = 0; at < whole.Length; at++)
        {
            whole[at] ^= (byte)(1 << (at % 8));
            try
            {
                AssertSame(HammingIndex.Read(new MemoryStream(whole), "t.jkx"), Index());
                harmless++;
            }
            catch (InvalidDataException refusal)
            {
                Assert.That(refusal.Message, Does.StartWith("t.jkx: "));
            }
            whole[at] ^= (byte)(1 << (at % 8));
        }
        // 48 bytes of codes, 51 of names and 24 of labels; the origin ends the file.
        Assert.That(harmless, Is.EqualTo(3 * 4096 - 48 - 51 - 24), "only the zeros between sections are outside the checksums");
    }

    [Test]
    public void OtherVersionsAndOtherFilesAreNamed()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = Bytes(folder);
        bytes[8] = 9;
        File.WriteAllBytes(folder["t.jkx"], bytes);
        Assert.That(
            () => HammingIndex.Read(folder["t.jkx"]),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("version is 9; 1 is"));
        File.WriteAllText(folder["t.jkx"], "something else altogether");
        Assert.That(
            () => HammingIndex.Read(folder["t.jkx"]),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("is not an index"));
        Assert.That(() => HammingIndex.Read(folder["none"]), Throws.InstanceOf<FileNotFoundException>());
    }

    [Test]
    public void NamesAndLabelsMustBeAsManyAsTheCodes()
    {
        Assert.That(
            () => new HammingIndex(new PackedCodes(8, [1]), ["a", "b"]),
            Throws.ArgumentException.With.Message.Contains("2 names for 1 codes"));
        Assert.That(
            () => new HammingIndex(new PackedCodes(8, [1]), labels: new LabelMatrix([1, 2], 1)),
            Throws.ArgumentException.With.Message.Contains("2 rows"));
    }

    private static byte[] Bytes(TemporaryFolder folder)
    {
        Index().Write(folder["i.jkx"]);
        return File.ReadAllBytes(folder["i.jkx"]);
    }

    private static void AssertSame(HammingIndex actual, HammingIndex expected)
    {
        Assert.That(actual.Codes.Bits, Is.EqualTo(expected.Codes.Bits));
        Assert.That(actual.Codes.Data.SequenceEqual(expected.Codes.Data));
        Assert.That(actual.Names, Is.EqualTo(expected.Names));
        Assert.That(actual.Labels!.Classes, Is.EqualTo(expected.Labels!.Classes));
        Assert.That(actual.Labels.Counts.SequenceEqual(expected.Labels.Counts));
        Assert.That(actual.Origin, Is.EqualTo(expected.Origin));
    }
}
