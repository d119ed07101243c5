using System.Text;
using JaccardKernels.Engine;

namespace JaccardKernels.Tests.Files;

public class NpyFileTests
{
    // Byte for byte what numpy.save writes for numpy.array([[1, 2, 3], [4, 5, 6]], dtype=numpy.int16).
    private static byte[] Golden() =>
    [
        .. "\x93NUMPY\x01\x00\x76\x00{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }".Select(c => (byte)c),
        .. Enumerable.Repeat((byte)' ', 128 - 10 - 59 - 1), (byte)'\n',
        1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0,
    ];

    private static byte[] WithHeader(string dictionary, int dataBytes, int version = 1)
    {
        byte[] text = Encoding.UTF8.GetBytes(dictionary + "\n");
        byte[] length = version == 1 ? [(byte)text.Length, (byte)(text.Length >> 8)] : [(byte)text.Length, (byte)(text.Length >> 8), 0, 0];
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. text, .. new byte[dataBytes]];
    }

    private static StoredArray Read(byte[] bytes) => NpyFile.Read(new MemoryStream(bytes), "a.npy");

    [Test]
    public void ReadsAndWritesTheBytesOfNumpy()
    {
        StoredArray array = Read(Golden());
        Assert.That(array.Shape, Is.EqualTo(new[] { 2, 3 }));
        Assert.That(array.AsSpan<short>().ToArray(), Is.EqualTo(new short[] { 1, 2, 3, 4, 5, 6 }));
        Assert.That(array.ToInt32(), Is.EqualTo(new[] { 1, 2, 3, 4, 5, 6 }));
        using var folder = new TemporaryFolder();
        NpyFile.Write<short>(folder["a.npy"], [1, 2, 3, 4, 5, 6], 2, 3);
        Assert.That(File.ReadAllBytes(folder["a.npy"]), Is.EqualTo(Golden()));
    }

    [Test]
    public void EveryTypeComesBack()
    {
        using var folder = new TemporaryFolder();
        RoundTrip<bool>([true, false, true]);
        RoundTrip<byte>([0, 128, 255]);
        RoundTrip<sbyte>([-128, 0, 127]);
        RoundTrip<ushort>([0, 1, ushort.MaxValue]);
        RoundTrip<short>([short.MinValue, 0, short.MaxValue]);
        RoundTrip<Half>([(Half)(-1.5), (Half)0, Half.MaxValue]);
        RoundTrip<uint>([0, 1, uint.MaxValue]);
        RoundTrip<int>([int.MinValue, 0, int.MaxValue]);
        RoundTrip<float>([-1.5f, float.NaN, float.Epsilon]);
        RoundTrip<ulong>([0, 1, ulong.MaxValue]);
        RoundTrip<long>([long.MinValue, 0, long.MaxValue]);
        RoundTrip<double>([-1.5, double.NegativeInfinity, double.Epsilon]);

        void RoundTrip<T>(T[] values)
            where T : unmanaged
        {
            NpyFile.Write<T>(folder["a.npy"], values, 3);
            StoredArray array = NpyFile.Read(folder["a.npy"]);
            Assert.That(array.AsSpan<T>().ToArray(), Is.EqualTo(values));
            Assert.That(array.Shape, Is.EqualTo(new[] { 3 }));
            NpyFile.Write(folder["b.npy"], array);
            Assert.That(File.ReadAllBytes(folder["b.npy"]), Is.EqualTo(File.ReadAllBytes(folder["a.npy"])));
        }
    }

    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 4, 1, new int[0])]
    [TestCase("{'shape': (2,), 'fortran_order': False, 'descr': '|u1'}", 2, 2, new[] { 2 })]
    [TestCase("{\"descr\": \"<i8\", 'fortran_order': False, 'shape': (0, 7)}", 0, 3, new[] { 0, 7 })]
    public void OtherSoundHeadersAreRead(string header, int bytes, int version, int[] shape) =>
        Assert.That(Read(WithHeader(header, bytes, version)).Shape, Is.EqualTo(shape));

    [TestCase("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", 4, "Fortran order")]
    [TestCase("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", 4, "big-endian")]
    [TestCase("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 4, "Python objects")]
    [TestCase("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }", 4, "structures")]
    [TestCase("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", 8, "'<c8'")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 5, "is 4 bytes; the file holds 5")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (1), }", 4, "not a tuple")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (1 2), }", 8, "broken shape")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", 4, "1 to 18 digits")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (5000000000,), }", 4, "extent 0 is 5000000000")]
    [TestCase("{'descr': '<f8', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647), }", 4, "exceeds")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, }", 4, "lacks one of")]
    [TestCase("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 4, "'descr' twice")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}", 4, "unknown key 'x'")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x", 4, "more after its dictionary")]
    [TestCase("{'de\nscr': '<f4', 'fortran_order': False, 'shape': (1,), }", 4, "unknown key 'de scr'")]
    [TestCase("{'descr': '<f\n4', 'fortran_order': False, 'shape': (1,), }", 4, "'<f 4'")]
    [TestCase("{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }", 3, null)]
    public void OtherHeadersAreRefusedInOneLine(string header, int bytes, string? message)
    {
        if (message is null)
        {
            byte[] file = WithHeader(header, bytes);
            file[^1] = 2;
            Assert.That(() => Read(file), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("boolean 2 is 2"));
            return;
        }
        Assert.That(
            () => Read(WithHeader(header, bytes)),
            Throws.InstanceOf<InvalidDataException>()
                .With.Message.Contains(message).And.Message.StartsWith("a.npy: ").And.Message.Not.Contains("\n"));
    }

    [Test]
    public void EveryTruncationIsRefused()
    {
        byte[] whole = Golden();
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] part = whole[..length];
            Assert.That(() => Read(part), Throws.InstanceOf<InvalidDataException>(), $"{length} bytes");
        }
    }

    [Test]
    public void EveryByteChangedIsRefusedOrReadAsSomeArray()
    {
        byte[] whole = Golden();
        for (int at = 0; at < whole.Length; at++)
        {
            for (int value = 0; value < 256; value += 5)
            {
                byte[] changed = [.. whole];
                changed[at] = (byte)value;
                try
                {
                    Assert.That(Read(changed).Bytes.Length, Is.EqualTo(12));
                }
                catch (InvalidDataException refusal)
                {
                    Assert.That(refusal.Message, Does.StartWith("a.npy: "));
                }
            }
        }
    }

    [Test]
    public void ConversionsRefuseWhatDoesNotFit()
    {
        Assert.That(
            () => StoredArray.Create<long>("x", [0, 1, 2, 5_000_000_000], 2, 2).ToInt32(),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("[1,1] is 5000000000"));
        Assert.That(() => StoredArray.Create<ulong>("x", [ulong.MaxValue], 1).ToInt32(), Throws.InstanceOf<InvalidDataException>());
        Assert.That(() => StoredArray.Create<uint>("x", [uint.MaxValue], 1).ToInt32(), Throws.InstanceOf<InvalidDataException>());
        Assert.That(StoredArray.Create<long>("x", [int.MinValue, int.MaxValue], 2).ToInt32(), Is.EqualTo(new[] { int.MinValue, int.MaxValue }));
        Assert.That(StoredArray.Create<sbyte>("x", [-1], 1).ToInt32(), Is.EqualTo(new[] { -1 }));
        Assert.That(
            () => StoredArray.Create<float>("x", [1], 1).ToInt32(),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("integers are needed"));
        Assert.That(
            () => StoredArray.Create<double>("x", [1, 1e300], 2).ToSingle(),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("[1]"));
        Assert.That(StoredArray.Create<Half>("x", [(Half)0.5], 1).ToSingle(), Is.EqualTo(new[] { 0.5f }));
        Assert.That(() => StoredArray.Create<int>("x", [1], 1).AsSpan<float>(), Throws.InstanceOf<InvalidDataException>());
        Assert.That(() => StoredArray.Create<int>("x", [1, 2], 3), Throws.InstanceOf<ArgumentException>());
    }
}
