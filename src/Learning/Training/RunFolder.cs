namespace JaccardKernels.Learning;

/// <summary>The files of a training run.</summary>
/// <param name="Path">The folder.</param>
public sealed record RunFolder(string Path)
{
    /// <summary>The options, as JSON.</summary>
    public string Options => System.IO.Path.Combine(Path, "options.json");

    /// <summary>What it trains on, in the words of whoever reads data.</summary>
    public string Data => System.IO.Path.Combine(Path, "data.txt");

    /// <summary>Where its reports go.</summary>
    public string Report => System.IO.Path.Combine(Path, "report");

    /// <summary>One JSON object a step.</summary>
    public string Metrics => System.IO.Path.Combine(Path, "metrics.jsonl");

    /// <summary>The last state saved.</summary>
    public string Checkpoint => System.IO.Path.Combine(Path, "checkpoint.safetensors");

    /// <summary>The features of a frozen backbone; can be deleted, and are computed again when needed.</summary>
    public string Features => System.IO.Path.Combine(Path, "features.safetensors");

    /// <summary>Those of the images held out for validation.</summary>
    public string ValidationFeatures => System.IO.Path.Combine(Path, "features-validation.safetensors");

    /// <summary>The trained model.</summary>
    public string Model => System.IO.Path.Combine(Path, "model.safetensors");

    /// <summary>Refuses a folder that a new run cannot have for itself.</summary>
    /// <exception cref="IOException">It holds a run, or other files.</exception>
    public void RequireUnused()
    {
        if (File.Exists(Options)) throw new IOException($"{Path}: holds a run already; --resume continues it, or name another folder.");
        // What data it is on is written before the options: alone, it is all that is left of a run that was killed at once.
        if (Directory.Exists(Path) && Directory.EnumerateFileSystemEntries(Path).Any(entry => System.IO.Path.GetFullPath(entry) != System.IO.Path.GetFullPath(Data)))
            throw new IOException($"{Path}: is not empty and holds no run; name another folder.");
    }

    /// <summary>The run whose trained model a file is; null where the file lies alone.</summary>
    public static RunFolder? OfModel(string modelFile)
    {
        var folder = new RunFolder(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(modelFile))!);
        return File.Exists(folder.Options) && System.IO.Path.GetFileName(modelFile) == System.IO.Path.GetFileName(folder.Model) ? folder : null;
    }

    /// <summary>The steps in <see cref="Metrics"/>, in order, none where there is no such file; times are not kept there and are 0.</summary>
    /// <exception cref="InvalidDataException">A line is not of the form; the message names file and line.</exception>
    public IReadOnlyList<TrainingMetrics> ReadMetrics() => File.Exists(Metrics) ? MetricsReader.Read(Metrics) : [];

    /// <summary>The model that a run or a file names: the file itself, or the model of the folder.</summary>
    /// <exception cref="FileNotFoundException">There is no such model.</exception>
    public static string FindModel(string path)
    {
        string file = Directory.Exists(path) ? new RunFolder(path).Model : path;
        return File.Exists(file)
            ? file
            : throw new FileNotFoundException(
                Directory.Exists(path)
                    ? $"{path}: holds no {System.IO.Path.GetFileName(file)}; has its training finished?"
                    : $"{path}: there is no such run folder or model file.",
                file);
    }
}
