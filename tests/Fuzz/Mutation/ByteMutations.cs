using System.Buffers.Binary;

namespace JaccardKernels.Fuzz;

/// <summary>Mutations that know nothing of a format: bits, bytes, integers, and blocks. Each gives a new array and leaves the old one.</summary>
internal static class ByteMutations
{
    private static readonly long[] s_interesting =
    [
        0, 1, -1, 2, 7, 8, 16, 32, 63, 64, 65, 100, 127, 128, 255, 256, 1000, 1024, 4096, 32767, 32768, 65535, 65536, 1 << 20, 1 << 24,
        int.MaxValue - 1, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, 1L << 40, 1L << 61, 1L << 62, long.MaxValue, long.MinValue,
    ];

    private static readonly Func<FuzzRandom, byte[], byte[], byte[]>[] s_all =
    [
        FlipBits, FlipBits, SetByte, SetByte, AddToByte, SetInteger, SetInteger, SetInteger, Truncate, Extend, CopyBlock, InsertBlock,
        DeleteBlock, SwapBlocks, Splice,
    ];

    /// <summary>One mutation.</summary>
    /// <param name="random">Decides which and where.</param>
    /// <param name="bytes">What is mutated.</param>
    /// <param name="other">Another input, to splice with.</param>
    public static byte[] Apply(FuzzRandom random, byte[] bytes, byte[] other) =>
        bytes.Length == 0 ? Extend(random, bytes, other) : random.Of(s_all)(random, bytes, other);

    /// <summary>The bytes with some in the place of others.</summary>
    public static byte[] Replace(ReadOnlySpan<byte> bytes, int start, int length, ReadOnlySpan<byte> by)
    {
        var result = new byte[bytes.Length - length + by.Length];
        bytes[..start].CopyTo(result);
        by.CopyTo(result.AsSpan(start));
        bytes[(start + length)..].CopyTo(result.AsSpan(start + by.Length));
        return result;
    }

    private static byte[] FlipBits(FuzzRandom random, byte[] bytes, byte[] other)
    {
        byte[] result = [.. bytes];
        for (int n = random.Length(8); n > 0; n--) result[random.Below(result.Length)] ^= (byte)(1 << random.Below(8));
        return result;
    }

    private static byte[] SetByte(FuzzRandom random, byte[] bytes, byte[] other)
    {
        byte[] result = [.. bytes];
        result[random.Below(result.Length)] = random.OneIn(2) ? (byte)random.Bits() : random.Of((byte[])[0, 1, 0x7F, 0x80, 0xFF, (byte)' ', (byte)'\n']);
        return result;
    }

    private static byte[] AddToByte(FuzzRandom random, byte[] bytes, byte[] other)
    {
        byte[] result = [.. bytes];
        result[random.Below(result.Length)] += (byte)(random.Below(33) - 16);
        return result;
    }

    // Mostly where a format that aligns its numbers has them, and of the order of its lengths.
    private static byte[] SetInteger(FuzzRandom random, byte[] bytes, byte[] other)
    {
        byte[] result = [.. bytes];
        int size = random.Of((int[])[2, 4, 4, 8, 8]);
        if (result.Length < size) return result;
        int at = random.Below(result.Length - size + 1);
        if (!random.OneIn(4)) at -= at % size;
        long value = random.Below(4) switch
        {
            0 => random.Of((long[])[bytes.Length, bytes.Length - at, bytes.Length - at - size, bytes.Length + 1, bytes.Length / 2]),
            1 => Read(bytes.AsSpan(at, size)) + random.Below(33) - 16,
            _ => random.Of(s_interesting),
        };
        Span<byte> target = result.AsSpan(at, size);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, value);
        number[..size].CopyTo(target);
        // PNG and JPEG have the high byte first.
        if (random.OneIn(4)) target.Reverse();
        return result;
    }

    private static long Read(ReadOnlySpan<byte> bytes)
    {
        Span<byte> number = stackalloc byte[8];
        number.Clear();
        bytes.CopyTo(number);
        return BinaryPrimitives.ReadInt64LittleEndian(number);
    }

    private static byte[] Truncate(FuzzRandom random, byte[] bytes, byte[] other) => bytes[..random.Below(bytes.Length)];

    private static byte[] Extend(FuzzRandom random, byte[] bytes, byte[] other)
    {
        var more = new byte[random.Length(256)];
        if (random.OneIn(2)) Fill(random, more);
        return [.. bytes, .. more];
    }

    private static byte[] CopyBlock(FuzzRandom random, byte[] bytes, byte[] other)
    {
        byte[] result = [.. bytes];
        int length = random.Length(result.Length);
        bytes.AsSpan(random.Below(result.Length - length + 1), length).CopyTo(result.AsSpan(random.Below(result.Length - length + 1)));
        return result;
    }

    private static byte[] InsertBlock(FuzzRandom random, byte[] bytes, byte[] other)
    {
        int at = random.Below(bytes.Length + 1);
        if (random.OneIn(2))
        {
            int length = random.Length(bytes.Length);
            return Replace(bytes, at, 0, bytes.AsSpan(random.Below(bytes.Length - length + 1), length));
        }
        var block = new byte[random.Length(64)];
        Fill(random, block);
        return Replace(bytes, at, 0, block);
    }

    private static byte[] DeleteBlock(FuzzRandom random, byte[] bytes, byte[] other)
    {
        int length = random.Length(bytes.Length);
        return Replace(bytes, random.Below(bytes.Length - length + 1), length, []);
    }

    private static byte[] SwapBlocks(FuzzRandom random, byte[] bytes, byte[] other)
    {
        int length = random.Length(bytes.Length / 2);
        int first = random.Below(bytes.Length - 2 * length + 1), second = first + length + random.Below(bytes.Length - first - 2 * length + 1);
        byte[] result = [.. bytes];
        bytes.AsSpan(second, length).CopyTo(result.AsSpan(first));
        bytes.AsSpan(first, length).CopyTo(result.AsSpan(second));
        return result;
    }

    private static byte[] Splice(FuzzRandom random, byte[] bytes, byte[] other) =>
        [.. bytes.AsSpan(0, random.Below(bytes.Length + 1)), .. other.AsSpan(random.Below(other.Length + 1))];

    private static void Fill(FuzzRandom random, Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.Bits();
    }
}
