using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Reads the format of <see cref="HammingIndexFormat"/>. Every length is compared with the file's own before memory is taken for
/// it.
/// </summary>
internal static class HammingIndexReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="InvalidDataException">The stream is not a sound index of a known version.</exception>
    public static HammingIndex Read(Stream stream, string name)
    {
        long length = stream.Length;
        byte[] header = ReadHeader(stream, name, length);
        uint bits = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(12));
        long count = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(16));
        if (bits is < 1 or > PackedCodes.LargestBits)
            throw new InvalidDataException($"{name}: codes have {bits} bits; the range is 1 to {PackedCodes.LargestBits}.");
        int words = SimilarityProblem.WordsOf((int)bits);
        // The bound on the count keeps every product below from overflowing.
        if (count < 0 || count > Array.MaxLength / words)
            throw new InvalidDataException($"{name}: has {count} codes of {bits} bits; the range is 0 to {Array.MaxLength / words}.");

        ulong[]? codes = null;
        string[]? names = null;
        LabelMatrix? labels = null;
        string? origin = null;
        foreach (HammingIndexSection section in ReadSections(header, name, length))
        {
            switch (section.Kind)
            {
                case HammingIndexSectionKind.Codes when codes is null:
                    RequireBytes(name, section, count * words * sizeof(ulong));
                    codes = new ulong[count * words];
                    ReadSection(stream, name, section, MemoryMarshal.AsBytes(codes.AsSpan()));
                    break;
                case HammingIndexSectionKind.Names when names is null:
                    names = ParseNames(name, ReadSection(stream, name, section), (int)count);
                    break;
                case HammingIndexSectionKind.Labels when labels is null:
                    if (section.Parameter is 0 or > int.MaxValue)
                        throw new InvalidDataException($"{name}: labels have {section.Parameter} classes.");
                    // Division instead of a product, which could overflow.
                    if (section.Bytes % (4L * section.Parameter) != 0 || section.Bytes / (4L * section.Parameter) != count)
                        throw new InvalidDataException(
                            $"{name}: labels have {section.Bytes} bytes; {count} rows of {section.Parameter} counts are needed.");
                    int[] counts = new int[section.Bytes / sizeof(int)];
                    ReadSection(stream, name, section, MemoryMarshal.AsBytes(counts.AsSpan()));
                    labels = new LabelMatrix(counts, (int)section.Parameter, name);
                    break;
                case HammingIndexSectionKind.Origin when origin is null:
                    origin = Text(name, ReadSection(stream, name, section));
                    break;
                default:
                    throw new InvalidDataException($"{name}: has an unknown or doubled section of kind {(uint)section.Kind}.");
            }
        }
        if (codes is null) throw new InvalidDataException($"{name}: has no section of codes.");
        return new HammingIndex(new PackedCodes((int)bits, codes, name), names, labels, origin ?? "");
    }

    private static byte[] ReadHeader(Stream stream, string name, long length)
    {
        byte[] header = new byte[HammingIndexFormat.Page];
        int read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < 12 || !header.AsSpan().StartsWith(HammingIndexFormat.Magic))
            throw new InvalidDataException($"{name}: is not an index (.jkx) file.");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8));
        if (version != HammingIndexFormat.Version)
            throw new InvalidDataException($"{name}: index format version is {version}; {HammingIndexFormat.Version} is the one known.");
        if (read < header.Length) throw new InvalidDataException($"{name}: is truncated: {length} bytes, inside its header of {header.Length}.");
        return HammingIndexFormat.IsSealed(header) ? header : throw new InvalidDataException(
            $"{name}: is corrupt: its header does not match its checksum.");
    }

    private static List<HammingIndexSection> ReadSections(ReadOnlySpan<byte> header, string name, long length)
    {
        const int Most = (HammingIndexFormat.HeaderHash - HammingIndexFormat.FirstSection) / HammingIndexFormat.SectionEntry;
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
        if (count > Most) throw new InvalidDataException($"{name}: has {count} sections; the limit is {Most}.");
        var sections = new List<HammingIndexSection>();
        long end = HammingIndexFormat.Page;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = header[(HammingIndexFormat.FirstSection + i * HammingIndexFormat.SectionEntry)..];
            var section = new HammingIndexSection(
                (HammingIndexSectionKind)BinaryPrimitives.ReadUInt32LittleEndian(entry), BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]),
                BinaryPrimitives.ReadInt64LittleEndian(entry[8..]), BinaryPrimitives.ReadInt64LittleEndian(entry[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[24..]));
            long start = HammingIndexFormat.NextPage(end);
            if (section.Offset != start)
                throw new InvalidDataException($"{name}: section {i} starts at byte {section.Offset}; {start} is where it belongs.");
            if (section.Bytes < 0 || section.Bytes > length - start)
                throw new InvalidDataException(
                    $"{name}: is truncated: section {i} has {section.Bytes} bytes from {start} on; the file has {length} in all.");
            if (section.Bytes > Array.MaxLength)
                throw new InvalidDataException($"{name}: section {i} has {section.Bytes} bytes; the limit is {Array.MaxLength}.");
            end = start + section.Bytes;
            sections.Add(section);
        }
        return end == length ? sections : throw new InvalidDataException($"{name}: has {length} bytes; its sections end at {end}.");
    }

    private static byte[] ReadSection(Stream stream, string name, HammingIndexSection section)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)section.Bytes);
        ReadSection(stream, name, section, bytes);
        return bytes;
    }

    private static void ReadSection(Stream stream, string name, HammingIndexSection section, Span<byte> bytes)
    {
        stream.Position = section.Offset;
        stream.ReadExactly(bytes);
        if (XxHash3.HashToUInt64(bytes) != section.Hash)
            throw new InvalidDataException($"{name}: is corrupt: its {section.Kind} do not match their checksum.");
    }

    private static void RequireBytes(string name, HammingIndexSection section, long bytes)
    {
        if (section.Bytes != bytes) throw new InvalidDataException($"{name}: {section.Kind} have {section.Bytes} bytes; {bytes} are needed.");
    }

    private static string[] ParseNames(string name, byte[] bytes, int count)
    {
        long table = (count + 1L) * sizeof(long);
        if (bytes.Length < table)
            throw new InvalidDataException($"{name}: names have {bytes.Length} bytes; {count} names need {table} or more.");
        ReadOnlySpan<long> ends = MemoryMarshal.Cast<byte, long>(bytes.AsSpan(0, (int)table));
        ReadOnlySpan<byte> text = bytes.AsSpan((int)table);
        if (ends[0] != 0 || ends[count] != text.Length)
            throw new InvalidDataException($"{name}: names end at {ends[count]}; their text has {text.Length} bytes.");
        string[] names = new string[count];
        for (int i = 0; i < count; i++)
        {
            if (ends[i + 1] < ends[i] || ends[i + 1] > text.Length)
                throw new InvalidDataException($"{name}: name {i} runs from {ends[i]} to {ends[i + 1]} of {text.Length} bytes.");
            names[i] = Text(name, text[(int)ends[i]..(int)ends[i + 1]]);
        }
        return names;
    }

    private static string Text(string name, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"{name}: holds text that is not UTF-8.", exception);
        }
    }
}
