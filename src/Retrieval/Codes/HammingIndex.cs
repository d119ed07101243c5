using JaccardKernels.Engine;

namespace JaccardKernels.Retrieval;

/// <summary>Codes to search in, with what is known of the items: all that an index file holds. Immutable.</summary>
public sealed class HammingIndex
{
    /// <summary>Puts an index together.</summary>
    /// <param name="codes">The codes, N of them.</param>
    /// <param name="names">The items' names, N of them, or null.</param>
    /// <param name="labels">The items' labels, N rows, or null.</param>
    /// <param name="origin">What made the codes, so that queries made by something else can be refused: free text of one line, or empty.</param>
    /// <exception cref="ArgumentException">Names or labels are not as many as the codes.</exception>
    public HammingIndex(PackedCodes codes, IReadOnlyList<string>? names = null, LabelMatrix? labels = null, string origin = "")
    {
        if (names is not null && names.Count != codes.Count)
            throw new ArgumentException($"there are {names.Count} names for {codes.Count} codes.", nameof(names));
        if (labels is not null && labels.Count != codes.Count)
            throw new ArgumentException($"there are {labels.Count} rows of labels for {codes.Count} codes.", nameof(labels));
        (Codes, Names, Labels, Origin) = (codes, names, labels, origin);
    }

    /// <summary>The codes.</summary>
    public PackedCodes Codes { get; }

    /// <summary>The items' names, if known.</summary>
    public IReadOnlyList<string>? Names { get; }

    /// <summary>The items' labels, if known.</summary>
    public LabelMatrix? Labels { get; }

    /// <summary>What made the codes; empty if unknown.</summary>
    public string Origin { get; }

    /// <summary>What to call an item: its name, or its row number.</summary>
    public string NameOf(int row) => Names?[row] ?? row.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Reads an index file.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is not a sound index of a known version; the message is one line.</exception>
    public static HammingIndex Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        return Read(stream, path);
    }

    /// <summary>Reads an index that is the whole of a stream.</summary>
    /// <param name="stream">Seekable, at its start.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">As of <see cref="Read(string)"/>.</exception>
    public static HammingIndex Read(Stream stream, string name) => HammingIndexReader.Read(stream, name);

    /// <summary>Writes an index file atomically.</summary>
    /// <exception cref="IOException">It cannot be written; the target is as it was.</exception>
    public void Write(string path)
    {
        using AtomicFile file = AtomicFile.Create(path);
        HammingIndexWriter.Write(file.Stream, this);
        file.Commit();
    }
}
