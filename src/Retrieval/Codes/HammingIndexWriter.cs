using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using JaccardKernels.Engine;

namespace JaccardKernels.Retrieval;

/// <summary>Writes the format of <see cref="HammingIndexFormat"/>.</summary>
internal static class HammingIndexWriter
{
    public static void Write(Stream stream, HammingIndex index)
    {
        byte[]? names = index.Names is null ? null : NamesToBytes(index.Names);
        byte[]? origin = index.Origin.Length == 0 ? null : Encoding.UTF8.GetBytes(index.Origin);
        var sections = new List<HammingIndexSection>();
        Place(sections, HammingIndexSectionKind.Codes, 0, MemoryMarshal.AsBytes(index.Codes.Data));
        if (names is not null) Place(sections, HammingIndexSectionKind.Names, 0, names);
        if (index.Labels is LabelMatrix labels)
            Place(sections, HammingIndexSectionKind.Labels, (uint)labels.Classes, MemoryMarshal.AsBytes(labels.Counts));
        if (origin is not null) Place(sections, HammingIndexSectionKind.Origin, 0, origin);

        stream.Write(Header(index.Codes, sections));
        long at = HammingIndexFormat.Page;
        foreach (HammingIndexSection section in sections)
        {
            for (; at < section.Offset; at++) stream.WriteByte(0);
            stream.Write(section.Kind switch
            {
                HammingIndexSectionKind.Codes => MemoryMarshal.AsBytes(index.Codes.Data),
                HammingIndexSectionKind.Names => names,
                HammingIndexSectionKind.Labels => MemoryMarshal.AsBytes(index.Labels!.Counts),
                _ => origin,
            });
            at += section.Bytes;
        }
    }

    private static void Place(List<HammingIndexSection> sections, HammingIndexSectionKind kind, uint parameter, ReadOnlySpan<byte> bytes)
    {
        long end = sections.Count == 0 ? HammingIndexFormat.Page : sections[^1].Offset + sections[^1].Bytes;
        sections.Add(new(kind, parameter, HammingIndexFormat.NextPage(end), bytes.Length, XxHash3.HashToUInt64(bytes)));
    }

    private static byte[] Header(PackedCodes codes, List<HammingIndexSection> sections)
    {
        byte[] header = new byte[HammingIndexFormat.Page];
        HammingIndexFormat.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), HammingIndexFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), (uint)codes.Bits);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), codes.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(24), (uint)sections.Count);
        for (int i = 0; i < sections.Count; i++)
        {
            Span<byte> entry = header.AsSpan(HammingIndexFormat.FirstSection + i * HammingIndexFormat.SectionEntry);
            BinaryPrimitives.WriteUInt32LittleEndian(entry, (uint)sections[i].Kind);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], sections[i].Parameter);
            BinaryPrimitives.WriteInt64LittleEndian(entry[8..], sections[i].Offset);
            BinaryPrimitives.WriteInt64LittleEndian(entry[16..], sections[i].Bytes);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[24..], sections[i].Hash);
        }
        HammingIndexFormat.SealHeader(header);
        return header;
    }

    private static byte[] NamesToBytes(IReadOnlyList<string> names)
    {
        using var stream = new MemoryStream();
        stream.SetLength((names.Count + 1L) * sizeof(ulong));
        stream.Position = stream.Length;
        long[] ends = new long[names.Count + 1];
        long start = stream.Position;
        for (int i = 0; i < names.Count; i++)
        {
            stream.Write(Encoding.UTF8.GetBytes(names[i]));
            ends[i + 1] = stream.Position - start;
        }
        stream.Position = 0;
        stream.Write(MemoryMarshal.AsBytes(ends.AsSpan()));
        return stream.ToArray();
    }
}
