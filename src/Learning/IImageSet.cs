namespace JaccardKernels.Learning;

/// <summary>
/// Images of one size with a count per class, ready for the network. Implementations are read by several threads at once;
/// <see cref="Load"/> allocates nothing once warm where the source allows it.
/// </summary>
public interface IImageSet
{
    /// <summary>What the set is, for reports: a name and its split.</summary>
    string Name { get; }

    /// <summary>Images.</summary>
    int Count { get; }

    /// <summary>Names of the C classes.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>Channels of a loaded image, 1 or 3 (RGB).</summary>
    int Channels { get; }

    /// <summary>Height of a loaded image.</summary>
    int Height { get; }

    /// <summary>Width of a loaded image.</summary>
    int Width { get; }

    /// <summary>What identifies an image in messages and results: its path in the set.</summary>
    string Id(int index);

    /// <summary>Objects per class, [C], each at least 0.</summary>
    ReadOnlySpan<int> Labels(int index);

    /// <summary>Decodes one image to floats [Channels,Height,Width], normalised for the network.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <param name="augmentation">0 for the plain image; any other number is the key from which a random variant is drawn, the same key always
    /// giving the same variant.</param>
    /// <param name="pixels">Channels Height Width elements, overwritten.</param>
    /// <exception cref="InvalidDataException">The file is not an image; the message names it.</exception>
    void Load(int index, ulong augmentation, Span<float> pixels);
}
