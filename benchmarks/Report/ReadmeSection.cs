namespace JaccardKernels.Benchmarks;

/// <summary>The part of README.md that the benchmarks write.</summary>
internal static class ReadmeSection
{
    private const string Begin = "<!-- bench:begin -->", End = "<!-- bench:end -->";

    /// <summary>Replaces the text between the two markers.</summary>
    /// <param name="name">The file's name, for the message.</param>
    /// <param name="text">Its text.</param>
    /// <param name="section">What is to stand between the markers, ending in a line break.</param>
    /// <exception cref="InvalidDataException">A marker is missing, or they are the wrong way round.</exception>
    public static string Replace(string name, string text, string section)
    {
        int begin = text.IndexOf(Begin, StringComparison.Ordinal), end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            throw new InvalidDataException($"{name}: has no '{Begin}' followed by '{End}', between which the table belongs.");
        return $"{text[..(begin + Begin.Length)]}\n{section}{text[end..]}";
    }
}
