using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Retrieval;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Retrieval;

public class PackedCodesTests
{
    [TestCase(8)]
    [TestCase(64)]
    [TestCase(72)]
    [TestCase(128)]
    [TestCase(13)]
    public void BytesAreFaissLayout(int bits)
    {
        // Bit d of code n, packed one bit at a time into byte d / 8, position d % 8.
        const int Count = 5;
        int perCode = (bits + 7) / 8;
        var random = new Random(bits);
        byte[] bytes = new byte[Count * perCode];
        float[] embeddings = new float[Count * bits];
        for (int i = 0; i < embeddings.Length; i++)
        {
            embeddings[i] = i == 0 ? 0 : random.NextSingle() - 0.5f;
            if (embeddings[i] >= 0) bytes[i / bits * perCode + i % bits / 8] |= (byte)(1 << (i % bits % 8));
        }
        using var backend = new ReferenceBackend();
        using var folder = new TemporaryFolder();
        var codes = PackedCodes.FromEmbeddings(backend, embeddings, bits);
        Assert.That((codes.Count, codes.Bits, codes.BytesPerCode), Is.EqualTo((Count, bits, perCode)));
        Assert.That(codes.ToBytes(), Is.EqualTo(bytes));
        codes.WriteNpy(folder["c.npy"]);
        Assert.That(NpyFile.Read(folder["c.npy"]).Shape, Is.EqualTo(new[] { Count, perCode }));
        Assert.That(PackedCodes.ReadNpy(folder["c.npy"], bits).Data.SequenceEqual(codes.Data));
        Assert.That(PackedCodes.ReadNpy(folder["c.npy"]).Bits, Is.EqualTo(perCode * 8));
        Assert.That(
            () => PackedCodes.ReadNpy(folder["c.npy"], bits + 8),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains($"{perCode} bytes; {bits + 8} bits are {perCode + 1}"));
    }

    [Test]
    public void BitsBeyondTheCodeAreRefused()
    {
        Assert.That(
            () => PackedCodes.FromBytes([0x1F, 0x20], 5, "c.npy"),
            Throws.InstanceOf<InvalidDataException>().With.Message.EqualTo("c.npy: code 1 has a bit beyond its 5 set."));
        Assert.That(() => new PackedCodes(65, [1, 2, 3]), Throws.ArgumentException);
        Assert.That(() => new PackedCodes(0, []), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
