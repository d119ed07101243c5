using System.Runtime.InteropServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>A substring of a code: some of its bits, in one row.</summary>
/// <param name="First">The first bit.</param>
/// <param name="Bits">How many.</param>
internal readonly record struct Substring(int First, int Bits)
{
    /// <summary>The value of the bits.</summary>
    public unsafe uint Of(ulong* code)
    {
        int word = First / 64, shift = First % 64;
        ulong value = code[word] >> shift;
        if (shift + Bits > 64) value |= code[word + 1] << (64 - shift);
        return (uint)(value & ((1UL << Bits) - 1));
    }
}

/// <summary>
/// The tables of multi-index hashing as a file holds them: for each substring, where the items of each of its values start, and the items. A table of values, not
/// a hash table: substrings are about as long as the logarithm of the items, so that a value has an item on the average.
/// </summary>
internal sealed unsafe class SubstringTables
{
    private readonly MappedIndex _file;
    private readonly long[] _offsets;

    private SubstringTables(MappedIndex file, Substring[] substrings, long[] offsets) => (_file, Substrings, _offsets) = (file, substrings, offsets);

    /// <summary>The substrings; together they are the code.</summary>
    public Substring[] Substrings { get; }

    /// <summary>The tables of a snapshot's file, if it has any.</summary>
    public static SubstringTables? Of(Snapshot snapshot) =>
        snapshot.File is { Header: { Structure: IndexStructure.MultiIndexHashing, Count: > 0 } } file ? file.SubstringTables ??= Read(file) : null;

    /// <summary>The items of a value of a substring.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public uint* Items(int table, uint value, out uint count)
    {
        uint* starts = (uint*)_file.Checked(_offsets[table] + value * 4L, 8);
        (uint start, uint end) = (starts[0], starts[1]);
        if (start > end || end > _file.Header.Count) throw new InvalidDataException($"{_file.Path}: items {start} to {end} of a substring are out of range.");
        count = end - start;
        return (uint*)_file.Checked(_offsets[table] + ((1L << Substrings[table].Bits) + 1 + start) * 4L, count * 4L);
    }

    /// <summary>Where the start of a value's items is read, to be fetched ahead.</summary>
    public void* StartOf(int table, uint value) => _file.At(_offsets[table] + value * 4L);

    private static SubstringTables Read(MappedIndex file)
    {
        Section[] sections = [.. file.Header.Sections.Where(section => section.Kind == SectionKind.Substrings)];
        Substring[] substrings = [.. sections.Select(section => new Substring((int)(section.Parameter & 0xFFFF), (int)(section.Parameter >> 16)))];
        int next = 0;
        foreach ((Section section, Substring substring) in sections.Zip(substrings))
        {
            if (substring.First != next || substring.Bits is < 1 or > SubstringArrangement.MostBits)
                throw new InvalidDataException($"{file.Path}: a substring has {substring.Bits} bits from {substring.First} on; bit {next} is the next.");
            long bytes = ((1L << substring.Bits) + 1 + file.Header.Count) * 4;
            if (section.Bytes != bytes) throw new InvalidDataException($"{file.Path}: a table of substrings has {section.Bytes} bytes; {bytes} are needed.");
            next += substring.Bits;
        }
        if (next != file.Header.Bits) throw new InvalidDataException($"{file.Path}: its substrings have {next} bits; codes have {file.Header.Bits}.");
        return new SubstringTables(file, substrings, [.. sections.Select(section => section.Offset)]);
    }
}

/// <summary>Writes the tables of multi-index hashing.</summary>
internal sealed class SubstringArrangement(int bits) : Arrangement
{
    /// <summary>The most bits of a substring: a table of its values then takes 256 MB.</summary>
    public const int MostBits = 26;

    /// <summary>The most tables: the header lists so many sections, and those of the items are few.</summary>
    private const int MostTables = IndexFormat.MostSections - 16;

    /// <summary>The most bits of a code.</summary>
    public const int MostCodeBits = MostTables * MostBits;

    // Shorter substrings would be found in a large part of all items.
    private const int LeastBits = 8;

    /// <summary>
    /// Substrings for codes of so many bits and so many items: of about log2(items) bits each (Norouzi et al., section 4), as even as can be.
    /// </summary>
    public static Substring[] Split(int bits, long count)
    {
        int wanted = Math.Clamp((int)Math.Round(Math.Log2(Math.Max(count, 2))), LeastBits, MostBits);
        int tables = Math.Max((bits + MostBits - 1) / MostBits, Math.Max(1, (int)Math.Round((double)bits / wanted)));
        tables = Math.Min(tables, MostTables);
        var substrings = new Substring[tables];
        for (int i = 0, first = 0; i < tables; first += substrings[i++].Bits)
            substrings[i] = new Substring(first, (bits - first + tables - i - 1) / (tables - i));
        return substrings;
    }

    public override unsafe void WriteSections(IndexFileWriter writer, nint codes, long count, StoreProgress progress, CancellationToken cancellation)
    {
        if (bits > MostCodeBits) throw new ArgumentException($"codes have {bits} bits; multi-index hashing takes at most {MostCodeBits}.");
        if (count > uint.MaxValue) throw new ArgumentException($"there are {count} items; multi-index hashing takes at most {uint.MaxValue}.");
        int words = SimilarityProblem.WordsOf(bits);
        Substring[] substrings = Split(bits, count);
        uint* items = (uint*)NativeMemory.Alloc((nuint)Math.Max(count, 1), sizeof(uint));
        uint* starts = (uint*)NativeMemory.Alloc((nuint)(1L << substrings[0].Bits) + 2, sizeof(uint));
        try
        {
            for (int table = 0; table < substrings.Length; table++)
            {
                cancellation.ThrowIfCancellationRequested();
                progress("writing substrings", table, substrings.Length);
                Substring substring = substrings[table];
                long values = 1L << substring.Bits;
                Sort((ulong*)codes, count, words, substring, starts, items);
                writer.Begin(SectionKind.Substrings, (uint)substring.First | (uint)substring.Bits << 16);
                Write(writer, starts, values + 1);
                Write(writer, items, count);
            }
        }
        finally
        {
            NativeMemory.Free(items);
            NativeMemory.Free(starts);
        }
    }

    // By counting. What counts item i of value v is put at v + 2, so that sums put the start of v at v + 1, and filling moves it on to v + 1's.
    private static unsafe void Sort(ulong* codes, long count, int words, Substring substring, uint* starts, uint* items)
    {
        long values = 1L << substring.Bits;
        NativeMemory.Clear(starts, (nuint)(values + 2) * sizeof(uint));
        for (long i = 0; i < count; i++) starts[substring.Of(codes + i * words) + 2]++;
        for (long value = 2; value < values + 2; value++) starts[value] += starts[value - 1];
        for (long i = 0; i < count; i++) items[starts[substring.Of(codes + i * words) + 1]++] = (uint)i;
    }

    private static unsafe void Write(IndexFileWriter writer, uint* numbers, long count)
    {
        for (long at = 0; at < count; at += 1 << 20) writer.Write(new ReadOnlySpan<uint>(numbers + at, (int)Math.Min(1 << 20, count - at)));
    }
}
