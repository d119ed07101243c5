using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using JaccardKernels.Engine;

namespace JaccardKernels.Cli.Experiment;

/// <summary>
/// The folder of a long experiment, made of units that are computed once: each leaves a file behind, so that an experiment that was stopped goes on
/// where it was. <c>options.json</c> says what it is; <c>units/</c> has results, <c>cache/</c> what can be computed again.
/// </summary>
internal sealed class ExperimentFolder
{
    private readonly string _path;

    /// <summary>Opens the folder, or makes it.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">What decides the results, as text.</param>
    /// <exception cref="InvalidDataException">It holds the results of other options.</exception>
    /// <exception cref="IOException">It cannot be written to, or holds something else.</exception>
    public ExperimentFolder(string path, string options)
    {
        _path = path;
        string file = Path.Combine(path, "options.json");
        if (!File.Exists(file))
        {
            if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
                throw new IOException($"{path}: is not empty and holds no experiment; name another folder with --out.");
            Directory.CreateDirectory(path);
            AtomicFile.WriteAllText(file, options);
        }
        else if (File.ReadAllText(file) != options)
        {
            throw new InvalidDataException($"{path}: holds an experiment with other options (options.json); name another folder with --out.");
        }
        Directory.CreateDirectory(Path.Combine(path, "units"));
        Directory.CreateDirectory(Path.Combine(path, "cache"));
    }

    /// <summary>A file of the folder.</summary>
    public string this[string name] => Path.Combine(_path, name);

    /// <summary>A file that can be computed again.</summary>
    public string Cache(string name) => Path.Combine(_path, "cache", name);

    /// <summary>Whether a unit has its result.</summary>
    public bool Has(string name) => File.Exists(UnitFile(name));

    /// <summary>The result of a unit: from its file, or computed and kept.</summary>
    /// <exception cref="InvalidDataException">The file is no such result.</exception>
    public T Unit<T>(string name, JsonTypeInfo<T> type, Func<T> compute)
        where T : class
    {
        string file = UnitFile(name);
        if (File.Exists(file))
        {
            try
            {
                return JsonSerializer.Deserialize(File.ReadAllText(file), type) ?? throw new InvalidDataException($"{file}: holds no result.");
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"{file}: {e.Message.ReplaceLineEndings(" ")}; delete it to have it computed again.", e);
            }
        }
        T result = compute();
        AtomicFile.WriteAllText(file, JsonSerializer.Serialize(result, type));
        return result;
    }

    private string UnitFile(string name) => Path.Combine(_path, "units", name + ".json");
}
