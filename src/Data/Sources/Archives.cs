namespace JaccardKernels.Data;

/// <summary>Finds the files of data sets that consist of several archives.</summary>
internal static class Archives
{
    /// <summary>The one file of a folder that fits a pattern.</summary>
    /// <exception cref="FileNotFoundException">None fits.</exception>
    /// <exception cref="InvalidDataException">Several fit.</exception>
    public static string Find(string folder, string pattern)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{folder}: no such folder.");
        string[] found = Directory.GetFiles(folder, pattern);
        return found.Length switch
        {
            0 => throw new FileNotFoundException($"{folder}: no file {pattern} in it."),
            1 => found[0],
            _ => throw new InvalidDataException($"{folder}: {found.Length} files {pattern} in it; one is expected."),
        };
    }
}
