using System.Buffers.Binary;
using System.IO.Hashing;
using JaccardKernels.Engine;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Fuzz;

/// <summary>The index file.</summary>
internal static class IndexTarget
{
    private const int Page = 4096, Sections = 32, Entry = 32;

    /// <summary>Makes the target.</summary>
    public static FuzzTarget Create(string name)
    {
        using var scratch = new Scratch();
        var codes = new PackedCodes(70, [1, 2, 3, 4]);
        HammingIndex[] indices =
        [
            new(codes), new(codes, ["a", "é"], new LabelMatrix([1, 0, 2, 3], 2), "made by a model"), new(new PackedCodes(8, []), [], null),
        ];
        return new FuzzTarget(name, bytes => _ = HammingIndex.Read(new MemoryStream(bytes), "fuzz.jkx"))
        {
            Seeds = [.. indices.Select(index => scratch.BytesOf(index.Write))], MessageStart = "fuzz.jkx: ", Reseal = Reseal, Structure = Mutate,
        };
    }

    // Most of a file is filled up with zeros: mutations go where there is something else.
    private static byte[] Mutate(FuzzRandom random, byte[] bytes)
    {
        int start = random.OneIn(2) ? 8 : Page * (1 + random.Below(Math.Max(1, bytes.Length / Page))), length = Math.Min(bytes.Length - start, 160);
        if (length <= 0) return bytes;
        byte[] part = ByteMutations.Apply(random, bytes[start..(start + length)], bytes[..Math.Min(bytes.Length, 160)]);
        // As many bytes as before, so that what follows stays where it is.
        Array.Resize(ref part, length);
        return ByteMutations.Replace(bytes, start, length, part);
    }

    private static byte[] Reseal(byte[] bytes)
    {
        if (bytes.Length < Page) return bytes;
        byte[] result = [.. bytes];
        Span<byte> header = result.AsSpan(0, Page);
        for (int i = 0; i < Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(header[24..]), 8); i++)
        {
            Span<byte> entry = header.Slice(Sections + i * Entry, Entry);
            long offset = BinaryPrimitives.ReadInt64LittleEndian(entry[8..]), length = BinaryPrimitives.ReadInt64LittleEndian(entry[16..]);
            if (offset < 0 || length < 0 || offset > result.Length || length > result.Length - offset) continue;
            BinaryPrimitives.WriteUInt64LittleEndian(entry[24..], XxHash3.HashToUInt64(result.AsSpan((int)offset, (int)length)));
        }
        BinaryPrimitives.WriteUInt64LittleEndian(header[(Page - 8)..], XxHash3.HashToUInt64(header[..(Page - 8)]));
        return result;
    }
}
