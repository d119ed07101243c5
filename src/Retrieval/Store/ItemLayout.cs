using System.Text;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>What is kept of every item in a fixed number of bytes.</summary>
internal readonly record struct Column(SectionKind Kind, uint Parameter, int Width);

/// <summary>What an index keeps of its items: columns of fixed width, the codes first, and names or none.</summary>
internal sealed record ItemLayout
{
    public required IndexStructure Structure { get; init; }

    /// <summary>Bits of a code.</summary>
    public required int Bits { get; init; }

    /// <summary>The codes, then whatever else there is.</summary>
    public required IReadOnlyList<Column> Columns { get; init; }

    public bool HasNames { get; init; }

    /// <summary>What made the codes, one line, or empty.</summary>
    public string Origin { get; init; } = "";

    /// <summary>What makes codes and tables, and the centroids of lists; null for binary codes.</summary>
    public TableParts? Tables { get; init; }

    /// <summary>Bytes of a code.</summary>
    public int CodeWidth => Columns[0].Width;

    /// <summary>Bytes of all columns of an item.</summary>
    public int Width => Columns.Sum(column => column.Width);

    /// <summary>Classes of the labels, or 0.</summary>
    public int Classes => Columns.FirstOrDefault(column => column.Kind == SectionKind.Labels).Width / sizeof(int);

    /// <summary>The position of a column, or -1.</summary>
    public int Find(SectionKind kind)
    {
        for (int i = 0; i < Columns.Count; i++)
            if (Columns[i].Kind == kind) return i;
        return -1;
    }

    /// <summary>The column of a kind: its parameter decides its width.</summary>
    public static Column ColumnOf(SectionKind kind, uint parameter) => new(kind, parameter, kind switch
    {
        SectionKind.Codes => (int)parameter,
        SectionKind.Labels or SectionKind.Embeddings => checked((int)parameter * sizeof(int)),
        SectionKind.Terms => sizeof(float),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), $"{kind} are no column."),
    });

    /// <summary>Reads what a file's header says of its items.</summary>
    /// <exception cref="InvalidDataException">There are no codes, or a section has not the bytes of its items.</exception>
    public static unsafe ItemLayout Of(MappedIndex file)
    {
        IndexHeader header = file.Header;
        var columns = new List<Column>();
        foreach (SectionKind kind in (ReadOnlySpan<SectionKind>)[SectionKind.Codes, SectionKind.Labels, SectionKind.Terms, SectionKind.Embeddings])
        {
            if (file.Find(kind) is not { } section) continue;
            uint most = kind == SectionKind.Codes ? PackedCodes.LargestBits : (uint)PackedCodes.LargestBits / 4;
            if (section.Parameter > most || (section.Parameter == 0 && kind != SectionKind.Terms))
                throw new InvalidDataException($"{file.Path}: its {kind} have the parameter {section.Parameter}; the range is 1 to {most}.");
            Column column = ColumnOf(kind, section.Parameter);
            // The header has bounded the count by the file's length, and the width is below 2^21: no product overflows.
            Require(section, header.Count * column.Width);
            columns.Add(column);
        }
        if (columns.Count == 0 || columns[0].Kind != SectionKind.Codes) throw new InvalidDataException($"{file.Path}: has no section of codes.");
        TableParts? tables = BinaryIndex.IsBinary(header.Structure) ? null : TableParts.Of(file);
        RequireColumns(file, columns, tables);
        if (file.Find(SectionKind.Ids) is { } ids) Require(ids, header.Count * sizeof(long));
        if (file.Find(SectionKind.Names) is { } names && names.Bytes < (header.Count + 1) * sizeof(long))
            throw new InvalidDataException($"{file.Path}: its names have {names.Bytes} bytes; {header.Count} items need {(header.Count + 1) * sizeof(long)} or more.");
        return new ItemLayout
        {
            Structure = header.Structure, Bits = header.Bits, Columns = columns, HasNames = file.Find(SectionKind.Names) is not null,
            Origin = OriginOf(file), Tables = tables,
        };

        void Require(Section section, long bytes)
        {
            if (section.Bytes != bytes)
                throw new InvalidDataException($"{file.Path}: its {section.Kind} have {section.Bytes} bytes; {header.Count} items need {bytes}.");
        }
    }

    // Codes of the width that their bits have, and with tables the terms of items.
    private static void RequireColumns(MappedIndex file, List<Column> columns, TableParts? tables)
    {
        int bits = file.Header.Bits;
        if (tables is not null && bits != 8 * tables.Codebooks.Count)
            throw new InvalidDataException($"{file.Path}: codes have {bits} bits; its {tables.Codebooks.Count} codebooks make {8 * tables.Codebooks.Count}.");
        int width = tables is null ? SimilarityProblem.WordsOf(bits) * sizeof(ulong) : tables.Codebooks.Count;
        if (columns[0].Width != width)
            throw new InvalidDataException($"{file.Path}: codes of {bits} bits have {columns[0].Width} bytes; {width} are needed.");
        bool hasTerms = columns.Exists(column => column.Kind == SectionKind.Terms);
        if (hasTerms != tables is not null)
            throw new InvalidDataException($"{file.Path}: its structure is {file.Header.Structure}, and it has {(hasTerms ? "" : "no ")}terms.");
        Column embeddings = columns.Find(column => column.Kind == SectionKind.Embeddings);
        if (embeddings.Width > 0 && embeddings.Parameter != tables?.Codebooks.Dimensions)
            throw new InvalidDataException($"{file.Path}: embeddings have {embeddings.Parameter} dimensions; {tables?.Codebooks.Dimensions ?? 0} are needed.");
    }

    private static unsafe string OriginOf(MappedIndex file)
    {
        const int Longest = 1 << 16;
        if (file.Find(SectionKind.Origin) is not { } section) return "";
        if (section.Bytes > Longest) throw new InvalidDataException($"{file.Path}: its origin has {section.Bytes} bytes; the limit is {Longest}.");
        return StrictText.Decode(new ReadOnlySpan<byte>(file.Checked(section.Offset, section.Bytes), (int)section.Bytes), file.Path);
    }
}

/// <summary>UTF-8 that is refused where it is broken.</summary>
internal static class StrictText
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="InvalidDataException">It is not UTF-8.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            return s_utf8.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"{name}: holds text that is not UTF-8.", exception);
        }
    }
}
