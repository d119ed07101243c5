using System.Buffers.Binary;
using System.Text;
using JaccardKernels.Engine;

namespace JaccardKernels.Tests.Files;

public class SafetensorsFileTests
{
    private const string Two = """{"b":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}""";

    private static byte[] File(string header, int dataBytes)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. new byte[dataBytes]];
    }

    private static SafetensorsFile Read(byte[] bytes) => SafetensorsFile.Read(new MemoryStream(bytes), "w.safetensors");

    [Test]
    public void TensorsAndMetadataComeBackWhateverTheOrderOfAdding()
    {
        using var folder = new TemporaryFolder();
        var first = new SafetensorsFile();
        first.Add<byte>("z", [1, 2, 3], 3);
        first.Add<float>("conv.w", [1.5f, -2, 0, 4], 2, 2);
        first.Add<long>("step", [123456789012345], []);
        first.Metadata["classes"] = "circle, \"square\"";
        first.Metadata["a"] = "é";
        first.Write(folder["1"]);

        SafetensorsFile read = SafetensorsFile.Read(folder["1"]);
        Assert.That(read["conv.w"].AsSpan<float>().ToArray(), Is.EqualTo(new[] { 1.5f, -2, 0, 4 }));
        Assert.That(read["conv.w"].Shape, Is.EqualTo(new[] { 2, 2 }));
        Assert.That(read["z"].AsSpan<byte>().ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(read["step"].AsSpan<long>()[0], Is.EqualTo(123456789012345));
        Assert.That(read.Metadata, Is.EquivalentTo(first.Metadata));
        Assert.That(() => read["none"], Throws.InstanceOf<InvalidDataException>().With.Message.Contains("no tensor 'none'"));

        var second = new SafetensorsFile();
        second.Metadata["a"] = "é";
        second.Metadata["classes"] = "circle, \"square\"";
        second.Add<long>("step", [123456789012345], []);
        second.Add<float>("conv.w", [1.5f, -2, 0, 4], 2, 2);
        second.Add<byte>("z", [1, 2, 3], 3);
        second.Write(folder["2"]);
        Assert.That(System.IO.File.ReadAllBytes(folder["2"]), Is.EqualTo(System.IO.File.ReadAllBytes(folder["1"])));
    }

    [Test]
    public void TensorsOfAnyOrderInTheHeaderAreRead()
    {
        byte[] file = File(Two, 11);
        BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(file.Length - 7), 2.5f);
        file[^1] = 9;
        SafetensorsFile read = Read(file);
        Assert.That(read["b"].AsSpan<float>().ToArray(), Is.EqualTo(new[] { 0, 2.5f }));
        Assert.That(read["a"].AsSpan<byte>().ToArray(), Is.EqualTo(new byte[] { 0, 0, 9 }));
        Assert.That(Read(File("{}", 0)).Tensors, Is.Empty);
    }

    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "has 4 bytes; [2] of Float32 is 8")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "ends at byte 8 of the data; the file has 4")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "has 8 bytes of data; its tensors end at 4")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "starts at byte 4 of the data; 0 is")]
    [TestCase("""{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[8],"data_offsets":[4,12]}}""", 12, "'b' starts at byte 4")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 8, "data_offsets are [4,0]")]
    [TestCase("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "extent 0 is -1")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,4],"data_offsets":[0,4]}}""", 4, "exceeds")]
    [TestCase("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", 4, "not sound JSON")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "not sound JSON")]
    [TestCase("""{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}""", 4, "dtype is 'BF16'")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "lacks one of")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", 4, "unknown key 'x'")]
    [TestCase("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "'dtype' is given twice")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "'a' twice")]
    [TestCase("""{"a\nb":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "tensor 'a b' has 4 bytes")]
    [TestCase("""{"a":{"dtype":"F\n32","shape":[1],"data_offsets":[0,4]}}""", 4, "dtype is 'F 32'")]
    [TestCase("""{"a\nb":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a\nb":{}}""", 0, "'a b' twice")]
    [TestCase("""{"__metadata__":{"k\n":"","k\n":""}}""", 0, "'k ' twice")]
    [TestCase("""{"__metadata__":{"k":1}}""", 0, "not sound JSON")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", 4, "not sound JSON")]
    [TestCase("""[]""", 0, "not sound JSON")]
    [TestCase("""{} {}""", 0, "not sound JSON")]
    public void UnsoundHeadersAreRefusedInOneLine(string header, int bytes, string message) =>
        Assert.That(
            () => Read(File(header, bytes)),
            Throws.InstanceOf<InvalidDataException>()
                .With.Message.Contains(message).And.Message.StartsWith("w.safetensors: ").And.Message.Not.Contains("\n"));

    [Test]
    public void HeaderLengthsAreBounded()
    {
        Assert.That(() => Read(new byte[7]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("has 7 bytes"));
        Assert.That(
            () => Read([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("the limit is"));
        Assert.That(() => Read([0xFF, 0, 0, 0, 0, 0, 0, 0, 1]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("1 bytes left"));
    }

    [Test]
    public void EveryTruncationIsRefusedAndEveryByteChangedHasADefinedEnd()
    {
        byte[] whole = File(Two, 11);
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] part = whole[..length];
            Assert.That(() => Read(part), Throws.InstanceOf<InvalidDataException>(), $"{length} bytes");
        }
        for (int at = 0; at < whole.Length; at++)
        {
            for (int value = 0; value < 256; value += 3)
            {
                byte[] changed = [.. whole];
                changed[at] = (byte)value;
                try
                {
                    Assert.That(Read(changed).Tensors.Values.Sum(t => t.Bytes.Length), Is.EqualTo(11));
                }
                catch (InvalidDataException refusal)
                {
                    Assert.That(refusal.Message, Does.StartWith("w.safetensors: "));
                }
            }
        }
    }

    [Test]
    public void NonFiniteNumbersAreFound()
    {
        float[] values = new float[10_000];
        Assert.That(StoredArray.IndexOfNonFinite(values), Is.EqualTo(-1));
        values[9_999] = float.PositiveInfinity;
        Assert.That(StoredArray.IndexOfNonFinite(values), Is.EqualTo(9_999));
        values[4_096] = float.NaN;
        Assert.That(StoredArray.IndexOfNonFinite(values), Is.EqualTo(4_096));
    }
}
