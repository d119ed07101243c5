using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace JaccardKernels.Tests.Gpu;

/// <summary>
/// Makes the smallest shared object for Linux that a loader takes: one function without arguments that returns a number. Written byte by byte, for
/// tests not to need a compiler.
/// </summary>
internal static class TinyLibrary
{
    // Two segments: what is read and run at 0, what the loader writes to (the dynamic table) on a page of its own, for pages of up to 64 KiB.
    private const int Programs = 0x40, Hash = 0x120, Symbols = 0x138, Strings = 0x168, Code = 0x1a0, Page = 0x10000, DynamicEntries = 7;

    /// <summary>The bytes of a library.</summary>
    /// <param name="name">Its name, as in libcuda.so.1.</param>
    /// <param name="function">The function's name.</param>
    /// <param name="value">What it returns, below 65536.</param>
    public static byte[] Build(string name, string function, ushort value)
    {
        (ushort machine, byte[] code) = RuntimeInformation.ProcessArchitecture switch
        {
            // mov eax, value; ret
            Architecture.X64 => ((ushort)62, (byte[])[0xb8, (byte)value, (byte)(value >> 8), 0, 0, 0xc3]),
            // movz w0, value; ret
            Architecture.Arm64 => ((ushort)183, (byte[])[.. Words(0x52800000u | (uint)value << 5, 0xd65f03c0u)]),
            Architecture other => throw new NotSupportedException($"no code is known for {other}."),
        };
        byte[] strings = Encoding.ASCII.GetBytes($"\0{function}\0{name}\0");
        Assert.That(strings, Has.Length.LessThanOrEqualTo(Code - Strings));
        var file = new byte[Page + DynamicEntries * 16];

        byte[] identification = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identification.CopyTo(file, 0);
        Put16(file, 16, 3, machine); // a shared object
        Put32(file, 20, 1);
        Put64(file, 32, Programs);
        Put16(file, 52, 64, 56, 4); // sizes of this header and of the next ones, and how many they are
        Segment(file, 0, type: 1, flags: 5, start: 0, length: (ulong)(Code + code.Length), align: Page);
        Segment(file, 1, type: 1, flags: 6, start: Page, length: DynamicEntries * 16, align: Page);
        Segment(file, 2, type: 2, flags: 6, start: Page, length: DynamicEntries * 16, align: 8);
        Segment(file, 3, type: 0x6474e551, flags: 6, start: 0, length: 0, align: 16); // a stack that is not run

        Put32(file, Hash, 1, 2, 1, 0, 0); // one bucket, two symbols
        Put32(file, Symbols + 24, 1); // the name's place among the strings
        Put16(file, Symbols + 28, 0x12, 1); // a global function
        Put64(file, Symbols + 32, Code, (ulong)code.Length);
        strings.CopyTo(file, Strings);
        code.CopyTo(file, Code);
        Put64(
            file, Page, 4, Hash, 5, Strings, 6, Symbols, 10, (ulong)strings.Length, 11, 24, 14, (ulong)(function.Length + 2), 0, 0);
        return file;
    }

    private static void Segment(byte[] file, int index, uint type, uint flags, ulong start, ulong length, ulong align)
    {
        Put32(file, Programs + 56 * index, type, flags);
        Put64(file, Programs + 56 * index + 8, start, start, start, length, length, align);
    }

    private static byte[] Words(params ReadOnlySpan<uint> words)
    {
        var bytes = new byte[4 * words.Length];
        Put32(bytes, 0, words);
        return bytes;
    }

    private static void Put16(byte[] file, int at, params ReadOnlySpan<ushort> values)
    {
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at + 2 * i), values[i]);
    }

    private static void Put32(byte[] file, int at, params ReadOnlySpan<uint> values)
    {
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at + 4 * i), values[i]);
    }

    private static void Put64(byte[] file, int at, params ReadOnlySpan<ulong> values)
    {
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at + 8 * i), values[i]);
    }
}
