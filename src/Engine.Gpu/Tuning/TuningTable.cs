using System.Text.Json;
using System.Text.Json.Serialization;
using JaccardKernels.Problems;

namespace JaccardKernels.Engine.Gpu;

/// <summary>The content of a tuning file: for every device, what was fastest.</summary>
/// <param name="Version">The version of the format, 1.</param>
/// <param name="Devices">The devices.</param>
public sealed record TuningTable(int Version, IReadOnlyList<TunedDevice> Devices)
{
    private const int CurrentVersion = 1;

    /// <summary>Nothing was tuned.</summary>
    public static TuningTable Empty { get; } = new(CurrentVersion, []);

    /// <summary>Reads a table.</summary>
    /// <param name="name">Of the file, for messages.</param>
    /// <param name="json">Its content.</param>
    /// <exception cref="InvalidDataException">The content is no such table; the message says in one line what is wrong.</exception>
    public static TuningTable Parse(string name, ReadOnlySpan<byte> json)
    {
        TuningTable table;
        try
        {
            table = JsonSerializer.Deserialize(json, TuningJson.Default.TuningTable)
                ?? throw new InvalidDataException($"{name}: the tuning table is null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{name}: is not a tuning table: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
        table.Check(name);
        return table;
    }

    /// <summary>The table as JSON, ending in a line break.</summary>
    public string ToJson() => $"{JsonSerializer.Serialize(this, TuningJson.Default.TuningTable)}\n";

    /// <summary>What was tuned, or null.</summary>
    public KernelChoice? Find(string device, string operation, ProductMath math, string problems)
    {
        string mode = ProductMaths.NameOf(math);
        foreach (TunedDevice tuned in Devices)
        {
            if (tuned.Device != device) continue;
            foreach (TunedChoice choice in tuned.Choices)
            {
                if (choice.Operation == operation && choice.Math == mode && choice.Problems == problems) return choice.Choice;
            }
        }
        return null;
    }

    /// <summary>The table with choices of one device added, in place of those it had for the same problems; all else stays.</summary>
    public TuningTable With(string device, IReadOnlyList<TunedChoice> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        HashSet<(string, string, string)> replaced = [.. choices.Select(choice => choice.Key)];
        IEnumerable<TunedChoice> kept = Devices.Where(tuned => tuned.Device == device).SelectMany(tuned => tuned.Choices)
            .Where(choice => !replaced.Contains(choice.Key));
        var merged = new TunedDevice(device, [.. kept.Concat(choices).OrderBy(choice => choice.Key)]);
        IEnumerable<TunedDevice> all = Devices.Where(tuned => tuned.Device != device).Append(merged);
        return this with { Devices = [.. all.OrderBy(tuned => tuned.Device, StringComparer.Ordinal)] };
    }

    private void Check(string name)
    {
        if (Version != CurrentVersion) throw new InvalidDataException($"{name}: version is {Version}; this program reads version {CurrentVersion}.");
        HashSet<string> devices = [];
        foreach (TunedDevice tuned in Devices)
        {
            if (tuned is null || tuned.Device.Length == 0) throw new InvalidDataException($"{name}: a device has no name.");
            if (!devices.Add(tuned.Device)) throw new InvalidDataException(OneLine.Of($"{name}: device '{tuned.Device}' is there twice."));
            HashSet<(string, string, string)> keys = [];
            foreach (TunedChoice choice in tuned.Choices) Check(OneLine.Of($"{name}: device '{tuned.Device}'"), choice, keys);
        }
    }

    private static void Check(string where, TunedChoice choice, HashSet<(string, string, string)> keys)
    {
        if (choice is null) throw new InvalidDataException($"{where}: a choice is null.");
        string which = OneLine.Of($"{where}, {choice.Operation} {choice.Problems}");
        if (!ProductMaths.Names.Contains(choice.Math))
            throw new InvalidDataException(OneLine.Of($"{which}: math is '{choice.Math}'; there are {string.Join(", ", ProductMaths.Names)}."));
        if (choice.Variant < 1) throw new InvalidDataException($"{which}: variant is {choice.Variant}; the least is 1.");
        if (!(choice.Seconds is > 0 and < double.PositiveInfinity))
            throw new InvalidDataException($"{which}: seconds is {choice.Seconds}; it must be above 0.");
        if (!keys.Add(choice.Key)) throw new InvalidDataException($"{which}: {choice.Math} is there twice.");
    }
}

/// <summary>JSON of tuning tables: every property is needed, and none is unknown.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TuningTable))]
internal sealed partial class TuningJson : JsonSerializerContext;
