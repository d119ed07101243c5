using System.Globalization;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>
/// What a run needs to continue bit for bit: the phase and its steps done, all weights and optimizer state, the mined list, and how long the
/// metrics file was. Everything random is a function of seed and step. Written atomically, so the last good checkpoint survives any stop.
/// </summary>
internal static class CheckpointFile
{
    private const string Format = "jaccardkernels-checkpoint-1";

    /// <summary>Writes the state of a run.</summary>
    public static void Write(string path, ITrainingPhase phase, string options, string data, long metricsBytes, Action<SafetensorsFile>? more)
    {
        var file = new SafetensorsFile(path);
        file.Metadata["format"] = Format;
        file.Metadata["phase"] = phase.Name;
        file.Metadata["done"] = phase.Done.ToString(CultureInfo.InvariantCulture);
        file.Metadata["options"] = options;
        file.Metadata["data"] = data;
        file.Metadata["metricsBytes"] = metricsBytes.ToString(CultureInfo.InvariantCulture);
        phase.Save(file);
        more?.Invoke(file);
        file.Write(path);
    }

    /// <summary>Reads the state of a run.</summary>
    /// <exception cref="InvalidDataException">The file is no checkpoint, or one of a run with other options or on other data.</exception>
    public static SafetensorsFile Read(string path, string options, string data)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        if (Text(file, "format") != Format) throw new InvalidDataException(OneLine.Of($"{path}: format is '{Text(file, "format")}'; '{Format}' is needed."));
        if (TrainingOptions.Normalized(Text(file, "options"), path) != options)
            throw new InvalidDataException($"{path}: belongs to a run with other options; resume with the options in the run folder.");
        if (Text(file, "data") != data)
            throw new InvalidDataException(OneLine.Of($"{path}: belongs to a run on other data: {Text(file, "data")}; the data at hand: {data}."));
        return file;
    }

    /// <summary>A text of the metadata.</summary>
    public static string Text(SafetensorsFile file, string key) =>
        file.Metadata.TryGetValue(key, out string? value)
            ? value
            : throw new InvalidDataException($"{file.Name}: '{key}' is missing from the metadata.");

    /// <summary>A non-negative integer of the metadata.</summary>
    public static int Number(SafetensorsFile file, string key) =>
        int.TryParse(Text(file, key), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new InvalidDataException(OneLine.Of($"{file.Name}: '{key}' is '{Text(file, key)}', not a number."));
}
