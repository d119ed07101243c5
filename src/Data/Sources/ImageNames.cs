namespace JaccardKernels.Data;

/// <summary>
/// Finds the file that a label list means: by its path; else without the extension; else, for lists that carry other folders or none, by
/// the file's name alone, with or without extension, where only one file has it.
/// </summary>
internal sealed class ImageNames
{
    private readonly string _path;
    private readonly HashSet<string> _exact;
    private readonly Dictionary<string, string?> _loose = new(StringComparer.Ordinal);

    public ImageNames(IImageSource source)
    {
        _path = source.Path;
        _exact = new HashSet<string>(source.Names, StringComparer.Ordinal);
        foreach (string name in source.Names) Add(Path.ChangeExtension(name, null), name);
        foreach (string name in source.Names)
        {
            if (!name.Contains('/')) continue;
            string file = name[(name.LastIndexOf('/') + 1)..];
            Add(file, name);
            Add(Path.ChangeExtension(file, null), name);
        }
    }

    /// <summary>The file's name in the source, or null if there is none.</summary>
    /// <exception cref="InvalidDataException">Several files fit.</exception>
    public string? Resolve(string listed)
    {
        string name = listed.Replace('\\', '/');
        if (name.StartsWith("./", StringComparison.Ordinal)) name = name[2..];
        if (_exact.Contains(name)) return name;
        if (TryLoose(name, listed, out string? found)) return found;
        return TryLoose(name[(name.LastIndexOf('/') + 1)..], listed, out found) ? found : null;
    }

    // Keys are file names with and without their extension, so "a" finds "a.jpg", but "a.png" does not.
    private bool TryLoose(string key, string listed, out string? found)
    {
        if (_exact.Contains(key))
        {
            found = key;
            return true;
        }
        if (!_loose.TryGetValue(key, out found)) return false;
        if (found is null) throw new InvalidDataException($"{_path}: several files could be the listed image {listed}.");
        return true;
    }

    private void Add(string key, string name)
    {
        if (!_loose.TryAdd(key, name) && _loose[key] != name) _loose[key] = null;
    }
}
