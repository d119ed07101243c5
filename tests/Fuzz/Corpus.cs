namespace JaccardKernels.Fuzz;

/// <summary>Inputs that are kept beside the program, a folder a target: those that once broke something, and others worth starting from.</summary>
internal static class Corpus
{
    /// <summary>The inputs of a target, in the order of their names.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Of(string target)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Corpus", target);
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))]
            : [];
    }
}
