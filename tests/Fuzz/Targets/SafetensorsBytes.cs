using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using JaccardKernels.Engine;

namespace JaccardKernels.Fuzz;

/// <summary>Safetensors files in bytes: where their text is, its length set right, and mutations that leave a sound file of other content.</summary>
internal static class SafetensorsBytes
{
    private const int Prefix = 8;

    private static readonly string[] s_values =
    [
        "", "0", "1", "-1", "2", "1.5", "2000000000", "2147483647", "99999999999", "x", "a\nb", "é", "null", "[]", "{}", "Sign", "Itq", "Product",
        "Composite", "Sign,Product",
    ];

    // What descriptions and options hold, which are JSON in a text of the metadata.
    private static readonly IReadOnlyList<byte[]> s_words = FuzzTarget.WordsOf(
        "null true false [] [1] [null] {} \"a\" 0 1 2 99 network hidden channels repeats cells head classNames similarity");

    private static readonly ElementType[] s_types =
        [ElementType.Float32, ElementType.Float16, ElementType.Float64, ElementType.Int32, ElementType.UInt8, ElementType.Int64];

    /// <summary>The header, where its length is that of the file.</summary>
    public static (int Start, int End) Header(byte[] bytes)
    {
        if (bytes.Length < Prefix) return (0, 0);
        long length = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return length < 0 || length > bytes.Length - Prefix ? (0, 0) : (Prefix, Prefix + (int)length);
    }

    /// <summary>Sets the length of the header: to the end of its object, and the blanks behind it.</summary>
    public static byte[] Reseal(byte[] bytes)
    {
        int depth = 0;
        bool quoted = false;
        for (int i = Prefix; i < bytes.Length; i++)
        {
            if (quoted && bytes[i] == '\\') i++;
            else if (bytes[i] == '"') quoted = !quoted;
            else if (!quoted && bytes[i] == '{') depth++;
            else if (!quoted && bytes[i] == '}' && --depth <= 0) return WithLength(bytes, i + 1);
        }
        return bytes;
    }

    /// <summary>Renames, drops, reshapes or retypes a tensor, or sets a text of the metadata, and lays the file out anew.</summary>
    public static byte[] Mutate(FuzzRandom random, byte[] bytes)
    {
        SafetensorsFile file;
        try
        {
            file = SafetensorsFile.Read(new MemoryStream(bytes), "x");
        }
        catch (InvalidDataException)
        {
            return bytes;
        }
        var metadata = new SortedDictionary<string, string>(file.Metadata, StringComparer.Ordinal);
        List<StoredTensor> tensors = [.. file.Tensors.Select(t => new StoredTensor(t.Key, t.Value.Type, [.. t.Value.Shape], t.Value.Bytes.ToArray()))];
        if (tensors.Count == 0 || (metadata.Count > 0 && random.OneIn(3)))
        {
            string key = metadata.Count > 0 ? random.Of([.. metadata.Keys]) : "format";
            byte[] value = Encoding.UTF8.GetBytes(metadata.GetValueOrDefault(key, ""));
            if (random.OneIn(8)) metadata.Remove(key);
            else if (random.OneIn(2)) metadata[key] = Encoding.UTF8.GetString(TextMutations.Apply(random, value, s_words));
            else metadata[key] = random.OneIn(4) && metadata.Count > 0 ? random.Of([.. metadata.Values]) : random.Of(s_values);
            return Compose(tensors, metadata);
        }
        int at = random.Below(tensors.Count);
        StoredTensor tensor = tensors[at];
        switch (random.Below(6))
        {
            case 0: tensors.RemoveAt(at); break;
            case 1: tensors[at] = tensor with { Name = tensor.Name + "x" }; break;
            case 2: tensors[at] = tensor with { Shape = Reshaped(random, tensor.Shape) }; break;
            case 3: tensors[at] = tensor with { Type = random.Of(s_types) }; break;
            case 4: tensors[at] = tensor with { Data = random.Of(tensors).Data }; break;
            default: tensors[at] = tensor with { Data = ByteMutations.Apply(random, tensor.Data, tensor.Data) }; break;
        }
        return Compose(tensors, metadata);
    }

    private static int[] Reshaped(FuzzRandom random, int[] shape)
    {
        int extent = random.Of((int[])[0, 1, 2, 3, 8, 255, 257, 1 << 20, int.MaxValue]), axis = random.Below(shape.Length);
        return random.Below(4) switch
        {
            0 => [.. shape, random.OneIn(2) ? 1 : extent],
            1 when shape.Length > 0 => shape[1..],
            2 => [.. shape.Reverse()],
            _ => [.. shape.Select((e, i) => i == axis ? extent : e)],
        };
    }

    // Elements are cut or filled up to what the shape needs, up to a limit.
    private static byte[] Compose(List<StoredTensor> tensors, IDictionary<string, string> metadata)
    {
        var data = new MemoryStream();
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach ((string key, string value) in metadata) json.WriteString(key, value);
            json.WriteEndObject();
            foreach (StoredTensor tensor in tensors)
            {
                long bytes = Math.Min(1 << 15, tensor.Shape.Aggregate((long)tensor.Type.Size(), (product, extent) => Math.Min(product * extent, 1L << 31)));
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", NameOf(tensor.Type));
                json.WriteStartArray("shape");
                foreach (int extent in tensor.Shape) json.WriteNumberValue(extent);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(data.Length);
                json.WriteNumberValue(data.Length + bytes);
                json.WriteEndArray();
                json.WriteEndObject();
                byte[] elements = tensor.Data;
                Array.Resize(ref elements, (int)bytes);
                data.Write(elements);
            }
            json.WriteEndObject();
        }
        return WithLength([.. new byte[Prefix], .. buffer.WrittenSpan, .. data.ToArray()], Prefix + buffer.WrittenCount);
    }

    private static byte[] WithLength(byte[] bytes, int end)
    {
        while (end % 8 != 0 && end < bytes.Length && bytes[end] == ' ') end++;
        byte[] result = [.. bytes];
        BinaryPrimitives.WriteInt64LittleEndian(result, end - Prefix);
        return result;
    }

    private static string NameOf(ElementType type) => type switch
    {
        ElementType.Float16 => "F16",
        ElementType.Float64 => "F64",
        ElementType.Int32 => "I32",
        ElementType.Int64 => "I64",
        ElementType.UInt8 => "U8",
        _ => "F32",
    };

    private sealed record StoredTensor(string Name, ElementType Type, int[] Shape, byte[] Data);
}
