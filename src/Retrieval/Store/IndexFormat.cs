using System.Buffers.Binary;
using System.IO.Hashing;

namespace JaccardKernels.Retrieval;

/// <summary>
/// The index file, .jkx, version 2. Little-endian. One page of header, sections each at a multiple of <see cref="Page"/> with zeros between, so
/// that they can be mapped into memory and searched as they lie, and checksums of all that is behind the header, a block at a time.
/// <code>
/// offset  bytes  header
///      0      8  magic "JKX\r\n\x1A\n\0" (a transfer as text breaks it visibly)
///      8      4  version, 2
///     12      4  structure: how the codes are arranged and searched (IndexStructure)
///     16      4  bits of a code
///     20      4  sections, S
///     24      8  items, N
///     32      8  first id: where there is no section of ids, item i has this + i
///     40      8  generation, one more with every file that replaces another
///     48      8  offset of the checksums, which end the file
///     56      8  XxHash3 of the checksums
///     64   24 S  sections, in file order: kind (4), parameter (4), offset (8), bytes (8)
///   4088      8  XxHash3 of the header up to here
/// kind  section
///    1  codes       [N, bytes of a code], parameter: those bytes (binary codes: uint64 words, unused bits zero)
///    2  ids         int64 [N], rising within each group
///    3  groups      int64 [G+1], where each group of items starts (no section: all are one)
///    4  names       uint64 [N+1] ends of the names before each, then the names, UTF-8
///    5  labels      int32 [N, C] counts, parameter C
///    6  origin      what made the codes, UTF-8
///    7  terms       float32 [N], what each item adds to its distances
///    8  embeddings  float32 [N, D], parameter D
///    9  substrings  a table of multi-index hashing, parameter: its first bit and its bits, 16 bits each: uint32 [2^bits + 1] where the items of each
///                   value start, then uint32 [N] items
///   10  centroids   float32 [G, D] of the groups
///   11  quantizer   a safetensors file: codebooks float32 [M,256,D], of which a query's tables are made, and what else makes codes, opaque here
/// checksums  uint64, XxHash3 of each <see cref="Block"/> of bytes from the first page on, the last one shorter
/// </code>
/// </summary>
internal static class IndexFormat
{
    public const int Page = 4096;
    public const uint Version = 2;
    public const int FirstSection = 64;
    public const int SectionEntry = 24;
    public const int HeaderHash = Page - 8;
    public const int MostSections = (HeaderHash - FirstSection) / SectionEntry;

    /// <summary>Bytes under one checksum: a search that touches few items checks little more than what it reads.</summary>
    public const int Block = 1 << 16;

    /// <summary>The most bytes of a file, 2^46: the largest that sums and products of lengths are checked for.</summary>
    public const long MostBytes = 1L << 46;

    public static ReadOnlySpan<byte> Magic => "JKX\r\n\x1A\n\0"u8;

    public static long NextPage(long offset) => (offset + Page - 1) / Page * Page;

    /// <summary>Blocks of the bytes between the header and the checksums.</summary>
    public static long Blocks(long checks) => (checks - Page + Block - 1) / Block;
}

/// <summary>What a section holds.</summary>
internal enum SectionKind : uint
{
    Codes = 1,
    Ids = 2,
    Groups = 3,
    Names = 4,
    Labels = 5,
    Origin = 6,
    Terms = 7,
    Embeddings = 8,
    Substrings = 9,
    Centroids = 10,
    Quantizer = 11,
}

/// <summary>A section as the header lists it.</summary>
internal readonly record struct Section(SectionKind Kind, uint Parameter, long Offset, long Bytes);

/// <summary>The header of an index file.</summary>
internal sealed record IndexHeader
{
    public required IndexStructure Structure { get; init; }

    public required int Bits { get; init; }

    public required long Count { get; init; }

    public long FirstId { get; init; }

    public long Generation { get; init; }

    /// <summary>Where the checksums start.</summary>
    public long Checks { get; init; }

    /// <summary>The hash of the checksums.</summary>
    public ulong ChecksHash { get; init; }

    public IReadOnlyList<Section> Sections { get; init; } = [];

    /// <summary>The hash of the header itself: what names this very file.</summary>
    public ulong Hash { get; private init; }

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[IndexFormat.Page];
        IndexFormat.Magic.CopyTo(bytes);
        Put32(8, IndexFormat.Version);
        Put32(12, (uint)Structure);
        Put32(16, (uint)Bits);
        Put32(20, (uint)Sections.Count);
        Put64(24, Count);
        Put64(32, FirstId);
        Put64(40, Generation);
        Put64(48, Checks);
        Put64(56, (long)ChecksHash);
        for (int i = 0; i < Sections.Count; i++)
        {
            int at = IndexFormat.FirstSection + i * IndexFormat.SectionEntry;
            Put32(at, (uint)Sections[i].Kind);
            Put32(at + 4, Sections[i].Parameter);
            Put64(at + 8, Sections[i].Offset);
            Put64(at + 16, Sections[i].Bytes);
        }
        Put64(IndexFormat.HeaderHash, (long)XxHash3.HashToUInt64(bytes.AsSpan(0, IndexFormat.HeaderHash)));
        return bytes;

