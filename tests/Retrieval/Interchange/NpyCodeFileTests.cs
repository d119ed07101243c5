using JaccardKernels.Engine;
using JaccardKernels.Retrieval;
using JaccardKernels.Tests.Files;
using static JaccardKernels.Tests.Retrieval.Interchange.InterchangeFiles;

namespace JaccardKernels.Tests.Retrieval.Interchange;

public class NpyCodeFileTests
{
    private static void Read(string path)
    {
        using ICodeSource source = NpyCodeFile.Open(path);
        ReadAll(source);
    }

    private static Action<string> ReadIds(TemporaryFolder folder)
    {
        File.WriteAllBytes(folder["codes.npy"], NpyCodes());
        return path =>
        {
            using ICodeSource source = NpyCodeFile.Open(folder["codes.npy"], path);
            ReadAll(source);
        };
    }

    [Test]
    public void CodesAndIdsAreReadAndWritten()
    {
        using var folder = new TemporaryFolder();
        using (CodeSink sink = NpyCodeFile.Create(folder["c.npy"], 16, 2, folder["i.npy"]))
        {
            sink.Write(Ids, Codes);
            sink.Commit();
        }
        Assert.That(File.ReadAllBytes(folder["c.npy"]), Is.EqualTo(NpyCodes()));
        Assert.That(File.ReadAllBytes(folder["i.npy"]), Is.EqualTo(NpyIds()));
        using (ICodeSource source = NpyCodeFile.Open(folder["c.npy"], folder["i.npy"]))
        {
            Assert.That((source.Bits, source.Count, source.HasIds, source.Name), Is.EqualTo((16, 2L, true, folder["c.npy"])));
            Assert.That(ReadAll(source), Is.EqualTo((Ids, Codes)));
        }
        using (ICodeSource source = NpyCodeFile.Open(folder["c.npy"]))
        {
            Assert.That(source.HasIds, Is.False);
            Assert.That(ReadAll(source, block: 7), Is.EqualTo((new long[] { 0, 1 }, Codes)));
        }
        Assert.That(PackedCodes.ReadNpy(folder["c.npy"]).ToBytes(), Is.EqualTo(Codes));
    }

    [Test]
    public void NoCodesAreAFileToo()
    {
        using var folder = new TemporaryFolder();
        using (CodeSink sink = NpyCodeFile.Create(folder["c.npy"], 16, 0, folder["i.npy"])) sink.Commit();
        using ICodeSource source = NpyCodeFile.Open(folder["c.npy"], folder["i.npy"]);
        Assert.That((source.Count, source.Read([], [])), Is.EqualTo((0L, 0)));
    }

    [Test]
    public void OnlyWholeFilesAreRead()
    {
        using var folder = new TemporaryFolder();
        AssertWholeOnly(NpyCodes(), Read);
        AssertWholeOnly(NpyIds(), ReadIds(folder));
    }

    [TestCase("|u1", "(2, 1, 2)", "the shape is [2,1,2]; a matrix")]
    [TestCase("|i1", "(2, 2)", "elements are Int8; UInt8 is needed")]
    [TestCase("<u2", "(2, 1)", "elements are UInt16; UInt8 is needed")]
    [TestCase("|u1", "(1152921504606846976, 2)", "the .npy header has no extent of 1 to 18 digits")]
    [TestCase("|u1", "(999999999999999999, 2)", "[999999999999999999,2] of UInt8 is 1999999999999999998 bytes; the file holds 4")]
    [TestCase("|u1", "(999999999999999999, 999999999999999999)", "is 9223372036854775807 bytes; the file holds 4")]
    public void OtherArraysAreNamed(string type, string shape, string message)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = [.. NpyHeader(type, shape), .. Codes];
        AssertRefused(folder, bytes, Read, message);
        Assert.That(() => Read(folder["t"]), Throws.Exception.With.Message.Contains(message));
    }

    [TestCase("(2, 0)", "codes have 0 bytes; the range is 1 to 131072")]
    [TestCase("(0, 131073)", "codes have 131073 bytes")]
    [TestCase("(0, 0)", "codes have 0 bytes")]
    public void EmptyArraysOfOtherCodesAreNamed(string shape, string message)
    {
        using var folder = new TemporaryFolder();
        AssertRefused(folder, NpyHeader("|u1", shape), Read, message);
        Assert.That(() => Read(folder["t"]), Throws.Exception.With.Message.Contains(message));
    }

    [TestCase("<u8", "(2,)", "elements are UInt64; Int64 is needed")]
    [TestCase("<i8", "(1, 2)", "the shape of the ids is [1,2]; [2] is needed")]
    [TestCase("<i8", "(2, 1)", "the shape of the ids is [2,1]; [2] is needed")]
    public void OtherIdsAreNamed(string type, string shape, string message)
    {
        using var folder = new TemporaryFolder();
        Action<string> read = ReadIds(folder);
        AssertRefused(folder, [.. NpyHeader(type, shape), .. IdBytes], read, message);
        Assert.That(() => read(folder["t"]), Throws.Exception.With.Message.Contains(message));
    }

    [Test]
    public void FewerOrNegativeIdsAreNamed()
    {
        using var folder = new TemporaryFolder();
        Action<string> read = ReadIds(folder);
        NpyFile.Write<long>(folder["t"], [1], 1);
        Assert.That(() => read(folder["t"]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("is [1]; [2] is needed"));
        NpyFile.Write<long>(folder["t"], [1, -5], 2);
        Assert.That(
            () => read(folder["t"]),
            Throws.InstanceOf<InvalidDataException>()
                .With.Message.EqualTo($"{folder["t"]}: the id of row 1 is -5; the range is 0 to {long.MaxValue}."));
        Assert.That(() => read(folder["none"]), Throws.InstanceOf<FileNotFoundException>());
    }

    [Test]
    public void ArraysBeyondTwoGigabytesAreReadInBlocks()
    {
        const int Rows = 16_400, Bytes = PackedCodes.LargestBits / 8;
        using var folder = new TemporaryFolder();
        using (var file = new FileStream(folder["t"], FileMode.CreateNew))
        {
            NpyFile.WriteHeader(file, ElementType.UInt8, Rows, Bytes);
            file.WriteByte(0xA5);
            // A hole, which takes no place on the disk.
            file.SetLength(file.Position - 1 + (long)Rows * Bytes);
        }
        using ICodeSource source = NpyCodeFile.Open(folder["t"]);
        Assert.That((source.Count, source.Bits), Is.EqualTo(((long)Rows, PackedCodes.LargestBits)));
        byte[] codes = new byte[2 * Bytes];
        Assert.That((source.Read(new long[9], codes), codes[0], codes[^1]), Is.EqualTo((2, (byte)0xA5, (byte)0)));
        Assert.That(() => NpyFile.Read(folder["t"]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("exceeds"));
    }
}
