namespace JaccardKernels.Benchmarks;

/// <summary>The part of README.md that the benchmarks write.</summary>
internal static class ReadmeSection
{
    /// <summary>Replaces the text between the two markers.</summary>
    /// <param name="name">The file's name, for the message.</param>
    /// <param name="text">Its text.</param>
    /// <param name="section">What is to stand between the markers, ending in a line break.</param>
    /// <param name="marker">The markers' name.</param>
    /// <exception cref="InvalidDataException">A marker is missing, or they are the wrong way round.</exception>
    public static string Replace(string name, string text, string section, string marker = "bench")
    {
        string beginning = $"<!-- {marker}:begin -->", ending = $"<!-- {marker}:end -->";
        int begin = text.IndexOf(beginning, StringComparison.Ordinal), end = text.IndexOf(ending, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            throw new InvalidDataException($"{name}: has no '{beginning}' followed by '{ending}', between which the table belongs.");
        return $"{text[..(begin + beginning.Length)]}\n{section}{text[end..]}";
    }
}
