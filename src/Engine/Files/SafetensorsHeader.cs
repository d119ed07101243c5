using System.Buffers;
using System.Text.Json;
using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>A tensor as a safetensors header states it; offsets count from the end of the header.</summary>
internal readonly record struct SafetensorsEntry(string Name, ElementType Type, long[] Shape, long Begin, long End);

/// <summary>The JSON header of safetensors. Every key is read strictly: an unknown, doubled or missing one is refused.</summary>
internal static class SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";

    // The limit of the format's own reference implementation.
    public const ulong LargestLength = 100_000_000;

    /// <exception cref="InvalidDataException">The header is not of the format.</exception>
    public static List<SafetensorsEntry> Parse(string file, ReadOnlySpan<byte> header, IDictionary<string, string> metadata)
    {
        var entries = new List<SafetensorsEntry>();
        try
        {
            var json = new Utf8JsonReader(header);
            var names = new HashSet<string>();
            Next(ref json, JsonTokenType.StartObject);
            while (NextProperty(ref json, out string name))
            {
                if (!names.Add(name)) throw new InvalidDataException(OneLine.Of($"{file}: the header gives '{name}' twice."));
                if (name == MetadataKey) ParseMetadata(file, ref json, metadata);
                else if (name.Length == 0) throw new InvalidDataException($"{file}: the header has a tensor without a name.");
                else entries.Add(ParseEntry(OneLine.Of($"{file}: tensor '{name}'"), name, ref json));
            }
            if (json.Read()) throw new JsonException($"more after the object, at byte {json.TokenStartIndex}");
        }
        // InvalidOperationException and FormatException: a token of another kind, or a string that is not UTF-8 or a number that is no integer.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException(
                $"{file}: the safetensors header is not sound JSON: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
        return entries;
    }

    public static byte[] Format(IEnumerable<KeyValuePair<string, StoredArray>> tensors, IDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in metadata) json.WriteString(key, value);
                json.WriteEndObject();
            }
            long begin = 0;
            foreach ((string name, StoredArray tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", tensor.Type.SafetensorsDtype());
                json.WriteStartArray("shape");
                foreach (int extent in tensor.Shape) json.WriteNumberValue(extent);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(begin);
                json.WriteNumberValue(begin += tensor.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Blanks up to a multiple of 8 keep the elements aligned in a mapped file.
        byte[] header = new byte[(buffer.WrittenCount + 7) / 8 * 8];
        header.AsSpan().Fill((byte)' ');
        buffer.WrittenSpan.CopyTo(header);
        return header;
    }

    private static void ParseMetadata(string file, ref Utf8JsonReader json, IDictionary<string, string> metadata)
    {
        Next(ref json, JsonTokenType.StartObject);
        while (NextProperty(ref json, out string key))
        {
            Next(ref json, JsonTokenType.String);
            if (!metadata.TryAdd(key, json.GetString()!)) throw new InvalidDataException(OneLine.Of($"{file}: the metadata give '{key}' twice."));
        }
    }

    private static SafetensorsEntry ParseEntry(string tensor, string name, ref Utf8JsonReader json)
    {
        string? dtype = null;
        long[]? shape = null, offsets = null;
        Next(ref json, JsonTokenType.StartObject);
        while (NextProperty(ref json, out string key))
        {
            bool again = false;
            switch (key)
            {
                case "dtype":
                    again = dtype is not null;
                    Next(ref json, JsonTokenType.String);
                    dtype = json.GetString()!;
                    break;
                case "shape":
                    again = shape is not null;
                    shape = ParseIntegers(ref json);
                    break;
                case "data_offsets":
                    again = offsets is not null;
                    offsets = ParseIntegers(ref json);
                    break;
                default:
                    throw new InvalidDataException(OneLine.Of($"{tensor}: unknown key '{key}'."));
            }
            if (again) throw new InvalidDataException($"{tensor}: key '{key}' is given twice.");
        }
        if (dtype is null || shape is null || offsets is null)
            throw new InvalidDataException($"{tensor}: lacks one of dtype, shape, data_offsets.");
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0])
            throw new InvalidDataException($"{tensor}: data_offsets are [{string.Join(',', offsets)}]; a begin and an end are needed.");
        ElementType type = ElementTypes.FromSafetensorsDtype(dtype)
            ?? throw new InvalidDataException(OneLine.Of($"{tensor}: dtype is '{dtype}'; BOOL, U8 to U64, I8 to I64, F16, F32 and F64 are read."));
        return new SafetensorsEntry(name, type, shape, offsets[0], offsets[1]);
    }

    private static long[] ParseIntegers(ref Utf8JsonReader json)
    {
        var values = new List<long>();
        Next(ref json, JsonTokenType.StartArray);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray) values.Add(json.GetInt64());
        return [.. values];
    }

    private static bool NextProperty(ref Utf8JsonReader json, out string name)
    {
        name = "";
        if (!json.Read()) throw new JsonException("it ends early");
        if (json.TokenType == JsonTokenType.EndObject) return false;
        name = json.GetString()!;
        return true;
    }

    private static void Next(ref Utf8JsonReader json, JsonTokenType wanted)
    {
        if (!json.Read() || json.TokenType != wanted) throw new JsonException($"{wanted} is expected at byte {json.TokenStartIndex}");
    }
}
