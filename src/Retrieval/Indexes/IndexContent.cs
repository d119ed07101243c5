using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>What an index keeps of its items.</summary>
public record IndexContent
{
    private const int MostClasses = 1 << 16, LongestOrigin = 1 << 14;

    /// <summary>What an index keeps.</summary>
    /// <param name="bits">Bits of a code, 1 to <see cref="PackedCodes.LargestBits"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bits are out of range.</exception>
    public IndexContent(int bits) => Bits = PackedCodes.CheckBits(bits);

    /// <summary>Bits of a code.</summary>
    public int Bits { get; }

    /// <summary>Keep a name of every item.</summary>
    public bool HasNames { get; init; }

    /// <summary>Keep labels of every item, counts of so many classes; 0 keeps none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are negative or more than 65,536.</exception>
    public int Classes
    {
        get;
        init => field = value is >= 0 and <= MostClasses
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), $"classes are {value}; the range is 0 to {MostClasses}.");
    }

    /// <summary>What makes the codes, so that queries made by something else can be refused: one line, or empty.</summary>
    /// <exception cref="ArgumentException">It has several lines.</exception>
    public string Origin
    {
        get;
        init
        {
            if (value.AsSpan().ContainsAny('\r', '\n')) throw new ArgumentException("the origin has several lines; one is the limit.", nameof(value));
            if (value.Length > LongestOrigin) throw new ArgumentException($"the origin has {value.Length} characters; the limit is {LongestOrigin}.", nameof(value));
            field = value;
        }
    } = "";

    /// <summary>Bytes of a code.</summary>
    private protected virtual int CodeWidth => SimilarityProblem.WordsOf(Bits) * sizeof(ulong);

    internal virtual ItemLayout Layout(IndexStructure structure)
    {
        List<Column> columns = [ItemLayout.ColumnOf(SectionKind.Codes, (uint)CodeWidth)];
        if (Classes > 0) columns.Add(ItemLayout.ColumnOf(SectionKind.Labels, (uint)Classes));
        return new ItemLayout { Structure = structure, Bits = Bits, Columns = columns, HasNames = HasNames, Origin = Origin };
    }
}
