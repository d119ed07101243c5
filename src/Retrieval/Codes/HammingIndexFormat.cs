using System.Buffers.Binary;
using System.IO.Hashing;

namespace JaccardKernels.Retrieval;

/// <summary>
/// The index file, .jkx, version 1. Little-endian. One page of header, then sections, each at a multiple of <see cref="Page"/> with zeros
/// between, so that the codes can be mapped into memory as they lie; the file ends with its last section.
/// <code>
/// offset  bytes  header
///      0      8  magic "JKX\r\n\x1A\n\0" (a transfer as text breaks it visibly)
///      8      4  version, 1
///     12      4  bits of a code
///     16      8  count of codes, N
///     24      4  sections, S
///     28      4  zero
///     32   32 S  sections, in file order: kind (4), parameter (4), offset (8), bytes (8), XxHash3 of the bytes (8)
///   4088      8  XxHash3 of the header up to here
/// kind  section
///    1  codes   uint64 [N, ceil(bits/64)], unused bits zero, parameter 0; always there, once
///    2  names   uint64 [N+1] ends of the names before each, then the names, UTF-8, parameter 0
///    3  labels  int32 [N, C] counts, parameter C
///    4  origin  what made the codes, UTF-8, parameter 0
/// </code>
/// </summary>
internal static class HammingIndexFormat
{
    public const int Page = 4096;
    public const uint Version = 1;
    public const int FirstSection = 32;
    public const int SectionEntry = 32;
    public const int HeaderHash = Page - 8;

    public static ReadOnlySpan<byte> Magic => "JKX\r\n\x1A\n\0"u8;

    public static void SealHeader(Span<byte> header) =>
        BinaryPrimitives.WriteUInt64LittleEndian(header[HeaderHash..], XxHash3.HashToUInt64(header[..HeaderHash]));

    public static bool IsSealed(ReadOnlySpan<byte> header) =>
        BinaryPrimitives.ReadUInt64LittleEndian(header[HeaderHash..]) == XxHash3.HashToUInt64(header[..HeaderHash]);

    public static long NextPage(long offset) => (offset + Page - 1) / Page * Page;
}

/// <summary>What a section holds.</summary>
internal enum HammingIndexSectionKind : uint
{
    Codes = 1,
    Names = 2,
    Labels = 3,
    Origin = 4,
}

/// <summary>A section as the header lists it.</summary>
internal readonly record struct HammingIndexSection(HammingIndexSectionKind Kind, uint Parameter, long Offset, long Bytes, ulong Hash);
