namespace JaccardKernels.Engine.Gpu;

/// <summary>
/// Where tuned choices are kept: the file that <c>JK_TUNING</c> names, else <c>jaccardkernels/tuning.json</c> under <c>XDG_CONFIG_HOME</c> or
/// <c>~/.config</c>, before the table that ships inside this assembly.
/// </summary>
public static class TuningFile
{
    // Thousands of choices; what is larger is another file.
    private const long MostBytes = 16 << 20;
    private const string Variable = "JK_TUNING";

    /// <summary>The user's file, which need not exist.</summary>
    public static string UserPath => PathFrom(Environment.GetEnvironmentVariable).Path;

    /// <summary>The user's table, if there is one, before the one that ships: the first that knows a problem decides.</summary>
    /// <exception cref="InvalidDataException">A file is broken; the message names it and what is wrong.</exception>
    /// <exception cref="IOException">A file that was named is not there or cannot be read.</exception>
    internal static IReadOnlyList<TuningTable> Load() => Load(Environment.GetEnvironmentVariable);

    internal static IReadOnlyList<TuningTable> Load(Func<string, string?> environment)
    {
        (string path, bool named) = PathFrom(environment);
        if (named && !File.Exists(path)) throw new FileNotFoundException($"{path}: is named by {Variable}, but there is no such file.");
        return File.Exists(path) ? [Read(path), Shipped()] : [Shipped()];
    }

    /// <summary>The file and whether it was named, so that it must exist.</summary>
    internal static (string Path, bool Named) PathFrom(Func<string, string?> environment)
    {
        if (environment(Variable) is { Length: > 0 } named) return (named, true);
        string folder = environment("XDG_CONFIG_HOME") is { Length: > 0 } config ? config : Path.Combine(environment("HOME") ?? "", ".config");
        return (Path.Combine(folder, "jaccardkernels", "tuning.json"), false);
    }

    /// <summary>Reads a table.</summary>
    /// <exception cref="InvalidDataException">It is broken; the message names the file and what is wrong.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TuningTable Read(string path)
    {
        var file = new FileInfo(path);
        if (file.Length > MostBytes) throw new InvalidDataException($"{path}: has {file.Length} bytes; a tuning table has at most {MostBytes}.");
        return TuningTable.Parse(path, File.ReadAllBytes(path));
    }

    /// <summary>Adds choices of a device to a file, which is made if it does not exist; what it held of other devices and problems stays.</summary>
    /// <exception cref="InvalidDataException">The file is there and broken: it is left as it is.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Merge(string path, string device, IReadOnlyList<TunedChoice> choices)
    {
        TuningTable before = File.Exists(path) ? Read(path) : TuningTable.Empty;
        AtomicFile.WriteAllText(path, before.With(device, choices).ToJson());
    }

    /// <summary>The table inside this assembly.</summary>
    internal static TuningTable Shipped()
    {
        const string name = "tuning.json";
        using Stream stream = typeof(TuningFile).Assembly.GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return TuningTable.Parse(name, bytes.ToArray());
    }
}