        void Put32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
        void Put64(int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), value);
    }

    /// <summary>Reads a header and compares everything in it with the file's length.</summary>
    /// <param name="bytes">The start of the file, a page or all there is.</param>
    /// <param name="length">The file's length.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is not a sound header of a known version.</exception>
    public static IndexHeader Parse(ReadOnlySpan<byte> bytes, long length, string name)
    {
        if (bytes.Length < 12 || !bytes.StartsWith(IndexFormat.Magic)) throw new InvalidDataException($"{name}: is not an index (.jkx) file.");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != IndexFormat.Version)
            throw new InvalidDataException($"{name}: index format version is {version}; {IndexFormat.Version} is the one known.");
        if (bytes.Length < IndexFormat.Page)
            throw new InvalidDataException($"{name}: is truncated: {length} bytes, inside its header of {IndexFormat.Page}.");
        ulong hash = BinaryPrimitives.ReadUInt64LittleEndian(bytes[IndexFormat.HeaderHash..]);
        if (hash != XxHash3.HashToUInt64(bytes[..IndexFormat.HeaderHash]))
            throw new InvalidDataException($"{name}: is corrupt: its header does not match its checksum.");
        var header = new IndexHeader
        {
            Structure = (IndexStructure)BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            Bits = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
            Count = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            FirstId = BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            Generation = BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
            Checks = BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]),
            ChecksHash = BinaryPrimitives.ReadUInt64LittleEndian(bytes[56..]),
            Hash = hash,
        };
        if (!Enum.IsDefined(header.Structure))
            throw new InvalidDataException($"{name}: its structure is {(uint)header.Structure}; {(uint)Enum.GetValues<IndexStructure>()[^1]} is the last known.");
        if (header.Bits is < 1 or > PackedCodes.LargestBits)
            throw new InvalidDataException($"{name}: codes have {header.Bits} bits; the range is 1 to {PackedCodes.LargestBits}.");
        if (length > IndexFormat.MostBytes)
            throw new InvalidDataException($"{name}: has {length} bytes; the limit is {IndexFormat.MostBytes}.");
        // An item has a byte or more, so the file's length bounds the count.
        if (header.Count < 0 || header.Count > length)
            throw new InvalidDataException($"{name}: has {header.Count} items in {length} bytes.");
        if (header.FirstId < 0 || header.FirstId > long.MaxValue - header.Count)
            throw new InvalidDataException($"{name}: ids start at {header.FirstId}; the range is 0 to {long.MaxValue - header.Count}.");
        if (header.Generation < 0) throw new InvalidDataException($"{name}: its generation is {header.Generation}; the least is 0.");
        if (header.Checks < IndexFormat.Page || header.Checks > length || IndexFormat.Blocks(header.Checks) * sizeof(ulong) != length - header.Checks)
            throw new InvalidDataException($"{name}: is truncated: {length} bytes do not end with the checksums of what is before byte {header.Checks}.");
        return header with { Sections = ParseSections(bytes, header.Checks, name) };
    }

    private static List<Section> ParseSections(ReadOnlySpan<byte> header, long end, string name)
    {
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        if (count > IndexFormat.MostSections)
            throw new InvalidDataException($"{name}: has {count} sections; the limit is {IndexFormat.MostSections}.");
        var sections = new List<Section>();
        long at = IndexFormat.Page;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = header[(IndexFormat.FirstSection + i * IndexFormat.SectionEntry)..];
            var section = new Section(
                (SectionKind)BinaryPrimitives.ReadUInt32LittleEndian(entry), BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]),
                BinaryPrimitives.ReadInt64LittleEndian(entry[8..]), BinaryPrimitives.ReadInt64LittleEndian(entry[16..]));
            long start = IndexFormat.NextPage(at);
            if (section.Offset != start)
                throw new InvalidDataException($"{name}: section {i} starts at byte {section.Offset}; {start} is where it belongs.");
            if (section.Bytes < 0 || section.Bytes > end - start)
                throw new InvalidDataException($"{name}: section {i} has {section.Bytes} bytes from {start} on; the checksums start at {end}.");
            if (!Enum.IsDefined(section.Kind)) throw new InvalidDataException($"{name}: has a section of the unknown kind {(uint)section.Kind}.");
            if (section.Kind != SectionKind.Substrings && sections.Any(other => other.Kind == section.Kind))
                throw new InvalidDataException($"{name}: has two sections of {section.Kind}.");
            at = start + section.Bytes;
            sections.Add(section);
        }
        return at == end ? sections : throw new InvalidDataException($"{name}: its sections end at byte {at}; its checksums start at {end}.");
    }
}
