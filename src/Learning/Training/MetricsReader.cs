using System.Text.Json;

namespace JaccardKernels.Learning;

/// <summary>Reads what <see cref="MetricsLog"/> writes.</summary>
internal static class MetricsReader
{
    /// <summary>The steps in the file, in order; what it does not keep (times, the collapse warning) is 0 or false.</summary>
    /// <exception cref="InvalidDataException">A line is not of the form; the message names file and line.</exception>
    public static IReadOnlyList<TrainingMetrics> Read(string path)
    {
        var steps = new List<TrainingMetrics>();
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            try
            {
                using JsonDocument json = JsonDocument.Parse(line);
                steps.Add(Parse(json.RootElement));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw new InvalidDataException($"{path}:{number}: is no line of metrics: {e.Message.ReplaceLineEndings(" ")}", e);
            }
        }
        ILookup<string, int> ends = steps.ToLookup(step => step.Phase, step => step.Step);
        return [.. steps.Select(step => step with { Steps = ends[step.Phase].Last() })];
    }

    private static TrainingMetrics Parse(JsonElement line) => new(
        line.GetProperty("phase").GetString() ?? throw new FormatException("the phase is null."),
        line.GetProperty("step").GetInt32(),
        Steps: 0,
        line.GetProperty("loss").GetSingle(),
        Number(line, "accuracy", float.NaN),
        line.TryGetProperty("triplets", out JsonElement triplets) ? triplets.GetInt64() : 0,
        line.TryGetProperty("active", out JsonElement active) ? active.GetInt64() : 0,
        Number(line, "positiveDistance", float.NaN),
        Number(line, "negativeDistance", float.NaN),
        Number(line, "variance", 0),
        Number(line, "saturation", 0),
        line.GetProperty("rate").GetSingle(),
        ImagesPerSecond: 0,
        Collapsed: line.TryGetProperty("collapsed", out JsonElement collapsed) && collapsed.GetBoolean())
    {
        Validation = Number(line, "validation", float.NaN),
    };

    private static float Number(JsonElement line, string name, float absent) =>
        line.TryGetProperty(name, out JsonElement value) ? value.GetSingle() : absent;
}
